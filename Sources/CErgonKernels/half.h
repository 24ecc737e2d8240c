// Half precision and bfloat16, one number at a time; with EK_NATIVE_HALF the processor converts
// half precision itself.
#ifndef EK_HALF_H
#define EK_HALF_H

#include "template.h"

EK_INLINE float float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

EK_INLINE uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// Half precision: 1 sign, 5 exponent and 10 fraction bits. A signalling NaN becomes quiet.
#ifdef EK_NATIVE_HALF
EK_INLINE float float_of_half(uint16_t half) {
  _Float16 value;
  memcpy(&value, &half, sizeof value);
  return (float)value;
}

EK_INLINE uint16_t half_of_float(float value) {
  const _Float16 half = (_Float16)value;
  uint16_t bits;
  memcpy(&bits, &half, sizeof bits);
  return bits;
}
#else
EK_INLINE float float_of_half(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7FFF;
  if (magnitude < 0x0400) {  // zero and subnormals: a multiple of 2^-24
    const float value = (float)magnitude * 0x1p-24f;
    return float_of_bits(sign | bits_of_float(value));
  }
  if (magnitude > 0x7C00) return float_of_bits(sign | 0x7FC00000 | magnitude << 13);
  const uint32_t rebias = magnitude == 0x7C00 ? (255 - 31) << 23 : (127 - 15) << 23;
  return float_of_bits(sign | (rebias + (magnitude << 13)));
}

EK_INLINE uint16_t half_of_float(float value) {
  const uint32_t bits = bits_of_float(value), magnitude = bits & 0x7FFFFFFF;
  const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  if (magnitude > 0x7F800000) return sign | 0x7E00 | (uint16_t)(magnitude >> 13 & 0x3FF);
  if (magnitude >= 0x477FF000) return sign | 0x7C00;  // 65,520 and above round to infinity
  if (magnitude < 0x38800000) {  // below 2^-14: the sum with 1/2 rounds to a multiple of 2^-24
    const float sum = float_of_bits(magnitude) + 0.5f;
    return sign | (uint16_t)(bits_of_float(sum) - 0x3F000000);
  }
  // Half of the last kept place, less one for ties to even.
  const uint32_t rounded = magnitude + 0x0FFF + (magnitude >> 13 & 1);
  return sign | (uint16_t)((rounded - ((127 - 15) << 23)) >> 13);
}
#endif

// bfloat16: the upper half of a float.
EK_INLINE uint16_t bfloat_of_float(float value) {
  const uint32_t bits = bits_of_float(value);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return (uint16_t)(bits >> 16 | 0x0040);
  return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

// As they lie in files and caches, at any address.
EK_INLINE uint16_t ek_read_u16(const void *p) {
  uint16_t value;
  memcpy(&value, p, sizeof value);
  return value;
}

EK_INLINE float ek_read_half(const void *p) { return float_of_half(ek_read_u16(p)); }

#endif
