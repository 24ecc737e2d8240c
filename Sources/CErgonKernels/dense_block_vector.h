// Products of block-quantised rows with int8 tokens, for the files that are compiled once per
// instruction set for small integers. They define EK_ISA, EK_VECTOR_BYTES and EK_DOT_BLOCK, a
// header with dot_block: the integer products of a block.
//
// A lane stands for a row: as many rows as lanes are decoded together, and turned so that a vector
// holds four columns of each. Four columns of a token, broadcast, then meet all rows at once, and
// no lanes need adding. The decoded rows of 256 columns serve all tokens.
#include "dense.h"
#include "dense_weights_vector.h"
#include "vector_turn.h"

enum { block_lanes = EK_LANES_f32, most_block_tokens = EK_VECTOR_BYTES == 32 ? 4 : 8 };

// MARK: Decoding

// `v` holds 32 bytes of each row in pieces of a quarter, half or whole of them; turned, w[i] has in
// lane r the bytes 4 i ..< 4 i + 4 of row r. How rows and pieces lie in `v`:
#if EK_VECTOR_BYTES == 64
// v[i], i < 4: rows i and i + 4; v[4 + i]: rows i + 8 and i + 12.
EK_INLINE const uint8_t *const *row_of_vector(const uint8_t *const *rows, int i) {
  return rows + i + i / 4 * 4;
}
EK_INLINE ek_words load_thirty_two(const uint8_t *const *rows, ek_int offset, int i) {
  const uint8_t *const *row = row_of_vector(rows, i);
  const __m256i a = _mm256_loadu_si256((const __m256i *)(row[0] + offset));
  const __m256i b = _mm256_loadu_si256((const __m256i *)(row[4] + offset));
  return (ek_words)_mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
}
// 16 bytes of each row, twice.
EK_INLINE ek_words load_sixteen_twice(const uint8_t *const *rows, ek_int offset, int i) {
  const uint8_t *const *row = row_of_vector(rows, i);
  const __m512i a = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(row[0] + offset)));
  const __m128i b = _mm_loadu_si128((const __m128i *)(row[4] + offset));
  return (ek_words)_mm512_mask_broadcast_i32x4(a, 0xFF00, b);
}
#define EK_SECOND_HALVES {0, 0, 0, 0, 4, 4, 4, 4, 0, 0, 0, 0, 4, 4, 4, 4}
#elif EK_VECTOR_BYTES == 32
// v[i]: row i.
EK_INLINE ek_words load_thirty_two(const uint8_t *const *rows, ek_int offset, int i) {
  return (ek_words)_mm256_loadu_si256((const __m256i *)(rows[i] + offset));
}
EK_INLINE ek_words load_sixteen_twice(const uint8_t *const *rows, ek_int offset, int i) {
  return (ek_words)_mm256_broadcastsi128_si256(
      _mm_loadu_si128((const __m128i *)(rows[i] + offset)));
}
#define EK_SECOND_HALVES {0, 0, 0, 0, 4, 4, 4, 4}
#else
// v[i], i < 4: the first half of row i; v[4 + i]: the second.
EK_INLINE ek_words load_sixteen(const uint8_t *p) { return (ek_words)vld1q_u8(p); }
EK_INLINE ek_words load_thirty_two(const uint8_t *const *rows, ek_int offset, int i) {
  return load_sixteen(rows[i % 4] + offset + i / 4 * 16);
}
EK_INLINE ek_words load_sixteen_twice(const uint8_t *const *rows, ek_int offset, int i) {
  return load_sixteen(rows[i % 4] + offset);
}
#endif

EK_INLINE void turn(ek_words v[8], ek_words w[8]) {
  turn_fours(v);
  turn_fours(v + 4);
#if EK_VECTOR_BYTES == 16
  for (int i = 0; i < 8; i++) w[i] = v[i];
#else
  for (int i = 0; i < 4; i++) {
    w[i] = EK_EVEN_QUARTERS(v[i], v[i + 4]);
    w[i + 4] = EK_ODD_QUARTERS(v[i], v[i + 4]);
  }
#endif
}

// Codes are stored as numbers from 0 on: 2 to this power more than they mean (Q4_K: what they
// mean).
EK_INLINE int code_shift(const ek_weight_format format) {
  switch (format) {
    case EK_WEIGHTS_Q8_0: return 7;
    case EK_WEIGHTS_Q4_0: return 3;
    case EK_WEIGHTS_Q6_K: return 5;
    default: return 0;
  }
}

// Vector i of the codes of block `b` of the rows, before turning.
EK_INLINE ek_words codes_of(const ek_weight_format format, const uint8_t *const *rows, ek_int b,
                            int i) {
  const ek_words nibbles = 0x0F0F0F0F;
  if (format == EK_WEIGHTS_Q8_0) return load_thirty_two(rows, b * 34 + 2, i) ^ 0x80808080;
  if (format == EK_WEIGHTS_Q4_0) {
    const ek_words both = load_sixteen_twice(rows, b * 18 + 2, i);
#if EK_VECTOR_BYTES == 16
    return both >> (uint32_t)(i / 4 * 4) & nibbles;
#else
    return both >> (ek_words)EK_SECOND_HALVES & nibbles;
#endif
  }
  if (format == EK_WEIGHTS_Q4_K) {
    const ek_words both = load_thirty_two(rows, b / 8 * 144 + 16 + b % 8 / 2 * 32, i);
    return both >> (uint32_t)(b % 2 * 4) & nibbles;
  }
  const ek_int start = b / 8 * 210, half = b % 8 / 4, quarter = b % 4;
  const ek_words low = load_thirty_two(rows, start + half * 64 + quarter % 2 * 32, i);
  const ek_words high = load_thirty_two(rows, start + 128 + half * 32, i);
  return (low >> (uint32_t)(quarter / 2 * 4) & nibbles) |
         (high >> (uint32_t)(quarter * 2) & 0x03030303) << 4;
}

// All the codes of block `b`, turned.
EK_INLINE void block_codes(const ek_weight_format format, const uint8_t *const *rows, ek_int b,
                           ek_words w[8]) {
  ek_words v[8];
  for (int i = 0; i < 8; i++) v[i] = codes_of(format, rows, b, i);
  turn(v, w);
}

EK_INLINE ek_vector_f32 halves(const uint16_t half[block_lanes]) {
  ek_shorts v;
  memcpy(&v, half, sizeof v);
  return vector_of_halves(v);
}

EK_INLINE ek_vector_f32 floats(ek_words v) {
  return __builtin_convertvector((ek_lanes_f32)v, ek_vector_f32);
}

// The scales (two a block for Q6_K) and minima of the blocks of up to 256 columns.
typedef struct {
  ek_vector_f32 scale[16], minimum[8];
} block_scales;

EK_INLINE void read_scales(const ek_weight_format format, const uint8_t *const *rows, ek_int b,
                           int count, block_scales *to) {
  if (format == EK_WEIGHTS_Q4_0 || format == EK_WEIGHTS_Q8_0) {
    const ek_int bytes = ek_block_bytes(format);
    EK_ALIGNED uint16_t half[8][block_lanes];
    for (int r = 0; r < block_lanes; r++)
      for (int i = 0; i < count; i++) half[i][r] = ek_read_u16(rows[r] + (b + i) * bytes);
    for (int i = 0; i < count; i++) to->scale[i] = halves(half[i]);
    return;
  }
  EK_ALIGNED uint16_t half[2][block_lanes];
  EK_ALIGNED uint32_t word[4][block_lanes];
  const bool is_four = format == EK_WEIGHTS_Q4_K;
  for (int r = 0; r < block_lanes; r++) {
    const uint8_t *block = rows[r] + b / 8 * ek_block_bytes(format);
    half[0][r] = ek_read_u16(block + (is_four ? 0 : 208));
    half[1][r] = ek_read_u16(block + (is_four ? 2 : 208));
    for (int i = 0; i < (is_four ? 3 : 4); i++)
      memcpy(&word[i][r], block + (is_four ? 4 : 192) + 4 * i, 4);
  }
  const ek_vector_f32 d = halves(half[0]);
  ek_words s[4];
  for (int i = 0; i < (is_four ? 3 : 4); i++) memcpy(&s[i], word[i], sizeof s[i]);
  if (is_four) {
    const ek_vector_f32 least = halves(half[1]);
    for (uint32_t i = 0; i < 4; i++) {
      to->scale[i] = d * floats(s[0] >> 8 * i & 63);
      to->minimum[i] = least * floats(s[1] >> 8 * i & 63);
      to->scale[i + 4] = d * floats((s[2] >> 8 * i & 15) | (s[0] >> (8 * i + 6) & 3) << 4);
      to->minimum[i + 4] =
          least * floats((s[2] >> (8 * i + 4) & 15) | (s[1] >> (8 * i + 6) & 3) << 4);
    }
  } else {
    for (int i = 0; i < 16; i++) {
      const ek_lanes_f32 code = (ek_lanes_f32)(s[i / 4] << (uint32_t)(24 - i % 4 * 8)) >> 24;
      to->scale[i] = d * __builtin_convertvector(code, ek_vector_f32);
    }
  }
}

// MARK: Products

#include EK_DOT_BLOCK

// The products of a decoded block and a token's, added to y.
EK_INLINE ek_vector_f32 add_block(const ek_weight_format format, const ek_words w[8],
                                  const ek_vector_f32 *scale, const ek_block_tokens *x,
                                  ek_int at, ek_vector_f32 y) {
  const ek_vector_f32 factor = all_f32(x->factors[at]);
  const int8_t *codes = x->codes + at * 32;
  if (format == EK_WEIGHTS_Q6_K) {
    const ek_lanes_f32 a = dot_block(format, 4, w, codes, x->half_sums[2 * at]);
    const ek_lanes_f32 b = dot_block(format, 4, w + 4, codes + 16, x->half_sums[2 * at + 1]);
    y = fma_f32(scale[0], factor * __builtin_convertvector(a, ek_vector_f32), y);
    return fma_f32(scale[1], factor * __builtin_convertvector(b, ek_vector_f32), y);
  }
  const ek_lanes_f32 product = dot_block(format, 8, w, codes, x->sums[at]);
  return fma_f32(scale[0], factor * __builtin_convertvector(product, ek_vector_f32), y);
}

// `count` blocks of the rows, decoded, times `tokens` tokens, added to y.
EK_INLINE void block_tile(const ek_weight_format format, const int tokens, int count,
                          ek_words (*w)[8], const block_scales *scales, const ek_block_tokens *x,
                          ek_int token, ek_int b, float *y) {
  const int each = format == EK_WEIGHTS_Q6_K ? 2 : 1;
  ek_vector_f32 sum[most_block_tokens];
  for (int t = 0; t < tokens; t++)
    sum[t] = b == 0 ? all_f32(0) : load_f32(y + t * EK_DENSE_ROWS);
  const ek_int blocks = x->columns / 32;
  for (int i = 0; i < count; i++)
    for (int t = 0; t < tokens; t++)
      sum[t] = add_block(format, w[i], scales->scale + each * i, x,
                         (token + t) * blocks + b + i, sum[t]);
  if (format == EK_WEIGHTS_Q4_K)
    for (int i = 0; i < count; i++)
      for (int t = 0; t < tokens; t++)
        sum[t] = fma_f32(-scales->minimum[i], all_f32(x->shifts[(token + t) * blocks + b + i]),
                         sum[t]);
  for (int t = 0; t < tokens; t++) store_f32(y + t * EK_DENSE_ROWS, sum[t]);
}

EK_INLINE void block_group(const ek_weight_format format, const ek_dense_task *task,
                           const uint8_t *const *rows, bool fetch, float *y) {
  const ek_block_tokens *x = task->blocks;
  const ek_int blocks = task->columns / 32, first = task->first_token, tokens = task->tokens;
  const ek_int span = 256 / ek_block_columns(format) * ek_block_bytes(format);
  EK_ALIGNED block_scales scales;
  EK_ALIGNED ek_words codes[8][8];
  for (ek_int b = 0; b < blocks; b += 8) {
    const int count = (int)ek_least(8, blocks - b);
    read_scales(format, rows, b, count, &scales);
    if (fetch)
      for (int r = 0; r < block_lanes; r++)
        for (ek_int i = 0; i < span; i += 64)
          __builtin_prefetch(rows[r] + block_lanes * task->row_bytes + b / 8 * span + i, 0, 2);
    for (int i = 0; i < count; i++) block_codes(format, rows, b + i, codes[i]);
    ek_int t = 0;
#define EK_BLOCK_TILE(T)                                                                   \
  block_tile(format, T, count, codes, &scales, x, first + t, b, y + t * EK_DENSE_ROWS)
    for (; t + most_block_tokens <= tokens; t += most_block_tokens)
      EK_BLOCK_TILE(most_block_tokens);
    if (most_block_tokens > 4 && t + 4 <= tokens) EK_BLOCK_TILE(4), t += 4;
    if (t + 2 <= tokens) EK_BLOCK_TILE(2), t += 2;
    if (t < tokens) EK_BLOCK_TILE(1);
#undef EK_BLOCK_TILE
  }
}

#include "dense_block_line.h"

EK_INLINE void block_groups(const ek_weight_format format, const ek_dense_task *task) {
  for (int r = 0; r < task->count; r += block_lanes) {
    const bool goes_on = r + block_lanes < task->count || task->goes_on;
    const int count = (int)ek_least(block_lanes, task->count - r);
    if (task->tokens == 1) line_group(format, task, task->rows + r, count, task->y + r);
    else
      block_group(format, task, task->rows + r, goes_on && task->row_bytes != 0, task->y + r);
  }
}

static void block_rows(const ek_dense_task *task) {
#if EK_VECTOR_BYTES == 64
  // The 32 bytes of a block of Q8_0 fill the shorter vector, and reading rows was measured to be a
  // tenth faster with it. The bits are the same.
  if (task->format == EK_WEIGHTS_Q8_0 && task->tokens == 1) {
    ek_dense_block_avx2.rows(task);
    return;
  }
#endif
  switch (task->format) {
    case EK_WEIGHTS_Q4_0: block_groups(EK_WEIGHTS_Q4_0, task); break;
    case EK_WEIGHTS_Q8_0: block_groups(EK_WEIGHTS_Q8_0, task); break;
    case EK_WEIGHTS_Q4_K: block_groups(EK_WEIGHTS_Q4_K, task); break;
    default: block_groups(EK_WEIGHTS_Q6_K, task); break;
  }
}

// MARK: Tokens

static void quantize(const float *x, const ek_block_tokens *to) {
  enum { vectors = 32 / block_lanes };
  typedef int8_t codes __attribute__((ext_vector_type(block_lanes)));
  for (ek_int b = 0; b < to->columns / 32; b++, x += 32) {
    ek_vector_f32 v[vectors];
    ek_lanes_f32 most = 0;
    for (int i = 0; i < vectors; i++) {
      v[i] = load_f32(x + i * block_lanes);
      const ek_lanes_f32 bits = bits_f32(v[i]) & 0x7FFFFFFF;
      most = bits > most ? bits : most;
    }
    const uint32_t greatest = (uint32_t)__builtin_reduce_max(most);
    const float scale = ek_code_scale(greatest);
    int32_t sums[2] = {0, 0};
    for (int i = 0; i < vectors; i++) {
      const ek_vector_f32 scaled = scale == 0 ? all_f32(0) : nearest_f32(v[i] * scale);
      const ek_lanes_f32 code = __builtin_convertvector(scaled, ek_lanes_f32);
      const codes narrow = __builtin_convertvector(code, codes);
      memcpy(to->codes + b * 32 + i * block_lanes, &narrow, sizeof narrow);
      sums[i * block_lanes / 16] += __builtin_reduce_add(code);
    }
    ek_finish_token_block(to, b, greatest, sums);
  }
}

const ek_dense_block_functions EK_PASTE(ek_dense_block, EK_ISA) = {block_rows, quantize};
