// Functions of one variable on vectors. The f32 forms are our own: range reduction and a minimax
// polynomial with fused multiply-adds. Largest errors found against the double-precision library
// over every exponent, in units in the last place: exp and log 1; log1p, sin and cos 1.6; expm1
// and sigmoid 2.3; tanh, erf and softplus 2.5; GELU 8 down to x = -3, 1e-5 of its value below, and
// 0 from -13 on. Subnormal numbers, infinities and NaN come out as the library has them. The f64
// forms call the library lane by lane.
#ifndef EK_VECTOR_MATH_H
#define EK_VECTOR_MATH_H

#include "scalar_arithmetic.h"
#include "vector.h"

#define T float
#define S f32

// 2^n for n in -300 ... 300, in two factors so that neither leaves the range of a float.
EK_INLINE V times_power_of_two(V v, L n) {
  const L half = n >> 1;
  return v * of_bits_f32((half + 127) << 23) * of_bits_f32((n - half + 127) << 23);
}

// Adding this rounds a float below 2^22 to an integer, which then stands in the low bits.
#define EK_ROUNDER 0x1.8p23f

// x = n log 2 + r, |r| <= log(2) / 2, for |x| < 150.
EK_INLINE V exp_reduce(V x, L *n) {
  const V shifted = FMA(x, ALL(1.44269504f), ALL(EK_ROUNDER)), whole = shifted - EK_ROUNDER;
  *n = bits_f32(shifted) - bits_f32(ALL(EK_ROUNDER));
  return FMA(whole, ALL(-1.42860677e-6f), FMA(whole, ALL(-0.693145752f), x));
}

EK_INLINE V exp_polynomial(V r) {
  V p = FMA(ALL(0.00138145965f), r, ALL(0.00836871751f));
  p = FMA(p, r, ALL(0.041668389f));
  p = FMA(p, r, ALL(0.166665211f));
  p = FMA(p, r, ALL(0.49999994f));
  return FMA(p, r * r, r) + 1;
}

// Beyond these bounds the result is 0 or infinity, and NaN passes the comparisons unchanged.
EK_INLINE V vector_exp_f32(V x) {
  L n;
  x = x > 89 ? ALL(89) : x;
  x = x < -105 ? ALL(-105) : x;
  const V p = exp_polynomial(exp_reduce(x, &n));
  return times_power_of_two(p, n);
}

// exp(x) for x <= 0, zero where the result would be subnormal (below 2^-126): for weights that are
// summed with a 1.
EK_INLINE V vector_exp_weight_f32(V x) {
  L n;
  const V bounded = x < -87 ? ALL(-87) : x;
  const V p = exp_polynomial(exp_reduce(bounded, &n));
  const V power = of_bits_f32((n + 127) << 23);
  return x < -87 ? ALL(0) : p * power;
}

// exp(x) - 1 for x <= 0. The two parts, (p - 1) 2^n and 2^n - 1, do not cancel.
EK_INLINE V vector_expm1_negative_f32(V x) {
  L n;
  x = x < -30 ? ALL(-30) : x;
  const V r = exp_reduce(x, &n);
  V p = FMA(ALL(0.000199135742f), r, ALL(0.00139410223f));
  p = FMA(p, r, ALL(0.00833327416f));
  p = FMA(p, r, ALL(0.041666355f));
  p = FMA(p, r, ALL(0.166666672f));
  p = FMA(p, r, ALL(0.5f));
  const V fraction = FMA(p, r * r, r);
  const V power = of_bits_f32((n + 127) << 23);
  return FMA(fraction, power, power - 1);
}

// For x > 0: exp(x) - 1 = -exp(x) (exp(-x) - 1).
EK_INLINE V vector_expm1_f32(V x) {
  const V below = vector_expm1_negative_f32(-size_f32(x));
  const V above = vector_exp_f32(x);
  const V small = signed_f32(-below * above, x);
  return x > 20 ? above - 1 : x > 0 ? small : x == 0 ? x : below;
}

// log of the positive normal number with these bits, plus `exponent` log 2.
EK_INLINE V log_of_normal(L bits, V correction) {
  const L shifted = bits - 0x3F3504F3;  // the bits of sqrt(1/2)
  const V e = __builtin_convertvector(shifted >> 23, V) + correction;
  const V f = of_bits_f32((shifted & 0x007FFFFF) + 0x3F3504F3) - 1;
  V p = FMA(ALL(-0.0785954595f), f, ALL(0.128816217f));
  p = FMA(p, f, ALL(-0.131287679f));
  p = FMA(p, f, ALL(0.141811967f));
  p = FMA(p, f, ALL(-0.166245535f));
  p = FMA(p, f, ALL(0.200022861f));
  p = FMA(p, f, ALL(-0.250008106f));
  p = FMA(p, f, ALL(0.333333164f));
  const V square = f * f;
  const V small = FMA(p * f, square, e * 1.42860677e-6f);
  return FMA(e, ALL(0.693145752f), f + FMA(square, ALL(-0.5f), small));
}

EK_INLINE V vector_log_f32(V x) {
  const L subnormal = x < 0x1p-126f;
  const V scaled = subnormal ? x * 0x1p24f : x;
  const V y = log_of_normal(bits_f32(scaled), subnormal ? ALL(-24) : ALL(0));
  const V special = x == 0 ? ALL(-INFINITY) : x < 0 ? ALL(NAN) : x;  // infinity and NaN are x
  return ((x > 0) & (x < INFINITY)) ? y : special;
}

// log(1 + z) for z in [0, 1]: 2 artanh(z / (2 + z)).
EK_INLINE V log1p_of_unit(V z) {
  const V s = z / (z + 2), q = s * s;
  V p = FMA(ALL(0.243009388f), q, ALL(0.214276567f));
  p = FMA(p, q, ALL(0.286168844f));
  p = FMA(p, q, ALL(0.39998877f));
  p = FMA(p, q, ALL(0.666666746f));
  return FMA(s * q, p, s + s);
}

// log(u) for u = 1 + x, rounded, and a correction for what the rounding lost.
EK_INLINE V vector_log1p_f32(V x) {
  const V u = x + 1, lost = x - (u - 1);
  const V y = vector_log_f32(u) + lost / u;
  return ((u > 0) & (u < INFINITY)) ? (u == 1 ? x : y) : vector_log_f32(u);
}

// In e = exp(-2 |x|) - 1: tanh |x| = -e / (e + 2).
EK_INLINE V vector_tanh_f32(V x) {
  const V e = vector_expm1_negative_f32(size_f32(x) * -2);
  return signed_f32(e / (e + 2), x);
}

EK_INLINE V vector_sigmoid_f32(V x) {
  const V e = vector_exp_f32(-size_f32(x));
  return (x < 0 ? e : ALL(1)) / (e + 1);
}

EK_INLINE V vector_softplus_f32(V x) {
  return (x < 0 ? ALL(0) : x) + log1p_of_unit(vector_exp_f32(-size_f32(x)));
}

// exp(-z^2), with the rounding error of the square put right to first order.
EK_INLINE V exp_of_minus_square(V z) {
  const V square = z * z, lost = FMA(z, z, -square);
  const V e = vector_exp_f32(-square);
  return square < 110 ? FMA(-e, lost, e) : e;
}

// erfc(a) / exp(-a^2) for a >= 0, a polynomial in 1 / (1 + 0.3 a).
EK_INLINE V erfc_over_exponential(V a) {
  const V t = 1 / FMA(a, ALL(0.3f), ALL(1));
  V p = FMA(ALL(-0.129546806f), t, ALL(0.485688657f));
  p = FMA(p, t, ALL(-0.512560368f));
  p = FMA(p, t, ALL(0.54807508f));
  p = FMA(p, t, ALL(-0.0949233621f));
  p = FMA(p, t, ALL(0.215056747f));
  p = FMA(p, t, ALL(0.14830105f));
  p = FMA(p, t, ALL(0.170721412f));
  p = FMA(p, t, ALL(0.169187576f));
  return p * t;
}

EK_INLINE V vector_erf_f32(V x) {
  const V a = size_f32(x), z = x * x;
  V p = FMA(ALL(7.85385782e-5f), z, ALL(-0.000801019254f));
  p = FMA(p, z, ALL(0.00518832775f));
  p = FMA(p, z, ALL(-0.026853811f));
  p = FMA(p, z, ALL(0.112835854f));
  p = FMA(p, z, ALL(-0.37612626f));
  p = FMA(p, z, ALL(1.12837911f));
  const V tail = 1 - exp_of_minus_square(a) * erfc_over_exponential(a);
  return a < 1 ? x * p : signed_f32(tail, x);
}

// For the normal distribution, with size = min(|x|, 13): its tail beyond |x|, which is
// exp(-x^2 / 2) times a polynomial in 1 / (1 + 0.3 |x|), and that exponential. Both are 0 from 13
// on.
EK_INLINE V normal_tail(V size, V *exponential) {
  const V t = 1 / FMA(size, ALL(0.3f), ALL(1)), square = size * size;
  // exp(-x^2 / 2) = 2^n 2^f.
  const V shifted = FMA(square, ALL(-0.72134752f), ALL(EK_ROUNDER));
  const V f = FMA(square, ALL(-0.72134752f), EK_ROUNDER - shifted);
  V power = FMA(ALL(0.00132764445f), f, ALL(0.00967556424f));
  power = FMA(power, f, ALL(0.0555071346f));
  power = FMA(power, f, ALL(0.240221187f));
  power = FMA(power, f, ALL(0.693146944f));
  power = FMA(power, f, ALL(1.00000012f));
  const V e = of_bits_f32(bits_f32(power) + (bits_f32(shifted) << 23));
  *exponential = size < 13 ? e : ALL(0);
  V p = FMA(ALL(0.0343426429f), t, ALL(-0.149861217f));
  p = FMA(p, t, ALL(0.18983151f));
  p = FMA(p, t, ALL(-0.0339733474f));
  p = FMA(p, t, ALL(0.115117237f));
  p = FMA(p, t, ALL(0.105134122f));
  p = FMA(p, t, ALL(0.119694509f));
  p = FMA(p, t, ALL(0.119714558f));
  return p * t * *exponential;
}

// x Phi(x) = max(x, 0) - |x| tail, which has no cancellation on either side.
EK_INLINE V vector_gelu_f32(V x) {
  V exponential;
  const V size = size_f32(x) > 13 ? ALL(13) : size_f32(x);
  return FMA(-size, normal_tail(size, &exponential), x < 0 ? ALL(0) : x);
}

// Phi(x) + x phi(x)
EK_INLINE V vector_gelu_slope_f32(V x) {
  V exponential;
  const V size = size_f32(x) > 13 ? ALL(13) : size_f32(x);
  const V tail = normal_tail(size, &exponential), density = exponential * 0.39894228f;
  const V above = FMA(size, density, 1 - tail);
  return x > 0 ? above : FMA(-size, density, tail);
}

// x = n pi/2 + r for |x| below 2^15, pi/2 in three parts.
EK_INLINE void vector_sine_cosine_f32(V x, V *sine, V *cosine) {
  const V shifted = FMA(x, ALL(0.636619772f), ALL(EK_ROUNDER)), n = shifted - EK_ROUNDER;
  const L quadrant = bits_f32(shifted);
  V r = FMA(n, ALL(-1.57079637f), x);
  r = FMA(n, ALL(4.37113883e-8f), r);
  r = FMA(n, ALL(1.71512489e-15f), r);
  const V z = r * r;
  V s = FMA(ALL(2.71830413e-06f), z, ALL(-0.000198393347f));
  s = FMA(s, z, ALL(0.00833332911f));
  s = FMA(s, z, ALL(-0.166666672f));
  s = FMA(s * z, r, r);
  V c = FMA(ALL(-2.72101687e-07f), z, ALL(2.47995195e-05f));
  c = FMA(c, z, ALL(-0.00138888834f));
  c = FMA(c, z, ALL(0.0416666679f));
  c = FMA(c * z, z, FMA(z, ALL(-0.5f), ALL(1)));
  const L odd = (quadrant & 1) != 0;
  *sine = of_bits_f32(bits_f32(odd ? c : s) ^ ((quadrant & 2) << 30));
  *cosine = of_bits_f32(bits_f32(odd ? s : c) ^ (((quadrant + 1) & 2) << 30));
}

// The reduction above loses digits beyond this; the library takes the whole vector then.
EK_INLINE bool has_large_angle(V x) {
  return greatest_across_f32(size_f32(x) < 0x1p15f ? ALL(0) : ALL(1)) != 0;
}

#define EK_LANE_BY_LANE(name)                                                            \
  static __attribute__((noinline)) void EK_S(name##_lanes)(T lane[LANES]) {              \
    for (int i = 0; i < LANES; i++) lane[i] = EK_S(name)(lane[i]);                       \
  }                                                                                      \
  EK_INLINE V EK_S(library_##name)(V v) {                                                \
    T lane[LANES];                                                                       \
    EK_S(store)(lane, v);                                                                \
    EK_S(name##_lanes)(lane);                                                            \
    return EK_S(load)(lane);                                                             \
  }
EK_LANE_BY_LANE(sin)
EK_LANE_BY_LANE(cos)

EK_INLINE V vector_sin_f32(V x) {
  if (has_large_angle(x)) return library_sin_f32(x);
  V sine, cosine;
  vector_sine_cosine_f32(x, &sine, &cosine);
  return sine;
}

EK_INLINE V vector_cos_f32(V x) {
  if (has_large_angle(x)) return library_cos_f32(x);
  V sine, cosine;
  vector_sine_cosine_f32(x, &sine, &cosine);
  return cosine;
}

#undef T
#undef S
#define T double
#define S f64

#define EK_LIBRARY(name)                                                 \
  EK_LANE_BY_LANE(name)                                                  \
  EK_INLINE V EK_S(vector_##name)(V x) { return EK_S(library_##name)(x); }
EK_LIBRARY(exp)
EK_LIBRARY(expm1)
EK_LIBRARY(log)
EK_LIBRARY(log1p)
EK_LIBRARY(sin)
EK_LIBRARY(cos)
EK_LIBRARY(tanh)
EK_LIBRARY(erf)
EK_LANE_BY_LANE(erfc)

EK_INLINE V vector_exp_weight_f64(V x) { return vector_exp_f64(x); }

EK_INLINE V vector_sigmoid_f64(V x) {
  const V e = vector_exp_f64(-size_f64(x));
  return (x < 0 ? e : ALL(1)) / (e + 1);
}

EK_INLINE V vector_softplus_f64(V x) {
  return (x < 0 ? ALL(0) : x) + vector_log1p_f64(vector_exp_f64(-size_f64(x)));
}

EK_INLINE V vector_gelu_f64(V x) {
  return x < -40 ? ALL(0) : x * 0.5 * library_erfc_f64(x * -M_SQRT1_2);
}

EK_INLINE V vector_gelu_slope_f64(V x) {
  const V density = vector_exp_f64(x * x * -0.5) * (0.5 * M_2_SQRTPI * M_SQRT1_2);
  const V share = library_erfc_f64(x * -M_SQRT1_2) * 0.5;
  return density == 0 ? share : FMA(x, density, share);
}

#undef T
#undef S

// What follows from these is the same for both types.
#define EK_VECTOR_ACTIVATIONS(T, S)                                                             \
  EK_INLINE ek_vector_##S vector_relu_##S(ek_vector_##S x) { return x < 0 ? all_##S(0) : x; }   \
  /* GELU's tanh form as x sigmoid(2 z), z = sqrt(2 / pi) (x + 0.044715 x^3). */                \
  EK_INLINE ek_vector_##S gelu_tanh_gate_##S(ek_vector_##S x) {                                 \
    const ek_vector_##S z = fma_##S(x * x * (T)0.044715, x, x);                                 \
    return vector_sigmoid_##S(z * (T)(2 * M_2_SQRTPI * M_SQRT1_2));                             \
  }                                                                                             \
  EK_INLINE ek_vector_##S vector_silu_slope_##S(ek_vector_##S x) {                              \
    const ek_vector_##S s = vector_sigmoid_##S(x);                                              \
    return s * fma_##S(x, 1 - s, all_##S(1));                                                   \
  }                                                                                             \
  EK_INLINE ek_vector_##S vector_gelu_tanh_slope_##S(ek_vector_##S x) {                         \
    const ek_vector_##S s = gelu_tanh_gate_##S(x), rest = s * (1 - s);                          \
    const ek_vector_##S inner = fma_##S(x * x, all_##S((T)(3 * 0.044715)), all_##S(1));         \
    const ek_vector_##S slope = x * rest * inner * (T)(2 * M_2_SQRTPI * M_SQRT1_2);             \
    return rest == 0 ? s : s + slope;                                                           \
  }                                                                                             \
  EK_INLINE ek_vector_##S vector_activate_##S(ek_activation activation, ek_vector_##S x) {      \
    switch (activation) {                                                                       \
      case EK_NO_ACTIVATION: return x;                                                          \
      case EK_ACTIVATE_RELU: return vector_relu_##S(x);                                         \
      case EK_ACTIVATE_SQUARED_RELU: return vector_relu_##S(x) * vector_relu_##S(x);            \
      case EK_ACTIVATE_SIGMOID: return vector_sigmoid_##S(x);                                   \
      case EK_ACTIVATE_TANH: return vector_tanh_##S(x);                                         \
      case EK_ACTIVATE_SILU: return x * vector_sigmoid_##S(x);                                  \
      case EK_ACTIVATE_GELU: return vector_gelu_##S(x);                                         \
      case EK_ACTIVATE_GELU_TANH: return x * gelu_tanh_gate_##S(x);                             \
    }                                                                                           \
    return x;                                                                                   \
  }
EK_VECTOR_ACTIVATIONS(float, f32)
EK_VECTOR_ACTIVATIONS(double, f64)

#endif
