// The arithmetic that turns random bits into numbers, written so that every instruction set gives
// the same bits: additions, multiplications, divisions and square roots in one order, never
// contracted to fused forms.
#ifndef EK_RANDOM_SCALAR_H
#define EK_RANDOM_SCALAR_H

#include "philox.h"
#include "scalar_arithmetic.h"

#pragma STDC FP_CONTRACT OFF

/// 24 bits to [0, 1), exactly.
EK_INLINE float ek_unit_f32(uint32_t bits) { return (float)(int32_t)(bits >> 8) * 0x1p-24f; }
/// 53 bits to [0, 1), exactly.
EK_INLINE double ek_unit_f64(uint64_t bits) { return (double)(int64_t)(bits >> 11) * 0x1p-53; }

/// The greatest number below `high`, which low + (high - low) * u may round to; `high` itself when
/// the interval is empty.
EK_INLINE float ek_below_f32(float low, float high) {
  return low < high ? __builtin_nextafterf(high, low) : high;
}
EK_INLINE double ek_below_f64(double low, double high) {
  return low < high ? __builtin_nextafter(high, low) : high;
}

/// The natural logarithm of x in (0, 1], within 2 units in the last place. With x = 2^e m and m in
/// [sqrt(1/2), sqrt(2)): log x = e log 2 + 2 artanh(s), s = (m - 1) / (m + 1).
EK_INLINE float ek_log_of_unit(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const int32_t e = (bits - 0x3F3504F3) >> 23;  // the bits of sqrt(1/2)
  bits -= (int32_t)((uint32_t)e << 23);
  float m;
  memcpy(&m, &bits, sizeof m);
  const float s = (m - 1) / (m + 1), z = s * s;
  const float tail = s * z * (0.666666865f + z * (0.399886698f + z * 0.295842946f));
  return (float)e * 0.693147182f + (2 * s + tail);
}

/// sqrt(-2 log u) for u in (0, 1], of 31 bits.
EK_INLINE float ek_normal_radius(uint32_t bits) {
  const float u = (float)(int32_t)(bits >> 1) * 0x1p-31f + 0x1p-32f;
  return __builtin_sqrtf(-2 * ek_log_of_unit(u));
}

/// sin and cos of bits / 2^32 full turns. The two highest bits of the rounded angle name its
/// quadrant exactly; what is left is t quarter turns, t in [-1/2, 1/2).
EK_INLINE void ek_sine_cosine_of_turn(uint32_t bits, float *sine, float *cosine) {
  const uint32_t shifted = bits + 0x20000000u, quadrant = shifted >> 30;
  const float t = (float)((int32_t)(shifted & 0x3FFFFFFFu) - 0x20000000) * 0x1p-30f, z = t * t;
  const float s =
      t * (1.57079637f + z * (-0.64596349f + z * (0.0796802267f + z * -0.00460217707f)));
  const float c =
      1 + z * (-1.23370051f + z * (0.253669411f + z * (-0.0208615307f + z * 0.000906747126f)));
  const float a = quadrant & 1 ? c : s, b = quadrant & 1 ? s : c;
  *sine = quadrant & 2 ? -a : a;
  *cosine = (quadrant + 1) & 2 ? -b : b;
}

#endif
