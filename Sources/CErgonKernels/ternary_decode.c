// Trits of the formats that files have. Plain loops over bytes: compilers make vectors of them with
// any instruction set, and memory is the limit.
#include <string.h>

#include "include/ergon_quantized_kernels.h"
#include "internal.h"

// The two bits at `shift` as a trit.
EK_INLINE int8_t trit_at(uint8_t codes, int shift) { return (int8_t)((codes >> shift & 3) - 1); }

// Four trits of each of `width` bytes: trit p of byte m, at bit first + p * step, becomes number
// p * width + m. Gives what has a bit 2 p set where some byte has a code of 3 there.
EK_INLINE uint8_t decode_planes(const int width, const int first, const int step,
                                const uint8_t *restrict codes, int8_t *restrict trits) {
  uint8_t both = 0;
  for (int m = 0; m < width; m++) {
    const uint8_t q = codes[m];
    both |= q & (uint8_t)(q >> 1);
    trits[m] = trit_at(q, first);
    trits[width + m] = trit_at(q, first + step);
    trits[2 * width + m] = trit_at(q, first + 2 * step);
    trits[3 * width + m] = trit_at(q, first + 3 * step);
  }
  return both;
}

// `digits` trits of each of `width` bytes, digit n of byte m at n * width + m.
//
// A byte is v / 243 as a fraction of 256, v having five digits to the base of three: times 3^n
// modulo 256 the digit n is the third in which the fraction lies.
EK_INLINE void decode_thirds(const uint8_t *restrict codes, int width, int digits,
                             int8_t *restrict trits) {
  uint8_t power = 1;
  for (int n = 0; n < digits; n++, power = (uint8_t)(power * 3)) {
    for (int m = 0; m < width; m++) {
      const uint8_t fraction = (uint8_t)(codes[m] * power);
      trits[n * width + m] = (int8_t)((fraction > 85) + (fraction > 170) - 1);
    }
  }
}

static void decode_tq1(const uint8_t *codes, int8_t *trits) {
  decode_thirds(codes, 32, 5, trits);
  decode_thirds(codes + 32, 16, 5, trits + 160);
  decode_thirds(codes + 48, 4, 4, trits + 240);
}

// Whether the half-precision number at `bytes` is zero of either sign.
static bool is_zero(const uint8_t *bytes) { return bytes[0] == 0 && (bytes[1] & 0x7F) == 0; }

bool ek_trits_decode(ek_trit_format format, ek_int count, const uint8_t *row, int8_t *trits) {
  uint8_t both = 0;
  switch (format) {
    case EK_TRITS_I2_S:
      for (ek_int i = 0; i < count; i += 128)
        both |= decode_planes(32, 6, -2, row + i / 4, trits + i);
      break;
    case EK_TRITS_IQ2_BN:
      for (ek_int i = 0; i < count; i += 64)
        both |= decode_planes(16, 0, 2, row + i / 4, trits + i);
      break;
    case EK_TRITS_TQ2_0:
      for (ek_int i = 0; i < count; i += 256, row += 66) {
        if (is_zero(row + 64)) {
          memset(trits + i, 0, 256);
          continue;
        }
        both |= decode_planes(32, 0, 2, row, trits + i);
        both |= decode_planes(32, 0, 2, row + 32, trits + i + 128);
      }
      break;
    case EK_TRITS_TQ1_0:
      for (ek_int i = 0; i < count; i += 256, row += 54) {
        if (is_zero(row + 52)) memset(trits + i, 0, 256);
        else decode_tq1(row, trits + i);
      }
      break;
  }
  return (both & 0x55) == 0;
}

EK_INLINE bool decode_plane(ek_int count, int shift, const uint8_t *restrict packed,
                            int8_t *restrict trits) {
  uint8_t both = 0;
  for (ek_int i = 0; i < count; i++) {
    both |= packed[i] & (uint8_t)(packed[i] >> 1);
    trits[i] = trit_at(packed[i], shift);
  }
  return (both >> shift & 1) == 0;
}

bool ek_trits_decode_plane(ek_int count, int32_t plane, const uint8_t *packed, int8_t *trits) {
  // A shift that is known makes the faster loop.
  switch (plane) {
    case 0: return decode_plane(count, 0, packed, trits);
    case 1: return decode_plane(count, 2, packed, trits);
    case 2: return decode_plane(count, 4, packed, trits);
    default: return decode_plane(count, 6, packed, trits);
  }
}
