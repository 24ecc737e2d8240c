// Products of F32, F16 and BF16 rows with tokens, for the files that are compiled once per
// instruction set. They define EK_ISA, EK_VECTOR_BYTES and how many sums fit the registers:
//   EK_FLOAT_TOKENS       tokens of a tile at most, and
//   EK_FLOAT_ROWS(T)      rows of a tile of T tokens: 1, 4 or 8.
//
// For one token memory is the limit, and it delivers most where it is read in order: row by row,
// with what comes a page later asked for ahead. Several tokens stay in the first cache over a part
// of the columns, and while the rows of a task pass, those of the next come into the second.
//
// Lane l of a sum takes the columns l, l + lanes, ... in order, whatever the tile, and the lanes
// are added by halves at the end: every result has one order of additions.
#include "dense.h"
#include "dense_weights_vector.h"

enum {
  float_lanes = EK_LANES_f32,
  float_ahead = 4096,  // bytes
  // A tile's tokens over so many columns stay in the first cache while the rows pass.
  float_depth = 1024,
  float_tokens = EK_FLOAT_SCRATCH / 64 / EK_DENSE_ROWS,
};

// Columns begin ..< end of `rows` rows times `tokens` tokens, added to sums[token][row]. Constants
// at every call: format, rows and tokens. `after` is what is read when a tile's one row is done;
// the next task's rows are `next` bytes on, 0 where they need not be asked for.
EK_INLINE void float_tile(const ek_weight_format format, const int rows, const int tokens,
                          const uint8_t *const *row, const uint8_t *after, ek_int next,
                          const float *x, ek_int ldx, ek_int begin, ek_int end, float *sums) {
  enum { token_sums = EK_DENSE_ROWS * float_lanes };
  const ek_int bytes = ek_block_bytes(format);
  ek_vector_f32 sum[8][EK_FLOAT_TOKENS];
  for (int r = 0; r < rows; r++)
    for (int t = 0; t < tokens; t++)
      sum[r][t] = begin == 0 ? all_f32(0) : load_f32(sums + t * token_sums + r * float_lanes);
  ek_int k = begin;
#define EK_FLOAT_STEP(K)                                                                   \
  do {                                                                                     \
    ek_vector_f32 v[EK_FLOAT_TOKENS];                                                      \
    for (int t = 0; t < tokens; t++) v[t] = load_f32(x + t * ldx + (K));                   \
    for (int r = 0; r < rows; r++) {                                                       \
      const ek_vector_f32 w = load_weights(format, row[r] + (K) * bytes);                  \
      for (int t = 0; t < tokens; t++) sum[r][t] = fma_f32(w, v[t], sum[r][t]);            \
    }                                                                                      \
  } while (0)
  const ek_int line = 64 / bytes;
  if (rows == 1) {
    for (; k + line <= end; k += line) {
      const ek_int ahead = k * bytes + float_ahead, rest = ahead - end * bytes;
      __builtin_prefetch(rest < 0 ? row[0] + ahead : after + rest);
      for (ek_int i = 0; i < line; i += float_lanes) EK_FLOAT_STEP(k + i);
    }
  } else if (next > 0) {
    for (; k + line <= end; k += line) {
      for (int r = 0; r < rows; r++) __builtin_prefetch(row[r] + k * bytes + next, 0, 2);
      for (ek_int i = 0; i < line; i += float_lanes) EK_FLOAT_STEP(k + i);
    }
  }
  for (; k + float_lanes <= end; k += float_lanes) EK_FLOAT_STEP(k);
#undef EK_FLOAT_STEP
  if (k < end) {
    for (int r = 0; r < rows; r++) {
      const ek_vector_f32 w = load_last_weights(format, end - k, row[r] + k * bytes);
      for (int t = 0; t < tokens; t++)
        sum[r][t] = fma_f32(w, load_first_f32(end - k, x + t * ldx + k), sum[r][t]);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int t = 0; t < tokens; t++) store_f32(sums + t * token_sums + r * float_lanes, sum[r][t]);
}

// The same for 8 rows of the task; `is_new` where the rows have not passed before.
EK_INLINE void float_tiles(const ek_weight_format format, const int tokens,
                           const ek_dense_task *task, int first, bool is_new, const float *x,
                           ek_int begin, ek_int end, float *sums) {
  const int rows = EK_FLOAT_ROWS(tokens);
  const bool asks = tokens > 1 && is_new && task->goes_on;
  const ek_int next = asks ? EK_DENSE_ROWS * task->row_bytes : 0;
  for (int r = 0; r < 8; r += rows) {
    const uint8_t *const *row = task->rows + first + r;
    const bool is_last = first + r + 1 == EK_DENSE_ROWS;
    const uint8_t *after = task->row_bytes ? row[0] + task->row_bytes : row[is_last ? 0 : 1];
    float_tile(format, rows, tokens, row, after, next, x, task->ldx, begin, end,
               sums + r * float_lanes);
  }
}

// Adds the lanes of so many vectors as there are lanes, each by halves: the halves of two vectors
// become one, of which the quarters are added next, and so on.
#if EK_VECTOR_BYTES == 64
#define EK_JOIN_HALVES(a, b)                                                                      \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +         \
      __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define EK_JOIN_FOURS(a, b)                                                                       \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +       \
      __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#define EK_JOIN_TWOS(a, b)                                                                        \
  __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29) +       \
      __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31)
#define EK_JOIN_ONES(a, b)                                                                        \
  __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) +      \
      __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#elif EK_VECTOR_BYTES == 32
#define EK_JOIN_FOURS(a, b)                                  \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) +  \
      __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#define EK_JOIN_TWOS(a, b)                                   \
  __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13) +  \
      __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15)
#define EK_JOIN_ONES(a, b)                                   \
  __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14) + \
      __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#else
#define EK_JOIN_TWOS(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7)
#define EK_JOIN_ONES(a, b) \
  __builtin_shufflevector(a, b, 0, 2, 4, 6) + __builtin_shufflevector(a, b, 1, 3, 5, 7)
#endif

EK_INLINE ek_vector_f32 sums_of_lanes(const float *sums) {
  ek_vector_f32 v[float_lanes];
  for (int i = 0; i < float_lanes; i++) v[i] = load_f32(sums + i * float_lanes);
#if EK_VECTOR_BYTES == 64
  for (int i = 0; i < 8; i++) v[i] = EK_JOIN_HALVES(v[2 * i], v[2 * i + 1]);
#endif
#if EK_VECTOR_BYTES >= 32
  for (int i = 0; i < 4; i++) v[i] = EK_JOIN_FOURS(v[2 * i], v[2 * i + 1]);
#endif
  for (int i = 0; i < 2; i++) v[i] = EK_JOIN_TWOS(v[2 * i], v[2 * i + 1]);
  return EK_JOIN_ONES(v[0], v[1]);
}

// Tokens first ..< first + tokens, at most float_tokens.
EK_INLINE void float_block(const ek_weight_format format, const ek_dense_task *task, ek_int first,
                           ek_int tokens) {
  float *sums = task->scratch;
  const int rows = (task->count + 7) / 8 * 8;
  const ek_int depth = tokens == 1 ? task->columns : float_depth;
  for (ek_int begin = 0; begin < task->columns; begin += depth) {
    const ek_int end = ek_least(begin + depth, task->columns);
    for (ek_int t = 0; t < tokens; t += EK_FLOAT_TOKENS) {
      const float *x = task->x + (first + t) * task->ldx;
      for (int r = 0; r < rows; r += 8) {
        float *to = sums + (t * EK_DENSE_ROWS + r) * float_lanes;
#define EK_FLOAT_CASE(T) \
  case T: float_tiles(format, T, task, r, first + t == 0, x, begin, end, to); break;
        switch (ek_least(EK_FLOAT_TOKENS, tokens - t)) { EK_FLOAT_CASES }
#undef EK_FLOAT_CASE
      }
    }
  }
  for (ek_int t = 0; t < tokens; t++)
    for (int r = 0; r < rows; r += float_lanes)
      store_f32(task->y + (first + t) * EK_DENSE_ROWS + r,
                sums_of_lanes(sums + (t * EK_DENSE_ROWS + r) * float_lanes));
}

static void float_rows(const ek_dense_task *task) {
  for (ek_int t = 0; t < task->tokens; t += float_tokens) {
    const ek_int tokens = ek_least(float_tokens, task->tokens - t);
    switch (task->format) {
      case EK_WEIGHTS_F32: float_block(EK_WEIGHTS_F32, task, t, tokens); break;
      case EK_WEIGHTS_F16: float_block(EK_WEIGHTS_F16, task, t, tokens); break;
      default: float_block(EK_WEIGHTS_BF16, task, t, tokens); break;
    }
  }
}

const ek_dense_float_functions EK_PASTE(ek_dense_float, EK_ISA) = {float_rows};
