// The arithmetic of one element: what the operations mean for each type. Floating-point functions
// are libm's; integers wrap, and their division by zero gives 0.
#ifndef EK_SCALAR_ARITHMETIC_H
#define EK_SCALAR_ARITHMETIC_H

#include "template.h"

// One name for libm's function of both floating-point types.
#define EK_LIBM1(name)                                                      \
  EK_INLINE float name##_f32(float x) { return __builtin_##name##f(x); }    \
  EK_INLINE double name##_f64(double x) { return __builtin_##name(x); }
#define EK_LIBM2(name)                                                                     \
  EK_INLINE float name##_f32(float x, float y) { return __builtin_##name##f(x, y); }       \
  EK_INLINE double name##_f64(double x, double y) { return __builtin_##name(x, y); }
EK_LIBM1(fabs) EK_LIBM1(sqrt) EK_LIBM1(exp) EK_LIBM1(expm1) EK_LIBM1(log) EK_LIBM1(log1p)
EK_LIBM1(sin) EK_LIBM1(cos) EK_LIBM1(tan) EK_LIBM1(asin) EK_LIBM1(acos) EK_LIBM1(atan)
EK_LIBM1(sinh) EK_LIBM1(cosh) EK_LIBM1(tanh) EK_LIBM1(erf) EK_LIBM1(erfc)
EK_LIBM1(floor) EK_LIBM1(ceil) EK_LIBM1(rint)
EK_LIBM2(pow) EK_LIBM2(atan2) EK_LIBM2(fmod)

#define EK_FLOAT_ARITHMETIC(T, S)                                                              \
  EK_INLINE T add_##S(T a, T b) { return a + b; }                                              \
  EK_INLINE T subtract_##S(T a, T b) { return a - b; }                                         \
  EK_INLINE T multiply_##S(T a, T b) { return a * b; }                                         \
  EK_INLINE T divide_##S(T a, T b) { return a / b; }                                           \
  EK_INLINE T power_##S(T a, T b) { return pow_##S(a, b); }                                    \
  /* A NaN on either side wins. */                                                             \
  EK_INLINE T minimum_##S(T a, T b) { return a < b || a != a ? a : b; }                        \
  EK_INLINE T maximum_##S(T a, T b) { return a > b || a != a ? a : b; }                        \
  EK_INLINE T remainder_##S(T a, T b) {                                                        \
    T r = fmod_##S(a, b);                                                                      \
    return r == 0 ? (b < 0 ? -fabs_##S(r) : fabs_##S(r)) : (r < 0) != (b < 0) ? r + b : r;     \
  }                                                                                            \
  EK_INLINE T lowest_##S(void) { return -(T)INFINITY; }                                        \
  EK_INLINE T highest_##S(void) { return (T)INFINITY; }                                        \
  /* NaN counts as greatest. */                                                                \
  EK_INLINE bool precedes_##S(T a, T b) { return a < b || (a == a && b != b); }                \
                                                                                               \
  EK_INLINE T sign_##S(T x) { return x > 0 ? 1 : x < 0 ? -1 : x; }                             \
  EK_INLINE T sigmoid_##S(T x) {                                                               \
    T e = exp_##S(-fabs_##S(x));                                                               \
    return (x < 0 ? e : 1) / (1 + e);                                                          \
  }                                                                                            \
  EK_INLINE T softplus_##S(T x) { return (x < 0 ? 0 : x) + log1p_##S(exp_##S(-fabs_##S(x))); } \
  EK_INLINE T relu_##S(T x) { return x < 0 ? 0 : x; }                                          \
  EK_INLINE T squared_relu_##S(T x) { return relu_##S(x) * relu_##S(x); }                      \
  EK_INLINE T silu_##S(T x) { return x * sigmoid_##S(x); }                                     \
  /* The complementary function keeps the relative accuracy of the left tail, whose end is 0. */ \
  EK_INLINE T gelu_##S(T x) { return x < -40 ? 0 : (T)0.5 * x * erfc_##S(-x * (T)M_SQRT1_2); } \
  EK_INLINE T gelu_tanh_inner_##S(T x) {                                                       \
    return (T)(M_2_SQRTPI * M_SQRT1_2) * (x + (T)0.044715 * x * x * x);                        \
  }                                                                                            \
  /* 0.5 x (1 + tanh z) written as x sigmoid(2 z), which does not cancel on the left. */       \
  EK_INLINE T gelu_tanh_##S(T x) { return x * sigmoid_##S(2 * gelu_tanh_inner_##S(x)); }       \
                                                                                               \
  /* Derivatives, in x or in y = f(x), whichever is cheaper. */                                \
  EK_INLINE T silu_slope_##S(T x) {                                                            \
    T s = sigmoid_##S(x);                                                                      \
    return s * (1 + x * (1 - s));                                                              \
  }                                                                                            \
  EK_INLINE T gelu_slope_##S(T x) {                                                            \
    T density = (T)(0.5 * M_2_SQRTPI * M_SQRT1_2) * exp_##S((T)-0.5 * x * x);                  \
    return (T)0.5 * erfc_##S(-x * (T)M_SQRT1_2) + (density == 0 ? 0 : x * density);            \
  }                                                                                            \
  EK_INLINE T gelu_tanh_slope_##S(T x) {                                                       \
    T s = sigmoid_##S(2 * gelu_tanh_inner_##S(x)), rest = s * (1 - s);                         \
    T inner = (T)(M_2_SQRTPI * M_SQRT1_2) * (1 + (T)(3 * 0.044715) * x * x);                   \
    return s + (rest == 0 ? 0 : 2 * x * rest * inner);                                         \
  }                                                                                            \
  EK_INLINE T activate_##S(ek_activation activation, T x) {                                    \
    switch (activation) {                                                                      \
      case EK_NO_ACTIVATION: return x;                                                         \
      case EK_ACTIVATE_RELU: return relu_##S(x);                                               \
      case EK_ACTIVATE_SQUARED_RELU: return squared_relu_##S(x);                               \
      case EK_ACTIVATE_SIGMOID: return sigmoid_##S(x);                                         \
      case EK_ACTIVATE_TANH: return tanh_##S(x);                                               \
      case EK_ACTIVATE_SILU: return silu_##S(x);                                               \
      case EK_ACTIVATE_GELU: return gelu_##S(x);                                               \
      case EK_ACTIVATE_GELU_TANH: return gelu_tanh_##S(x);                                     \
    }                                                                                          \
    return x;                                                                                  \
  }
EK_FLOAT_ARITHMETIC(float, f32)
EK_FLOAT_ARITHMETIC(double, f64)

#define EK_INTEGER_ARITHMETIC(T, S, LOWEST, HIGHEST)                                           \
  EK_INLINE T add_##S(T a, T b) { return (T)((uint32_t)a + (uint32_t)b); }                     \
  EK_INLINE T subtract_##S(T a, T b) { return (T)((uint32_t)a - (uint32_t)b); }                \
  EK_INLINE T multiply_##S(T a, T b) { return (T)((uint32_t)a * (uint32_t)b); }                \
  /* In 64 bits, where the least number divided by -1 has a place. */                          \
  EK_INLINE T divide_##S(T a, T b) { return b == 0 ? 0 : (T)((int64_t)a / (int64_t)b); }       \
  EK_INLINE T remainder_##S(T a, T b) {                                                        \
    if (b == 0) return 0;                                                                      \
    int64_t r = (int64_t)a % (int64_t)b;                                                       \
    return (T)(r != 0 && (r < 0) != (b < 0) ? r + b : r);                                      \
  }                                                                                            \
  EK_INLINE T power_##S(T a, T b) {                                                            \
    if (b < 0) return a == 1 ? 1 : a == (T)-1 ? ((b & 1) ? a : 1) : 0;                         \
    uint32_t result = 1, factor = (uint32_t)a;                                                 \
    for (uint32_t bits = (uint32_t)b; bits; bits >>= 1, factor *= factor)                      \
      if (bits & 1) result *= factor;                                                          \
    return (T)result;                                                                          \
  }                                                                                            \
  EK_INLINE T minimum_##S(T a, T b) { return a < b ? a : b; }                                  \
  EK_INLINE T maximum_##S(T a, T b) { return a > b ? a : b; }                                  \
  EK_INLINE T atan2_##S(T a, T b) { return (T)atan2_f64(a, b); }                               \
  EK_INLINE T lowest_##S(void) { return LOWEST; }                                              \
  EK_INLINE T highest_##S(void) { return HIGHEST; }                                            \
  EK_INLINE bool precedes_##S(T a, T b) { return a < b; }
EK_INTEGER_ARITHMETIC(int32_t, i32, INT32_MIN, INT32_MAX)
EK_INTEGER_ARITHMETIC(uint8_t, u8, 0, UINT8_MAX)

#endif
