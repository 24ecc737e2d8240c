// The work between a decoder's products, for the files that are compiled once per instruction set.
// They define EK_ISA, EK_VECTOR_BYTES and EK_ATTEND_VECTORS, the vectors of a tile's line: 2 or 4.
#include "row_norm.h"
#include "transformer.h"
#include "vector_math.h"
#include "vector_turn.h"

#define T float
#define S f32

// MARK: Norm, gate and cache

static void rms_norm(ek_int columns, float epsilon, const float *x, const float *weight,
                     float *y) {
  const float factor = row_norm_factor(columns, epsilon, x);
  EK_VECTORS(columns, STORE(y + i, row_normed(LOAD(x + i), factor, LOAD(weight + i))););
}

static void gate(ek_activation activation, ek_int count, const float *gate, const float *up,
                 float *y) {
  EK_VECTORS(count,
             STORE(y + i, vector_activate_f32(activation, LOAD(gate + i)) * LOAD(up + i)););
}

static void store_halves(ek_int count, const float *x, uint8_t *to) {
  for (ek_int i = 0; i < count; i++) {
    const uint16_t half = half_of_float(x[i]);
    memcpy(to + 2 * i, &half, sizeof half);
  }
}

static float store_codes(ek_int count, const float *x, int8_t *to) {
  L most = 0;
  EK_VECTORS(count, const L bits = bits_f32(LOAD(x + i)) & 0x7FFFFFFF;
             most = bits > most ? bits : most;);
  const uint32_t greatest = (uint32_t)__builtin_reduce_max(most);
  const float scale = ek_code_scale(greatest);
  for (ek_int i = 0; i < count; i++)
    to[i] = scale == 0 ? 0 : (int8_t)__builtin_rintf(x[i] * scale);
  return ek_code_factor(greatest);
}

static float store(ek_kv_format format, ek_int count, const float *x, void *to) {
  switch (format) {
    case EK_KV_F32: memcpy(to, x, (size_t)count * sizeof(float)); return 1;
    case EK_KV_F16: store_halves(count, x, to); return 1;
    default: return store_codes(count, x, to);
  }
}

// MARK: Attention

// Positions whose scores are in hand together.
enum { attend_positions = 64, attend_rows = 6 };

// c[r][j] = c[r][j] start[r] + sum over k of a[r][k] b[k][j], k in order; where `start` is null c
// is not read. Constants at every call: rows and vectors.
EK_INLINE void attend_tile(const int rows, const int vectors, ek_int k, const float *a, ek_int lda,
                           const float *b, ek_int ldb, const float *start, float *c, ek_int ldc) {
  V sum[attend_rows][EK_ATTEND_VECTORS];
  for (int r = 0; r < rows; r++)
    for (int j = 0; j < vectors; j++)
      sum[r][j] = start ? load_f32(c + r * ldc + j * LANES) * ALL(start[r]) : ALL(0);
  for (ek_int l = 0; l < k; l++) {
    V line[EK_ATTEND_VECTORS];
    for (int j = 0; j < vectors; j++) line[j] = load_f32(b + l * ldb + j * LANES);
    for (int r = 0; r < rows; r++) {
      const V x = ALL(a[r * lda + l]);
      for (int j = 0; j < vectors; j++) sum[r][j] = FMA(x, line[j], sum[r][j]);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int j = 0; j < vectors; j++) store_f32(c + r * ldc + j * LANES, sum[r][j]);
}

EK_INLINE void attend_lines(const int vectors, ek_int rows, ek_int k, const float *a, ek_int lda,
                            const float *b, ek_int ldb, const float *start, float *c, ek_int ldc) {
#define EK_ATTEND_TILE(R)                                                              \
  attend_tile(R, vectors, k, a + r * lda, lda, b, ldb, start ? start + r : NULL, c + r * ldc, ldc)
  ek_int r = 0;
  for (; r + attend_rows <= rows; r += attend_rows) EK_ATTEND_TILE(attend_rows);
  switch (rows - r) {
    case 1: EK_ATTEND_TILE(1); break;
    case 2: EK_ATTEND_TILE(2); break;
    case 3: EK_ATTEND_TILE(3); break;
    case 4: EK_ATTEND_TILE(4); break;
    case 5: EK_ATTEND_TILE(5); break;
    default: break;
  }
#undef EK_ATTEND_TILE
}

// The same for any number of columns, whole vectors.
static void attend_product(ek_int rows, ek_int columns, ek_int k, const float *a, ek_int lda,
                           const float *b, ek_int ldb, const float *start, float *c, ek_int ldc) {
  ek_int j = 0;
  for (; j + EK_ATTEND_VECTORS * LANES <= columns; j += EK_ATTEND_VECTORS * LANES)
    attend_lines(EK_ATTEND_VECTORS, rows, k, a, lda, b + j, ldb, start, c + j, ldc);
  for (; j < columns; j += LANES)
    attend_lines(1, rows, k, a, lda, b + j, ldb, start, c + j, ldc);
}

// A key or value as floats.
EK_INLINE void load_position(ek_kv_format format, ek_int dim, const uint8_t *from,
                             const uint8_t *scale_at, float *to) {
  if (format == EK_KV_F32) {
    const float *x = (const float *)from;
    EK_VECTORS(dim, STORE(to + i, LOAD(x + i)););
  } else if (format == EK_KV_F16) {
    for (ek_int d = 0; d < dim; d++) to[d] = ek_read_half(from + 2 * d);
  } else {
    float scale;
    memcpy(&scale, scale_at, sizeof scale);
    for (ek_int d = 0; d < dim; d++) to[d] = scale * (float)(int8_t)from[d];
  }
}

// Keys or values of positions first ..< first + count as floats [count][width], zeros behind them
// up to whole squares; what is behind head_dim in a line stays as it is. The values of these
// positions, or the next keys, are asked for on the way.
static void load_positions(const ek_attention_part *p, ek_int first, ek_int count, bool values,
                           ek_int width, float *to) {
  const ek_int dim = p->shape->head_dim, page = p->shape->page_tokens;
  const ek_int bytes = dim * ek_kv_number_bytes(p->shape->format);
  for (ek_int done = 0; done < count;) {
    // Positions of a page lie one after the other, and so do those that are asked for.
    const ek_int position = first + done, ahead = values ? position + attend_positions : position;
    const ek_int run = ek_least(
        count - done, ek_least(page - position % page, page - ahead % page));
    const ek_int asked = ek_least(run, p->end - ahead);
    uint8_t *scale_at, *unused;
    const uint8_t *from = ek_kv_place(p->shape, p->span, position, p->key_head, values, &scale_at);
    const uint8_t *next = asked > 0 ? ek_kv_place(p->shape, p->span, ahead, p->key_head, !values,
                                                  &unused)
                                    : NULL;
    for (ek_int j = 0; j < run; j++, to += width, from += bytes, scale_at += 4, next += bytes) {
      for (ek_int i = 0; j < asked && i < bytes; i += 64) __builtin_prefetch(next + i);
      load_position(p->shape->format, dim, from, scale_at, to);
    }
    done += run;
  }
  memset(to, 0, (size_t)((attend_positions - count) * width) * sizeof(float));
}

// keys [attend_positions][width] -> turned [width][attend_positions]
static void turn_keys(ek_int width, const float *keys, float *turned) {
  for (ek_int j = 0; j < attend_positions; j += LANES) {
    for (ek_int d = 0; d < width; d += LANES) {
      ek_words v[LANES];
      for (int i = 0; i < LANES; i++) memcpy(&v[i], keys + (j + i) * width + d, sizeof v[i]);
      turn_square(v);
      for (int i = 0; i < LANES; i++)
        memcpy(turned + (d + i) * attend_positions + j, &v[i], sizeof v[i]);
    }
  }
}

// Scores become weights exp(score - most); the row's sums before are to be multiplied by `change`.
// The weights behind `count` are not used.
static void weigh(ek_int count, float scale, float *scores, float *most, float *total,
                  float *change) {
  V greatest = ALL(-INFINITY);
  for (ek_int i = 0; i < attend_positions; i += LANES) {
    const V all = load_f32(scores + i) * scale;
    const V seen = count - i >= LANES ? all : first_f32(count - i) ? all : ALL(-INFINITY);
    store_f32(scores + i, seen);
    greatest = more_f32(seen, greatest);
  }
  const float before = *most, now = greatest_across_f32(greatest);
  *most = now > before ? now : before;
  *change = vector_exp_weight_f32(ALL(before - *most))[0];
  V sum = ALL(0);
  for (ek_int i = 0; i < attend_positions; i += LANES) {
    const V weight = vector_exp_weight_f32(load_f32(scores + i) - *most);
    store_f32(scores + i, weight);
    sum += weight;
  }
  *total = fmaf(*total, *change, sum_across_f32(sum));
}

static void attend(const ek_attention_part *p) {
  const ek_int dim = p->shape->head_dim, width = p->sums.width, rows = p->tokens * p->group;
  const size_t floats = (size_t)(rows * (dim + attend_positions + 1) +
                                 2 * attend_positions * width + 16 * 4);
  float *memory = ek_allocate(floats * sizeof(float));
  float *positions = memory, *turned = positions + attend_positions * width;
  float *scores = turned + attend_positions * width, *q = scores + rows * attend_positions;
  float *change = q + rows * dim;
  if (dim < width) memset(positions, 0, (size_t)(attend_positions * width) * sizeof(float));
  for (ek_int t = 0; t < p->tokens; t++)
    memcpy(q + t * p->group * dim,
           p->q + (p->span->row + p->token + t) * p->ldq + p->key_head * p->group * dim,
           (size_t)(p->group * dim) * sizeof(float));
  for (ek_int r = 0; r < rows; r++) p->sums.most[r] = -INFINITY, p->sums.total[r] = 0;
  memset(p->sums.sum, 0, (size_t)(rows * width) * sizeof(float));

  for (ek_int first = p->begin; first < p->end; first += attend_positions) {
    const ek_int count = ek_least(attend_positions, p->end - first);
    ek_int token = 0;  // the first that sees any of these positions
    while (ek_positions_seen(p->span, p->causal, p->token + token) <= first) token++;
    const ek_int row = token * p->group;
    load_positions(p, first, count, false, width, positions);
    turn_keys(width, positions, turned);
    attend_product(rows - row, attend_positions, dim, q + row * dim, dim, turned, attend_positions,
                   NULL, scores + row * attend_positions, attend_positions);
    load_positions(p, first, count, true, width, positions);
    // Tokens that see only some of these positions, each by itself: what a later position holds
    // must not touch them, not even with weight 0.
    ek_int partial = token;
    for (ek_int t = token; t < p->tokens; t++) {
      const ek_int seen =
          ek_least(count, ek_positions_seen(p->span, p->causal, p->token + t) - first);
      for (ek_int r = t * p->group; r < (t + 1) * p->group; r++)
        weigh(seen, p->scale, scores + r * attend_positions, p->sums.most + r, p->sums.total + r,
              change + r);
      if (seen == count) continue;
      partial = t + 1;
      attend_product(p->group, width, seen, scores + t * p->group * attend_positions,
                     attend_positions, positions, width, change + t * p->group,
                     p->sums.sum + t * p->group * width, width);
    }
    const ek_int r = partial * p->group;
    attend_product(rows - r, width, count, scores + r * attend_positions, attend_positions,
                   positions, width, change + r, p->sums.sum + r * width, width);
  }
  ek_deallocate(memory, floats * sizeof(float));
}

static void join(ek_int width, float *most, float *total, float *sum, float later_most,
                 float later_total, const float *later_sum) {
  const float both = *most > later_most ? *most : later_most;
  const V before = vector_exp_weight_f32(ALL(*most - both));
  const V later = vector_exp_weight_f32(ALL(later_most - both));
  *most = both;
  *total = fmaf(*total, before[0], later_total * later[0]);
  EK_VECTORS(width, STORE(sum + i, FMA(LOAD(sum + i), before, LOAD(later_sum + i) * later)););
}

static void finish(ek_int count, float total, const float *sum, float *y) {
  const float share = 1 / total;
  EK_VECTORS(count, STORE(y + i, LOAD(sum + i) * share););
}

const ek_transformer_functions EK_PASTE(ek_transformer_functions, EK_ISA) = {
    rms_norm, gate, store, attend, join, finish,
};

#undef T
#undef S
