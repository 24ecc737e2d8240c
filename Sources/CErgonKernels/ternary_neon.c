// Ternary products for NEON: 4 rows by 16 columns in 16 bytes.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "ternary.h"

#define ROWS EK_TERNARY_MOST_ROWS

EK_INLINE int8x16_t plane(uint8x16_t codes, const int p) {
  const uint8x16_t mask = vdupq_n_u8(3);
  switch (p) {
    case 0: return vreinterpretq_s8_u8(vandq_u8(codes, mask));
    case 1: return vreinterpretq_s8_u8(vandq_u8(vshrq_n_u8(codes, 2), mask));
    case 2: return vreinterpretq_s8_u8(vandq_u8(vshrq_n_u8(codes, 4), mask));
    default: return vreinterpretq_s8_u8(vshrq_n_u8(codes, 6));
  }
}

EK_INLINE EK_TARGET_DOTPROD void dot_tokens(const uint8_t *w, ek_int steps, const int8_t *a,
                                            ek_int stride, const int32_t *sums, const int tokens,
                                            int32_t *y) {
  int32x4_t sum[8];
  for (int t = 0; t < tokens; t++) sum[t] = vdupq_n_s32(-sums[t]);
  for (ek_int s = 0; s < steps; s++, w += 16, a += 16) {
    const uint8x16_t codes = vld1q_u8(w);
    const int8x16_t p0 = plane(codes, 0), p1 = plane(codes, 1), p2 = plane(codes, 2),
                    p3 = plane(codes, 3);
#pragma clang loop unroll(full)
    for (int t = 0; t < tokens; t++) {
      const int8x16_t sixteen = vld1q_s8(a + t * stride);
      sum[t] = vdotq_laneq_s32(sum[t], p0, sixteen, 0);
      sum[t] = vdotq_laneq_s32(sum[t], p1, sixteen, 1);
      sum[t] = vdotq_laneq_s32(sum[t], p2, sixteen, 2);
      sum[t] = vdotq_laneq_s32(sum[t], p3, sixteen, 3);
    }
  }
  for (int t = 0; t < tokens; t++) vst1q_s32(y + t * ROWS, sum[t]);
}

EK_TARGET_DOTPROD
void ek_ternary_neon_dotprod(const uint8_t *tile, ek_int steps, const int8_t *a, ek_int stride,
                             const int32_t *sums, ek_int tokens, int32_t *y) {
  ek_int t = 0;
  for (; t + 8 <= tokens; t += 8)
    dot_tokens(tile, steps, a + t * stride, stride, sums + t, 8, y + t * ROWS);
  for (; t + 2 <= tokens; t += 2)
    dot_tokens(tile, steps, a + t * stride, stride, sums + t, 2, y + t * ROWS);
  if (t < tokens) dot_tokens(tile, steps, a + t * stride, stride, sums + t, 1, y + t * ROWS);
}

// Without dot products: a product is at most 2 * 128 in size and a 16-bit lane takes four in a step,
// so that 31 steps fit.
void ek_ternary_neon_plain(const uint8_t *tile, ek_int steps, const int8_t *a, ek_int stride,
                           const int32_t *sums, ek_int tokens, int32_t *y) {
  for (ek_int t = 0; t < tokens; t++) {
    const uint8_t *w = tile;
    const int8_t *from = a + t * stride;
    int32x4_t sum = vdupq_n_s32(-sums[t]);
    for (ek_int s = 0; s < steps;) {
      int16x8_t low = vdupq_n_s16(0), high = low;  // rows 0 and 1, rows 2 and 3: four lanes each
      const ek_int end = ek_least(s + 31, steps);
      for (; s < end; s++, w += 16, from += 16) {
        const uint8x16_t codes = vld1q_u8(w);
        for (int p = 0; p < 4; p++) {
          int32_t word;
          memcpy(&word, from + 4 * p, sizeof word);
          const int8x16_t rows = plane(codes, p),
                          four = vreinterpretq_s8_s32(vdupq_n_s32(word));
          low = vmlal_s8(low, vget_low_s8(rows), vget_low_s8(four));
          high = vmlal_high_s8(high, rows, four);
        }
      }
      sum = vaddq_s32(sum, vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
    }
    vst1q_s32(y + t * ROWS, sum);
  }
}

#endif
