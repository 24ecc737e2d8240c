// Ternary products for NEON: 4 rows by 16 columns in 16 bytes.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "ternary.h"

enum { tile_rows = 4 };

EK_INLINE int8x16_t plane(uint8x16_t codes, const int p) {
  const uint8x16_t mask = vdupq_n_u8(3);
  switch (p) {
    case 0: return vreinterpretq_s8_u8(vandq_u8(codes, mask));
    case 1: return vreinterpretq_s8_u8(vandq_u8(vshrq_n_u8(codes, 2), mask));
    case 2: return vreinterpretq_s8_u8(vandq_u8(vshrq_n_u8(codes, 4), mask));
    default: return vreinterpretq_s8_u8(vshrq_n_u8(codes, 6));
  }
}

EK_INLINE EK_TARGET_DOTPROD void dot_tokens(const uint8_t *w, const ek_ternary_task *task,
                                            ek_int first, const int tokens, int32_t *y) {
  const ek_int steps = task->steps, stride = task->stride;
  const int8_t *a = task->codes + first * stride;
  const int32_t *sums = task->sums + first;
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
  for (int t = 0; t < tokens; t++) vst1q_s32(y + (first + t) * EK_TERNARY_BAND, sum[t]);
}

EK_TARGET_DOTPROD
void ek_ternary_neon_dotprod(const ek_ternary_task *task) {
  for (ek_int i = 0; i < task->tiles; i++) {
    const uint8_t *w = task->packed + i * task->steps * 16;
    int32_t *y = task->y + tile_rows * i;
    ek_int t = 0;
    for (; t + 8 <= task->tokens; t += 8) dot_tokens(w, task, t, 8, y);
    for (; t + 2 <= task->tokens; t += 2) dot_tokens(w, task, t, 2, y);
    if (t < task->tokens) dot_tokens(w, task, t, 1, y);
  }
}

// MARK: Products of 2 x 8 by 8 x 2

// Eight columns of two rows are two words of one plane and the same two of the next: smmla then adds
// them for two tokens. Two sums of four, for rows 0 and 1 and for rows 2 and 3: [row][token].
EK_INLINE EK_TARGET_I8MM void matrix_tokens(const uint8_t *w, const ek_ternary_task *task,
                                            ek_int first, const int pairs, int32_t *y) {
  const ek_int steps = task->steps, stride = task->stride;
  const int8_t *a = task->codes + first * stride;
  const int32_t *sums = task->sums + first;
  int32x4_t sum[4][2];
  for (int t = 0; t < pairs; t++) sum[t][0] = sum[t][1] = vdupq_n_s32(0);
  for (ek_int s = 0; s < steps; s++, w += 16, a += 16) {
    const uint8x16_t codes = vld1q_u8(w);
    int8x16_t rows[2][2];  // [columns below 8 or from 8 on][rows 0 and 1 or 2 and 3]
#pragma clang loop unroll(full)
    for (int h = 0; h < 2; h++) {
      const int32x4_t even = vreinterpretq_s32_s8(plane(codes, 2 * h));
      const int32x4_t odd = vreinterpretq_s32_s8(plane(codes, 2 * h + 1));
      rows[h][0] = vreinterpretq_s8_s32(vzip1q_s32(even, odd));
      rows[h][1] = vreinterpretq_s8_s32(vzip2q_s32(even, odd));
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < pairs; t++) {
      const int64x2_t one = vreinterpretq_s64_s8(vld1q_s8(a + 2 * t * stride));
      const int64x2_t two = vreinterpretq_s64_s8(vld1q_s8(a + (2 * t + 1) * stride));
      const int8x16_t low = vreinterpretq_s8_s64(vzip1q_s64(one, two));
      const int8x16_t high = vreinterpretq_s8_s64(vzip2q_s64(one, two));
      for (int r = 0; r < 2; r++) {
        sum[t][r] = vmmlaq_s32(sum[t][r], rows[0][r], low);
        sum[t][r] = vmmlaq_s32(sum[t][r], rows[1][r], high);
      }
    }
  }
  for (int t = 0; t < pairs; t++) {
    const int32x4_t one = vuzp1q_s32(sum[t][0], sum[t][1]), two = vuzp2q_s32(sum[t][0], sum[t][1]);
    int32_t *to = y + (first + 2 * t) * EK_TERNARY_BAND;
    vst1q_s32(to, vsubq_s32(one, vdupq_n_s32(sums[2 * t])));
    vst1q_s32(to + EK_TERNARY_BAND, vsubq_s32(two, vdupq_n_s32(sums[2 * t + 1])));
  }
}

EK_TARGET_I8MM
void ek_ternary_neon_i8mm(const ek_ternary_task *task) {
  for (ek_int i = 0; i < task->tiles; i++) {
    const uint8_t *w = task->packed + i * task->steps * 16;
    int32_t *y = task->y + tile_rows * i;
    ek_int t = 0;
    for (; t + 8 <= task->tokens; t += 8) matrix_tokens(w, task, t, 4, y);
    for (; t + 2 <= task->tokens; t += 2) matrix_tokens(w, task, t, 1, y);
    if (t < task->tokens) dot_tokens(w, task, t, 1, y);
  }
}

// MARK: Without dot products

// A product is at most 2 * 128 in size and a 16-bit lane takes four in a step, so that 31 steps fit.
static void widening_token(const uint8_t *w, ek_int steps, const int8_t *a, int32_t codes_sum,
                           int32_t *y) {
  int32x4_t sum = vdupq_n_s32(-codes_sum);
  for (ek_int s = 0; s < steps;) {
    int16x8_t low = vdupq_n_s16(0), high = low;  // rows 0 and 1, rows 2 and 3: four lanes each
    const ek_int end = ek_least(s + 31, steps);
    for (; s < end; s++, w += 16, a += 16) {
      const uint8x16_t codes = vld1q_u8(w);
#pragma clang loop unroll(full)
      for (int p = 0; p < 4; p++) {
        int32_t word;
        memcpy(&word, a + 4 * p, sizeof word);
        const int8x16_t rows = plane(codes, p), four = vreinterpretq_s8_s32(vdupq_n_s32(word));
        low = vmlal_s8(low, vget_low_s8(rows), vget_low_s8(four));
        high = vmlal_high_s8(high, rows, four);
      }
    }
    sum = vaddq_s32(sum, vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
  }
  vst1q_s32(y, sum);
}

void ek_ternary_neon_plain(const ek_ternary_task *task) {
  for (ek_int i = 0; i < task->tiles; i++)
    for (ek_int t = 0; t < task->tokens; t++)
      widening_token(task->packed + i * task->steps * 16, task->steps,
                     task->codes + t * task->stride, task->sums[t],
                     task->y + t * EK_TERNARY_BAND + tile_rows * i);
}

#endif
