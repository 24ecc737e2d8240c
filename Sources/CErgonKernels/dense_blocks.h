// How the weight formats store a block of a row, and its decoding one number at a time: the plain
// twin of every kernel that reads them.
#ifndef EK_DENSE_BLOCKS_H
#define EK_DENSE_BLOCKS_H

#include "half.h"
#include "include/ergon_quantized_kernels.h"

EK_INLINE bool ek_is_quantized(ek_weight_format format) {
  return format != EK_WEIGHTS_F32 && format != EK_WEIGHTS_F16 && format != EK_WEIGHTS_BF16;
}

// Columns and bytes of a block. A floating-point format has blocks of one number.
EK_INLINE ek_int ek_block_columns(ek_weight_format format) {
  switch (format) {
    case EK_WEIGHTS_Q4_0:
    case EK_WEIGHTS_Q8_0: return 32;
    case EK_WEIGHTS_Q4_K:
    case EK_WEIGHTS_Q6_K: return 256;
    default: return 1;
  }
}

EK_INLINE ek_int ek_block_bytes(ek_weight_format format) {
  switch (format) {
    case EK_WEIGHTS_F32: return 4;
    case EK_WEIGHTS_Q4_0: return 18;
    case EK_WEIGHTS_Q8_0: return 34;
    case EK_WEIGHTS_Q4_K: return 144;
    case EK_WEIGHTS_Q6_K: return 210;
    default: return 2;
  }
}

// One number of a floating-point row.
EK_INLINE float ek_read_weight(ek_weight_format format, const uint8_t *row, ek_int column) {
  float value;
  switch (format) {
    case EK_WEIGHTS_F16: return ek_read_half(row + 2 * column);
    case EK_WEIGHTS_BF16: return float_of_bits((uint32_t)ek_read_u16(row + 2 * column) << 16);
    default: memcpy(&value, row + 4 * column, sizeof value); return value;
  }
}

// 32 weights of a quantised row: weight j is scale[j / 16] * codes[j] - minimum.
typedef struct {
  int8_t codes[32];
  float scale[2];
  float minimum;
} ek_weight_block;

// Q4_0: f16 d, 16 bytes. Byte j holds weight j low and weight j + 16 high, both less 8.
EK_INLINE void ek_read_q4_0(const uint8_t *block, ek_weight_block *to) {
  to->scale[0] = to->scale[1] = ek_read_half(block);
  to->minimum = 0;
  for (int j = 0; j < 16; j++) {
    to->codes[j] = (int8_t)((block[2 + j] & 15) - 8);
    to->codes[j + 16] = (int8_t)((block[2 + j] >> 4) - 8);
  }
}

// Q8_0: f16 d, 32 int8.
EK_INLINE void ek_read_q8_0(const uint8_t *block, ek_weight_block *to) {
  to->scale[0] = to->scale[1] = ek_read_half(block);
  to->minimum = 0;
  memcpy(to->codes, block + 2, 32);
}

// Q4_K: f16 d, f16 dmin, 12 bytes with eight scales and eight minima of 6 bits, 128 bytes.
// Sub-blocks 2 g and 2 g + 1 are the low and the high halves of 32 bytes.
EK_INLINE void ek_read_q4_k(const uint8_t *block, int part, ek_weight_block *to) {
  const uint8_t *s = block + 4, *codes = block + 16 + part / 2 * 32;
  int scale, minimum;
  if (part < 4) {
    scale = s[part] & 63;
    minimum = s[part + 4] & 63;
  } else {
    scale = (s[part + 4] & 15) | (s[part - 4] >> 6) << 4;
    minimum = (s[part + 4] >> 4) | (s[part] >> 6) << 4;
  }
  to->scale[0] = to->scale[1] = ek_read_half(block) * (float)scale;
  to->minimum = ek_read_half(block + 2) * (float)minimum;
  const int shift = part % 2 * 4;
  for (int j = 0; j < 32; j++) to->codes[j] = (int8_t)(codes[j] >> shift & 15);
}

// Q6_K: 128 bytes with the low four bits, 64 with the high two, 16 int8 scales, f16 d. Of a half of
// 128 weights the sub-blocks 0 and 1 have their low bits in the low halves of 64 bytes, 2 and 3 in
// the high halves; sub-block i has its high bits at bit 2 i of 32 bytes.
EK_INLINE void ek_read_q6_k(const uint8_t *block, int part, ek_weight_block *to) {
  const int half = part / 4, quarter = part % 4;
  const uint8_t *low = block + half * 64 + quarter % 2 * 32, *high = block + 128 + half * 32;
  const int8_t *scales = (const int8_t *)block + 192 + half * 8 + quarter * 2;
  const float d = ek_read_half(block + 208);
  to->scale[0] = d * (float)scales[0];
  to->scale[1] = d * (float)scales[1];
  to->minimum = 0;
  for (int j = 0; j < 32; j++) {
    const int bits = (low[j] >> quarter / 2 * 4 & 15) | (high[j] >> 2 * quarter & 3) << 4;
    to->codes[j] = (int8_t)(bits - 32);
  }
}

// The 32 weights from column 32 * index on.
EK_INLINE void ek_read_block(ek_weight_format format, const uint8_t *row, ek_int index,
                             ek_weight_block *to) {
  switch (format) {
    case EK_WEIGHTS_Q4_0: ek_read_q4_0(row + index * 18, to); break;
    case EK_WEIGHTS_Q8_0: ek_read_q8_0(row + index * 34, to); break;
    case EK_WEIGHTS_Q4_K: ek_read_q4_k(row + index / 8 * 144, (int)(index % 8), to); break;
    default: ek_read_q6_k(row + index / 8 * 210, (int)(index % 8), to); break;
  }
}

#endif
