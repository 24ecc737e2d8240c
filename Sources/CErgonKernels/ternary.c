// Ternary products of whole matrices: cut into bands of rows for the threads, scaled as they are stored.
#include "template.h"
#include "ternary.h"

ek_ternary_band ek_ternary_band_for(ek_ternary_layout layout, ek_dot_isa isa) {
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
      if (isa == EK_DOT_NEON_I8MM) return ek_ternary_neon_i8mm;
      if (isa == EK_DOT_NEON_DOTPROD) return ek_ternary_neon_dotprod;
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

// MARK: One loop over the bands of several matrices

// Bytes of activations that a pass over the weights uses: they stay in a core's second cache.
enum { pass_bytes = 512 * 1024 };
// Fewer multiply-adds than this are not worth a second thread.
enum { least_products = 1 << 19 };
// Up to so many tokens the time goes into reading weights.
enum { few_tokens = 8 };

typedef struct job job;
// Rows of a band for some tokens have been summed: finish them.
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
  // How the bands are cut: `long_bands` of them into long pieces, the others into short ones.
  void (*run)(const job *job, ek_int begin, ek_int end);
  ek_int bands, long_bands, long_pieces, short_pieces;
};

EK_INLINE ek_int bands_of(const ek_ternary_matrix *m) {
  return ek_ceil_div(m->rows, EK_TERNARY_BAND);
}

// The product of a band with any tokens: whoever calls it sets these.
typedef struct {
  ek_ternary_band product;
  ek_ternary_task task;
  ek_int row, rows;
} band;

static band band_of(const job *job, const ek_ternary_matrix *m, ek_int index) {
  const ek_ternary_shape shape = ek_ternary_shape_of(m->layout);
  const ek_int row = index * EK_TERNARY_BAND, rows = ek_least(EK_TERNARY_BAND, m->rows - row);
  const ek_int steps = ek_ternary_steps(shape, m->columns);
  return (band){
      .product = ek_ternary_band_for(m->layout, job->isa),
      .task = {.packed = m->packed + row / shape.rows * steps * shape.bytes,
               .tiles = ek_ceil_div(rows, shape.rows),
               .steps = steps},
      .row = row,
      .rows = rows,
  };
}

static void multiply(band *band, const ek_int8_tokens *x, ek_int token, ek_int tokens,
                     int32_t *sums) {
  band->task.codes = x->codes + token * x->stride;
  band->task.stride = x->stride;
  band->task.sums = x->sums + token;
  band->task.tokens = tokens;
  band->task.y = sums;
  band->product(&band->task);
}

// A band of one matrix for the tokens of a pass, some at a time.
static void run_band(const job *job, ek_int matrix, ek_int index) {
  band band = band_of(job, job->matrices + matrix, index);
  int32_t sums[EK_TERNARY_MOST_TOKENS * EK_TERNARY_BAND] EK_ALIGNED;
  const ek_int end = job->first_token + job->tokens;
  for (ek_int t = job->first_token; t < end; t += EK_TERNARY_MOST_TOKENS) {
    const ek_int tokens = ek_least(EK_TERNARY_MOST_TOKENS, end - t);
    multiply(&band, job->x, t, tokens, sums);
    job->store(job, matrix, band.row, band.rows, t, tokens, sums);
  }
}

static void run_bands(const job *job, ek_int begin, ek_int end) {
  ek_int matrix = 0, first = 0;
  for (ek_int index = begin; index < end; index++) {
    while (index - first >= bands_of(job->matrices + matrix))
      first += bands_of(job->matrices + matrix++);
    run_band(job, matrix, index - first);
  }
}

// The first band of a piece.
static ek_int begin_of(const job *job, ek_int piece) {
  const ek_int shorts = piece - job->long_pieces;
  if (shorts < 0) return job->long_bands * piece / job->long_pieces;
  return job->long_bands + (job->bands - job->long_bands) * shorts / job->short_pieces;
}

static void run_pieces(void *context, ek_int begin, ek_int end) {
  const job *job = context;
  for (ek_int piece = begin; piece < end; piece++)
    job->run(job, begin_of(job, piece), begin_of(job, piece + 1));
}

static void run(job *job) {
  const ek_int tokens = job->x->tokens, threads = ek_threads();
  if (tokens <= 0 || job->bands <= 0) return;
  const ek_int products = EK_TERNARY_BAND * ek_most(job->matrices->columns, 1) * job->bands;
  job->isa = ek_current_dot_isa();
  const ek_int pass =
      ek_most(pass_bytes / ek_most(job->x->stride, 1) / EK_TERNARY_MOST_TOKENS, 1) *
      EK_TERNARY_MOST_TOKENS;
  for (job->first_token = 0; job->first_token < tokens; job->first_token += pass) {
    job->tokens = ek_least(pass, tokens - job->first_token);
    if (threads == 1 || products * job->tokens < least_products) {
      job->run(job, 0, job->bands);
      continue;
    }
    // Memory is read fastest in one long run a thread; a few short pieces let them end together.
    // Where computing takes the time, all pieces are short.
    const bool reads = job->tokens <= few_tokens;
    job->long_pieces = reads ? threads : 0;
    job->long_bands = reads ? job->bands * 7 / 8 / threads * threads : 0;
    job->short_pieces = ek_least(job->bands - job->long_bands, (reads ? 1 : 32) * threads);
    ek_parallel_for(job->long_pieces + job->short_pieces, 1, run_pieces, job);
  }
}

static ek_int all_bands(ek_int count, const ek_ternary_matrix *matrices) {
  ek_int bands = 0;
  for (ek_int i = 0; i < count; i++) bands += bands_of(matrices + i);
  return bands;
}

// MARK: Integers

static void store_whole(const job *job, ek_int matrix, ek_int row, ek_int rows, ek_int token,
                        ek_int tokens, const int32_t *sums) {
  for (ek_int t = 0; t < tokens; t++)
    memcpy(job->whole + (token + t) * job->ldy[matrix] + row, sums + t * EK_TERNARY_BAND,
           (size_t)rows * sizeof(int32_t));
}

void ek_ternary_product(const ek_ternary_matrix *matrix, const ek_int8_tokens *x, int32_t *y,
                        ek_int ldy) {
  job job = {.matrices = matrix, .count = 1, .x = x, .store = store_whole, .whole = y, .ldy = &ldy,
             .run = run_bands, .bands = bands_of(matrix)};
  run(&job);
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
      scaled(m, row, rows, factor, sums + t * EK_TERNARY_BAND, to);
      continue;
    }
    float y[EK_TERNARY_BAND];
    scaled(m, row, rows, factor, sums + t * EK_TERNARY_BAND, y);
    for (ek_int r = 0; r < rows; r++) to[r] += y[r];
  }
}

void ek_ternary_linear(ek_int count, const ek_ternary_matrix *matrices, const ek_int8_tokens *x,
                       bool add, float *const *y, const ek_int *ldy) {
  job job = {.matrices = matrices, .count = count, .x = x, .store = store_scaled, .y = y,
             .ldy = ldy, .add = add, .run = run_bands, .bands = all_bands(count, matrices)};
  run(&job);
}

// MARK: Gated

// The gate's rows of a band wait here for the same rows of the other matrix.
static void run_gated(const job *job, ek_int begin, ek_int end) {
  const ek_ternary_matrix *gate = job->matrices, *up = job->matrices + 1;
  const ek_int8_tokens *x = job->x;
  int32_t sums[EK_TERNARY_MOST_TOKENS * EK_TERNARY_BAND] EK_ALIGNED;
  float gates[EK_TERNARY_MOST_TOKENS * EK_TERNARY_BAND] EK_ALIGNED;
  const ek_int last = job->first_token + job->tokens;
  for (ek_int index = begin; index < end; index++) {
    band of_gate = band_of(job, gate, index), of_up = band_of(job, up, index);
    const ek_int row = of_gate.row, rows = of_gate.rows;
    for (ek_int t = job->first_token; t < last; t += EK_TERNARY_MOST_TOKENS) {
      const ek_int tokens = ek_least(EK_TERNARY_MOST_TOKENS, last - t);
      multiply(&of_gate, x, t, tokens, sums);
      for (ek_int i = 0; i < tokens; i++)
        scaled(gate, row, rows, x->factors[t + i], sums + i * EK_TERNARY_BAND,
               gates + i * EK_TERNARY_BAND);
      multiply(&of_up, x, t, tokens, sums);
      for (ek_int i = 0; i < tokens; i++) {
        float *to = job->y[0] + (t + i) * job->ldy[0] + row;
        scaled(up, row, rows, x->factors[t + i], sums + i * EK_TERNARY_BAND, to);
        ek_gate_rows(job->activation, rows, gates + i * EK_TERNARY_BAND, to, to);
      }
    }
  }
}

void ek_ternary_gated(const ek_ternary_matrix *gate, const ek_ternary_matrix *up,
                      ek_activation activation, const ek_int8_tokens *x, float *y, ek_int ldy) {
  const ek_ternary_matrix both[2] = {*gate, *up};
  job job = {.matrices = both, .count = 2, .x = x, .y = &y, .ldy = &ldy, .activation = activation,
             .run = run_gated, .bands = bands_of(gate)};
  run(&job);
}

// MARK: Activations

static const ek_token_functions *token_functions(void) {
  static const ek_token_functions *const tables[] = EK_TABLES(ek_token_functions);
  return tables[ek_isa_now()];
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
