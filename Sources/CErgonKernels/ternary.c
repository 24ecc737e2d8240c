// Ternary products of whole matrices: cut into tiles for the threads, scaled as they are stored.
#include "ternary.h"

ek_ternary_tile ek_ternary_tile_for(ek_ternary_layout layout, ek_dot_isa isa) {
  (void)isa;
  switch (layout) {
    case EK_TERNARY_ROW_PLANES:
#if defined(__x86_64__)
      if (isa == EK_DOT_AVX512_VNNI) return ek_ternary_row_planes_avx512;
      if (isa == EK_DOT_AVX_VNNI) return ek_ternary_row_planes_avx_vnni;
#endif
      return ek_ternary_row_planes_scalar;
    case EK_TERNARY_COLUMN_PLANES:
#if defined(__x86_64__)
      if (isa == EK_DOT_AVX2 || isa == EK_DOT_AVX_VNNI || isa == EK_DOT_AVX512_VNNI)
        return ek_ternary_column_planes_avx2;
#endif
      return ek_ternary_column_planes_scalar;
    case EK_TERNARY_THIRDS:
#if defined(__x86_64__)
      if (isa == EK_DOT_AVX512_VNNI && ek_has_vector_bytes_permute())
        return ek_ternary_thirds_avx512;
#endif
      return ek_ternary_thirds_scalar;
    case EK_TERNARY_NEON:
#if defined(__aarch64__)
      if (isa == EK_DOT_NEON_DOTPROD || isa == EK_DOT_NEON_I8MM) return ek_ternary_neon_dotprod;
      if (isa == EK_DOT_NEON) return ek_ternary_neon_plain;
#endif
      return ek_ternary_neon_scalar;
  }
  return ek_ternary_row_planes_scalar;
}

ek_ternary_layout ek_ternary_best_layout(void) {
  switch (ek_current_dot_isa()) {
    case EK_DOT_AVX2: return EK_TERNARY_COLUMN_PLANES;
    case EK_DOT_NEON:
    case EK_DOT_NEON_DOTPROD:
    case EK_DOT_NEON_I8MM: return EK_TERNARY_NEON;
    default: return EK_TERNARY_ROW_PLANES;
  }
}

// MARK: One loop over the tiles of several matrices

// Bytes of activations that a pass over the weights uses: they stay in a core's second cache.
enum { pass_bytes = 512 * 1024 };
// Loops over less than this many bytes of weights, or multiply-adds, are not worth a second thread.
enum { least_bytes = 32 * 1024, least_products = 1 << 19 };

typedef struct job job;
// Rows of a tile for some tokens have been summed: finish them.
typedef void (*store_rows)(const job *job, ek_int matrix, ek_int row, ek_int rows, ek_int token,
                           ek_int tokens, const int32_t *sums);

struct job {
  const ek_ternary_matrix *matrices;
  ek_int count;
  const ek_int8_tokens *x;
  store_rows store;
  // Where results go: floats or integers.
  float *const *y;
  const ek_int *ldy;
  int32_t *whole;
  bool add;
  ek_activation activation;
  ek_int first_token, tokens;  // of this pass
  ek_dot_isa isa;
};

EK_INLINE ek_int tiles_of(const ek_ternary_matrix *m) {
  return ek_ceil_div(m->rows, ek_ternary_tile_rows(m->layout));
}

// Tile `tile` of a matrix for the tokens of a pass, a few at a time.
static void run_tile(const job *job, ek_int matrix, ek_int tile) {
  const ek_ternary_matrix *m = job->matrices + matrix;
  const ek_int8_tokens *x = job->x;
  const ek_ternary_shape shape = ek_ternary_shape_of(m->layout);
  const ek_int steps = ek_ternary_steps(shape, m->columns);
  const ek_ternary_tile product = ek_ternary_tile_for(m->layout, job->isa);
  const uint8_t *packed = m->packed + tile * steps * shape.bytes;
  const ek_int row = tile * shape.rows, rows = ek_least(shape.rows, m->rows - row);
  int32_t sums[EK_TERNARY_MOST_TOKENS * EK_TERNARY_MOST_ROWS] EK_ALIGNED;
  const ek_int end = job->first_token + job->tokens;
  for (ek_int t = job->first_token; t < end; t += EK_TERNARY_MOST_TOKENS) {
    const ek_int tokens = ek_least(EK_TERNARY_MOST_TOKENS, end - t);
    product(packed, steps, x->codes + t * x->stride, x->stride, x->sums + t, tokens, sums);
    job->store(job, matrix, row, rows, t, tokens, sums);
  }
}

static void run_tiles(void *context, ek_int begin, ek_int end) {
  const job *job = context;
  ek_int matrix = 0, first = 0;
  for (ek_int tile = begin; tile < end; tile++) {
    while (tile - first >= tiles_of(job->matrices + matrix))
      first += tiles_of(job->matrices + matrix++);
    run_tile(job, matrix, tile - first);
  }
}

static void run(job *job, ek_body body, ek_int tiles) {
  const ek_int tokens = job->x->tokens;
  if (tokens <= 0 || tiles <= 0) return;
  const ek_ternary_matrix *m = job->matrices;
  const ek_int tile_products = ek_ternary_tile_rows(m->layout) * ek_most(m->columns, 1);
  job->isa = ek_current_dot_isa();
  const ek_int pass = ek_most(pass_bytes / ek_most(job->x->stride, 1) / EK_TERNARY_MOST_TOKENS, 2) *
                      EK_TERNARY_MOST_TOKENS;
  for (job->first_token = 0; job->first_token < tokens; job->first_token += pass) {
    job->tokens = ek_least(pass, tokens - job->first_token);
    // Few pieces, so that each reads a long run of memory, and enough to end together.
    ek_int grain = ek_ceil_div(tiles, 8 * ek_threads());
    const ek_int least = ek_most(ek_ceil_div(least_bytes * 4, tile_products), 1);
    if (tile_products * job->tokens * tiles < least_products) grain = tiles;
    else if (job->tokens == 1) grain = ek_most(grain, least);
    ek_parallel_for(tiles, grain, body, job);
  }
}

static ek_int all_tiles(ek_int count, const ek_ternary_matrix *matrices) {
  ek_int tiles = 0;
  for (ek_int i = 0; i < count; i++) tiles += tiles_of(matrices + i);
  return tiles;
}

// MARK: Integers

static void store_whole(const job *job, ek_int matrix, ek_int row, ek_int rows, ek_int token,
                        ek_int tokens, const int32_t *sums) {
  for (ek_int t = 0; t < tokens; t++)
    memcpy(job->whole + (token + t) * job->ldy[matrix] + row, sums + t * EK_TERNARY_MOST_ROWS,
           (size_t)rows * sizeof(int32_t));
}

void ek_ternary_product(const ek_ternary_matrix *matrix, const ek_int8_tokens *x, int32_t *y,
                        ek_int ldy) {
  job job = {.matrices = matrix, .count = 1, .x = x, .store = store_whole, .whole = y, .ldy = &ldy};
  run(&job, run_tiles, all_tiles(1, matrix));
}

// MARK: Scaled

// scale / factor of one row and token, once per token where the matrix has one scale.
EK_INLINE void scaled(const ek_ternary_matrix *m, ek_int row, ek_int rows, float factor,
                      const int32_t *sums, float *y) {
  if (m->row_scales == NULL) {
    const float scale = m->scale / factor;
    for (ek_int r = 0; r < rows; r++) y[r] = (float)sums[r] * scale;
  } else {
    for (ek_int r = 0; r < rows; r++) y[r] = (float)sums[r] * (m->row_scales[row + r] / factor);
  }
}

static void store_scaled(const job *job, ek_int matrix, ek_int row, ek_int rows, ek_int token,
                         ek_int tokens, const int32_t *sums) {
  const ek_ternary_matrix *m = job->matrices + matrix;
  for (ek_int t = 0; t < tokens; t++) {
    float *to = job->y[matrix] + (token + t) * job->ldy[matrix] + row;
    const float factor = job->x->factors[token + t];
    if (!job->add) {
      scaled(m, row, rows, factor, sums + t * EK_TERNARY_MOST_ROWS, to);
      continue;
    }
    float y[EK_TERNARY_MOST_ROWS];
    scaled(m, row, rows, factor, sums + t * EK_TERNARY_MOST_ROWS, y);
    for (ek_int r = 0; r < rows; r++) to[r] += y[r];
  }
}

void ek_ternary_linear(ek_int count, const ek_ternary_matrix *matrices, const ek_int8_tokens *x,
                       bool add, float *const *y, const ek_int *ldy) {
  job job = {.matrices = matrices, .count = count, .x = x, .store = store_scaled, .y = y,
             .ldy = ldy, .add = add};
  if (count > 0) run(&job, run_tiles, all_tiles(count, matrices));
}

// MARK: Gated

// The gate's rows of a tile wait here for the same rows of the other matrix.
static void run_gated(void *context, ek_int begin, ek_int end) {
  const job *job = context;
  const ek_ternary_matrix *gate = job->matrices, *up = job->matrices + 1;
  const ek_int8_tokens *x = job->x;
  const ek_ternary_shape shape = ek_ternary_shape_of(gate->layout);
  const ek_int steps = ek_ternary_steps(shape, gate->columns), bytes = steps * shape.bytes;
  const ek_ternary_tile product = ek_ternary_tile_for(gate->layout, job->isa);
  int32_t sums[EK_TERNARY_MOST_TOKENS * EK_TERNARY_MOST_ROWS] EK_ALIGNED;
  float gates[EK_TERNARY_MOST_TOKENS * EK_TERNARY_MOST_ROWS] EK_ALIGNED;
  for (ek_int tile = begin; tile < end; tile++) {
    const ek_int row = tile * shape.rows, rows = ek_least(shape.rows, gate->rows - row);
    for (ek_int t = job->first_token; t < job->first_token + job->tokens;
         t += EK_TERNARY_MOST_TOKENS) {
      const ek_int tokens = ek_least(EK_TERNARY_MOST_TOKENS, job->first_token + job->tokens - t);
      const int8_t *codes = x->codes + t * x->stride;
      product(gate->packed + tile * bytes, steps, codes, x->stride, x->sums + t, tokens, sums);
      for (ek_int i = 0; i < tokens; i++)
        scaled(gate, row, rows, x->factors[t + i], sums + i * EK_TERNARY_MOST_ROWS,
               gates + i * EK_TERNARY_MOST_ROWS);
      product(up->packed + tile * bytes, steps, codes, x->stride, x->sums + t, tokens, sums);
      for (ek_int i = 0; i < tokens; i++) {
        float *to = job->y[0] + (t + i) * job->ldy[0] + row;
        scaled(up, row, rows, x->factors[t + i], sums + i * EK_TERNARY_MOST_ROWS, to);
        ek_gate_rows(job->activation, rows, gates + i * EK_TERNARY_MOST_ROWS, to, to);
      }
    }
  }
}

void ek_ternary_gated(const ek_ternary_matrix *gate, const ek_ternary_matrix *up,
                      ek_activation activation, const ek_int8_tokens *x, float *y, ek_int ldy) {
  if (gate->layout != up->layout) {
    // Matrices packed for different instructions: one after the other.
    float *const to[1] = {y};
    float *gates = ek_allocate((size_t)(x->tokens * gate->rows) * sizeof(float));
    float *const gate_to[1] = {gates};
    ek_ternary_linear(1, gate, x, false, gate_to, &gate->rows);
    ek_ternary_linear(1, up, x, false, to, &ldy);
    for (ek_int t = 0; t < x->tokens; t++)
      ek_gate_rows(activation, gate->rows, gates + t * gate->rows, y + t * ldy, y + t * ldy);
    ek_deallocate(gates, (size_t)(x->tokens * gate->rows) * sizeof(float));
    return;
  }
  const ek_ternary_matrix both[2] = {*gate, *up};
  job job = {.matrices = both, .count = 2, .x = x, .y = &y, .ldy = &ldy, .activation = activation};
  run(&job, run_gated, tiles_of(gate));
}

// MARK: Activations

static const ek_token_functions *token_functions(void) {
  switch (ek_isa_now()) {
#if defined(__x86_64__)
    case EK_ISA_AVX2: return &ek_token_functions_avx2;
    case EK_ISA_AVX512: return &ek_token_functions_avx512;
#elif defined(__aarch64__)
    case EK_ISA_NEON: return &ek_token_functions_neon;
#endif
    default: return &ek_token_functions_scalar;
  }
}

typedef struct {
  const ek_token_functions *functions;
  float epsilon;
  const float *x, *weight;
  ek_int ldx;
  const ek_int8_tokens *out;
} token_job;

static void quantize_some(void *context, ek_int begin, ek_int end) {
  const token_job *job = context;
  const ek_int8_tokens *out = job->out;
  for (ek_int t = begin; t < end; t++) {
    const float *x = job->x + t * job->ldx;
    int8_t *codes = out->codes + t * out->stride;
    if (job->weight == NULL)
      job->functions->quantize(out->columns, x, codes, out->factors + t, out->sums + t);
    else
      job->functions->norm_quantize(out->columns, job->epsilon, x, job->weight, codes,
                                    out->factors + t, out->sums + t);
    memset(codes + out->columns, 0, (size_t)(out->stride - out->columns));
  }
}

static void quantize(token_job *job) {
  enum { least_elements = 1 << 15 };
  const ek_int tokens = job->out->tokens, columns = ek_most(job->out->columns, 1);
  job->functions = token_functions();
  if (tokens * columns < least_elements) quantize_some(job, 0, tokens);
  else ek_parallel_for(tokens, ek_ceil_div(least_elements / 4, columns), quantize_some, job);
}

void ek_quantize_tokens(const float *x, ek_int ldx, const ek_int8_tokens *out) {
  token_job job = {.x = x, .ldx = ldx, .out = out};
  quantize(&job);
}

void ek_rms_norm_quantize(float epsilon, const float *x, ek_int ldx, const float *weight,
                          const ek_int8_tokens *out) {
  token_job job = {.epsilon = epsilon, .x = x, .weight = weight, .ldx = ldx, .out = out};
  quantize(&job);
}
