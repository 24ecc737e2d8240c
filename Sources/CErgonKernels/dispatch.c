// Which instruction set the kernels use.
#include "internal.h"

_Atomic int32_t ek_isa_word = -1;
_Thread_local int32_t ek_isa_here;

ek_isa ek_best_isa(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();  // These also ask whether the system saves the wide registers.
  bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("f16c");
  bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (has_avx2 && has_avx512) return EK_ISA_AVX512;
  if (has_avx2) return EK_ISA_AVX2;
#elif defined(__aarch64__)
  return EK_ISA_NEON;
#endif
  return EK_ISA_SCALAR;
}

ek_isa ek_current_isa(void) {
  if (ek_isa_here != 0) return (ek_isa)(ek_isa_here - 1);
  int32_t isa = atomic_load_explicit(&ek_isa_word, memory_order_relaxed);
  if (isa >= 0) return (ek_isa)isa;
  // Two threads that come here at once find the same answer; a test's choice is not overwritten.
  int32_t best = ek_best_isa();
  atomic_compare_exchange_strong_explicit(
      &ek_isa_word, &isa, best, memory_order_relaxed, memory_order_relaxed);
  return (ek_isa)(isa >= 0 ? isa : best);
}

static bool has(ek_isa isa) {
  ek_isa best = ek_best_isa();
  return isa == EK_ISA_SCALAR || isa == best || (isa == EK_ISA_AVX2 && best == EK_ISA_AVX512);
}

bool ek_use_isa(ek_isa isa) {
  if (!has(isa)) return false;
  atomic_store_explicit(&ek_isa_word, isa, memory_order_relaxed);
  return true;
}

bool ek_use_isa_here(ek_isa isa) {
  if (!has(isa)) return false;
  ek_isa_here = isa + 1;
  return true;
}

void ek_follow_isa(void) { ek_isa_here = 0; }
