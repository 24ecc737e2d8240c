// Which instructions products of small integers use.
#include "dot.h"

_Thread_local int32_t ek_dot_isa_here;

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

// The best of the processor, whatever a test has asked for.
static ek_dot_isa best(void) {
#if defined(__x86_64__)
  const ek_isa isa = ek_best_isa();
  if (isa == EK_ISA_AVX512 && __builtin_cpu_supports("avx512vnni")) return EK_DOT_AVX512_VNNI;
  if (isa == EK_ISA_SCALAR) return EK_DOT_SCALAR;
  return __builtin_cpu_supports("avxvnni") ? EK_DOT_AVX_VNNI : EK_DOT_AVX2;
#elif defined(__aarch64__) && defined(__linux__)
  const unsigned long has = getauxval(AT_HWCAP), has2 = getauxval(AT_HWCAP2);
  if (has2 & 1UL << 13) return EK_DOT_NEON_I8MM;     // HWCAP2_I8MM
  return has & 1UL << 20 ? EK_DOT_NEON_DOTPROD : EK_DOT_NEON;  // HWCAP_ASIMDDP
#elif defined(__aarch64__) && defined(__APPLE__)
  int32_t value = 0;
  size_t size = sizeof value;
  if (sysctlbyname("hw.optional.arm.FEAT_I8MM", &value, &size, NULL, 0) == 0 && value)
    return EK_DOT_NEON_I8MM;
  return EK_DOT_NEON_DOTPROD;
#elif defined(__aarch64__)
  return EK_DOT_NEON;
#else
  return EK_DOT_SCALAR;
#endif
}

bool ek_has_vector_bytes_permute(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512vbmi");
#else
  return false;
#endif
}

static ek_dot_isa best_known(void) {
  static _Atomic int32_t known = -1;  // Threads that come here at once find the same answer.
  int32_t isa = atomic_load_explicit(&known, memory_order_relaxed);
  if (EK_UNLIKELY(isa < 0)) {
    isa = best();
    atomic_store_explicit(&known, isa, memory_order_relaxed);
  }
  return (ek_dot_isa)isa;
}

ek_dot_isa ek_current_dot_isa(void) {
  if (EK_UNLIKELY(ek_dot_isa_here != 0)) return (ek_dot_isa)(ek_dot_isa_here - 1);
  const ek_isa isa = ek_isa_now();
  if (isa == EK_ISA_SCALAR) return EK_DOT_SCALAR;
  // Less than the processor has was asked for, and that was before there was VNNI.
  if (isa != ek_best_isa()) return EK_DOT_AVX2;
  return best_known();
}

bool ek_use_dot_isa_here(ek_dot_isa isa) {
  const ek_dot_isa most = best_known();
  bool has = isa == EK_DOT_SCALAR || isa == most;
#if defined(__x86_64__)
  has = has || (isa == EK_DOT_AVX2 && most != EK_DOT_SCALAR);
  has = has || (isa == EK_DOT_AVX_VNNI && __builtin_cpu_supports("avxvnni"));
#else
  has = has || (isa < most && isa >= EK_DOT_NEON);
#endif
  if (has) ek_dot_isa_here = isa + 1;
  return has;
}

void ek_follow_dot_isa(void) { ek_dot_isa_here = 0; }
