// Vectors of the width EK_VECTOR_BYTES, for the files that are compiled once per instruction set.
// Arithmetic and comparisons are the compiler's own on vector types; what is written here is what C
// has no operator for. A comparison gives a vector of integers, -1 where it holds, and
// `mask ? a : b` chooses lane by lane.
#ifndef EK_VECTOR_H
#define EK_VECTOR_H

#include "template.h"

enum { EK_LANES_f32 = EK_VECTOR_BYTES / 4, EK_LANES_f64 = EK_VECTOR_BYTES / 8 };

typedef float ek_vector_f32 __attribute__((ext_vector_type(EK_VECTOR_BYTES / 4)));
typedef double ek_vector_f64 __attribute__((ext_vector_type(EK_VECTOR_BYTES / 8)));
typedef int32_t ek_lanes_f32 __attribute__((ext_vector_type(EK_VECTOR_BYTES / 4)));
typedef int64_t ek_lanes_f64 __attribute__((ext_vector_type(EK_VECTOR_BYTES / 8)));

#define EK_VECTOR_BASICS(T, S, BITS)                                                           \
  EK_INLINE ek_vector_##S load_##S(const T *x) {                                               \
    ek_vector_##S v;                                                                           \
    memcpy(&v, x, sizeof v);                                                                   \
    return v;                                                                                  \
  }                                                                                            \
  EK_INLINE void store_##S(T *y, ek_vector_##S v) { memcpy(y, &v, sizeof v); }                 \
  EK_INLINE ek_vector_##S all_##S(T value) { return (ek_vector_##S)value; }                    \
  EK_INLINE ek_lanes_##S bits_##S(ek_vector_##S v) {                                           \
    ek_lanes_##S b;                                                                            \
    memcpy(&b, &v, sizeof b);                                                                  \
    return b;                                                                                  \
  }                                                                                            \
  EK_INLINE ek_vector_##S of_bits_##S(ek_lanes_##S b) {                                        \
    ek_vector_##S v;                                                                           \
    memcpy(&v, &b, sizeof v);                                                                  \
    return v;                                                                                  \
  }                                                                                            \
  EK_INLINE ek_vector_##S fma_##S(ek_vector_##S a, ek_vector_##S b, ek_vector_##S c) {         \
    return __builtin_elementwise_fma(a, b, c);                                                 \
  }                                                                                            \
  EK_INLINE ek_vector_##S root_##S(ek_vector_##S v) { return __builtin_elementwise_sqrt(v); }  \
  EK_INLINE ek_vector_##S size_##S(ek_vector_##S v) { return __builtin_elementwise_abs(v); }   \
  EK_INLINE ek_vector_##S nearest_##S(ek_vector_##S v) { return __builtin_elementwise_rint(v); } \
  /* The size of one vector with the sign of another. */                                       \
  EK_INLINE ek_vector_##S signed_##S(ek_vector_##S v, ek_vector_##S sign) {                    \
    return __builtin_elementwise_copysign(v, sign);                                            \
  }                                                                                            \
  /* One instruction each; b where either is NaN. */                                           \
  EK_INLINE ek_vector_##S less_##S(ek_vector_##S a, ek_vector_##S b) { return a < b ? a : b; } \
  EK_INLINE ek_vector_##S more_##S(ek_vector_##S a, ek_vector_##S b) { return a > b ? a : b; } \
  /* The lanes below `count`. */                                                               \
  EK_INLINE ek_lanes_##S first_##S(ek_int count) {                                             \
    ek_lanes_##S lane;                                                                         \
    for (int i = 0; i < EK_LANES_##S; i++) lane[i] = i;                                        \
    return lane < (ek_lanes_##S)(int##BITS##_t)count;                                          \
  }
EK_VECTOR_BASICS(float, f32, 32)
EK_VECTOR_BASICS(double, f64, 64)

typedef float ek_four __attribute__((ext_vector_type(4)));

// Loads and stores of the first 1 ..< EK_LANES lanes; the others load as zeros.
#if EK_VECTOR_BYTES == 64
EK_INLINE ek_vector_f32 load_first_f32(ek_int count, const float *x) {
  return (ek_vector_f32)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), x);
}
EK_INLINE void store_first_f32(ek_int count, float *y, ek_vector_f32 v) {
  _mm512_mask_storeu_ps(y, (__mmask16)((1u << count) - 1), (__m512)v);
}
EK_INLINE ek_vector_f64 load_first_f64(ek_int count, const double *x) {
  return (ek_vector_f64)_mm512_maskz_loadu_pd((__mmask8)((1u << count) - 1), x);
}
EK_INLINE void store_first_f64(ek_int count, double *y, ek_vector_f64 v) {
  _mm512_mask_storeu_pd(y, (__mmask8)((1u << count) - 1), (__m512d)v);
}
#else
// Whole halves first, then halves of what is left; nothing passes through memory.
EK_INLINE ek_vector_f64 load_first_f64(ek_int count, const double *x) {
  ek_vector_f64 v = 0;
#if EK_VECTOR_BYTES == 32
  if (count & 2) {
    memcpy(&v, x, 16);
    if (count & 1) v[2] = x[2];
    return v;
  }
#endif
  if (count & 1) v[0] = x[0];
  return v;
}
EK_INLINE void store_first_f64(ek_int count, double *y, ek_vector_f64 v) {
#if EK_VECTOR_BYTES == 32
  if (count & 2) {
    memcpy(y, &v, 16);
    if (count & 1) y[2] = v[2];
    return;
  }
#endif
  if (count & 1) y[0] = v[0];
}

EK_INLINE ek_four load_first_of_four(ek_int count, const float *x) {
  ek_four v = 0;
  if (count & 2) {
    memcpy(&v, x, 8);
    if (count & 1) v[2] = x[2];
  } else if (count & 1) {
    v[0] = x[0];
  }
  return v;
}
EK_INLINE void store_first_of_four(ek_int count, float *y, ek_four v) {
  if (count & 2) {
    memcpy(y, &v, 8);
    if (count & 1) y[2] = v[2];
  } else if (count & 1) {
    y[0] = v[0];
  }
}
#if EK_VECTOR_BYTES == 32
EK_INLINE ek_vector_f32 load_first_f32(ek_int count, const float *x) {
  ek_vector_f32 v = 0;
  if (count & 4) {
    memcpy(&v, x, 16);
    v.hi = load_first_of_four(count, x + 4);
  } else {
    v.lo = load_first_of_four(count, x);
  }
  return v;
}
EK_INLINE void store_first_f32(ek_int count, float *y, ek_vector_f32 v) {
  if (count & 4) {
    memcpy(y, &v, 16);
    store_first_of_four(count, y + 4, v.hi);
  } else {
    store_first_of_four(count, y, v.lo);
  }
}
#else
EK_INLINE ek_vector_f32 load_first_f32(ek_int count, const float *x) {
  return load_first_of_four(count, x);
}
EK_INLINE void store_first_f32(ek_int count, float *y, ek_vector_f32 v) {
  store_first_of_four(count, y, v);
}
#endif
#endif

// Across the lanes, by halves.
#define EK_JOIN_SUM(a, b) ((a) + (b))
#define EK_JOIN_PRODUCT(a, b) ((a) * (b))
#define EK_JOIN_GREATEST(a, b) ((((a) > (b)) | ((a) != (a))) ? (a) : (b))
#define EK_JOIN_LEAST(a, b) ((((a) < (b)) | ((a) != (a))) ? (a) : (b))
typedef float ek_two_f32 __attribute__((ext_vector_type(2)));
typedef double ek_two_f64 __attribute__((ext_vector_type(2)));
#if EK_VECTOR_BYTES == 64
typedef float ek_half_f32 __attribute__((ext_vector_type(8)));
typedef double ek_half_f64 __attribute__((ext_vector_type(4)));
#define EK_HALVES_f32(JOIN)                  \
  const ek_half_f32 h = JOIN(v.lo, v.hi);    \
  const ek_four four = JOIN(h.lo, h.hi);     \
  const ek_two_f32 two = JOIN(four.lo, four.hi)
#define EK_HALVES_f64(JOIN)                  \
  const ek_half_f64 h = JOIN(v.lo, v.hi);    \
  const ek_two_f64 two = JOIN(h.lo, h.hi)
#elif EK_VECTOR_BYTES == 32
#define EK_HALVES_f32(JOIN)                  \
  const ek_four four = JOIN(v.lo, v.hi);     \
  const ek_two_f32 two = JOIN(four.lo, four.hi)
#define EK_HALVES_f64(JOIN) const ek_two_f64 two = JOIN(v.lo, v.hi)
#else
#define EK_HALVES_f32(JOIN) const ek_two_f32 two = JOIN(v.lo, v.hi)
#define EK_HALVES_f64(JOIN) const ek_two_f64 two = v
#endif
#define EK_ACROSS(name, T, S, JOIN)         \
  EK_INLINE T name##_##S(ek_vector_##S v) { \
    EK_HALVES_##S(JOIN);                    \
    const T a = two[0], b = two[1];         \
    return JOIN(a, b);                      \
  }
EK_ACROSS(sum_across, float, f32, EK_JOIN_SUM)
EK_ACROSS(sum_across, double, f64, EK_JOIN_SUM)
EK_ACROSS(product_across, float, f32, EK_JOIN_PRODUCT)
EK_ACROSS(product_across, double, f64, EK_JOIN_PRODUCT)
EK_ACROSS(greatest_across, float, f32, EK_JOIN_GREATEST)
EK_ACROSS(greatest_across, double, f64, EK_JOIN_GREATEST)
EK_ACROSS(least_across, float, f32, EK_JOIN_LEAST)
EK_ACROSS(least_across, double, f64, EK_JOIN_LEAST)

// Runs the given statements for each vector of 0 ..< count: `i` is where it begins and `n` how many
// lanes it uses. Whole vectors and the last, shorter one are compiled apart; LOAD and STORE in the
// statements read and write n elements.
#define EK_VECTORS(count, ...)                                                   \
  do {                                                                           \
    const ek_int count_ = (count);                                               \
    ek_int i = 0;                                                                \
    for (; i + LANES <= count_; i += LANES) {                                    \
      enum { n = LANES };                                                        \
      __VA_ARGS__                                                                \
    }                                                                            \
    const ek_int n = count_ - i;                                                 \
    if (n > 0) { __VA_ARGS__ }                                                   \
  } while (0)

#define V EK_S(ek_vector)
#define L EK_S(ek_lanes)
#define LANES EK_S(EK_LANES)
#define ALL(value) EK_S(all)(value)
#define FMA(a, b, c) EK_S(fma)(a, b, c)
#define LOAD(x) (n == LANES ? EK_S(load)(x) : EK_S(load_first)(n, x))
#define STORE(y, v) (n == LANES ? EK_S(store)(y, v) : EK_S(store_first)(n, y, v))

#endif
