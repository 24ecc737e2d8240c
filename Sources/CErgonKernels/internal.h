// What the kernel files share among themselves; nothing outside this folder sees it.
#ifndef ERGON_KERNELS_INTERNAL_H
#define ERGON_KERNELS_INTERNAL_H

#include <math.h>
#include <stdatomic.h>

#include "include/ergon_kernels.h"

#define EK_LIKELY(x) __builtin_expect(!!(x), 1)
#define EK_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define EK_INLINE static inline __attribute__((always_inline))

// One per instruction set; a function so marked may use the intrinsics of <immintrin.h>.
#define EK_TARGET_AVX2 __attribute__((target("avx2,fma,f16c")))
#define EK_TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c")))

// An array for vector loads and stores.
#define EK_ALIGNED __attribute__((aligned(64)))

// The instruction set in use, or a negative number before anyone has asked.
extern _Atomic int32_t ek_isa_word;
// One more than the set chosen for this thread alone, or 0; the pool hands it to those who help.
extern _Thread_local int32_t ek_isa_here;

EK_INLINE ek_isa ek_isa_now(void) {
  if (EK_UNLIKELY(ek_isa_here != 0)) return (ek_isa)(ek_isa_here - 1);
  int32_t isa = atomic_load_explicit(&ek_isa_word, memory_order_relaxed);
  return EK_LIKELY(isa >= 0) ? (ek_isa)isa : ek_current_isa();
}

EK_INLINE ek_int ek_least(ek_int a, ek_int b) { return a < b ? a : b; }
EK_INLINE ek_int ek_most(ek_int a, ek_int b) { return a > b ? a : b; }
EK_INLINE ek_int ek_ceil_div(ek_int a, ek_int b) { return (a + b - 1) / b; }

// The activations one number at a time: what the vector versions must agree with.
#define EK_ACTIVATION(T, S, EXP, TANH, ERF)                                          \
  EK_INLINE T ek_activate_##S(ek_activation activation, T x) {                       \
    switch (activation) {                                                            \
      case EK_NO_ACTIVATION: return x;                                               \
      case EK_ACTIVATE_RELU: return x > 0 || x != x ? x : 0;                         \
      case EK_ACTIVATE_SQUARED_RELU: return x > 0 || x != x ? x * x : 0;             \
      case EK_ACTIVATE_SIGMOID: return 1 / (1 + EXP(-x));                            \
      case EK_ACTIVATE_TANH: return TANH(x);                                         \
      case EK_ACTIVATE_SILU: return x / (1 + EXP(-x));                               \
      case EK_ACTIVATE_GELU: return (T)0.5 * x * (1 + ERF(x * (T)0.7071067811865476)); \
      case EK_ACTIVATE_GELU_TANH:                                                    \
        return (T)0.5 * x *                                                          \
               (1 + TANH((T)0.7978845608028654 * (x + (T)0.044715 * x * x * x)));    \
    }                                                                                \
    return x;                                                                        \
  }

EK_ACTIVATION(float, f32, expf, tanhf, erff)
EK_ACTIVATION(double, f64, exp, tanh, erf)
#undef EK_ACTIVATION

#endif
