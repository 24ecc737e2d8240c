// The row functions of one floating-point type: they choose the instruction set's kernel and share
// large work between threads. Sums over rows are cut into pieces by the size of the work alone.
#include "reduce.h"
#include "rows.h"
#include "scalar_arithmetic.h"

// Arguments of a kernel over a range of rows; each function uses the fields it needs.
typedef struct {
  const EK_S(ek_rows) *kernels;
  ek_int rows, columns, heads, period, offset, piece;
  T scale;
  ek_activation activation;
  bool interleaved, inverse;
  const int32_t *labels;
  const T *x, *weight, *bias, *mean, *rstd, *g;
  T *y, *mean_out, *rstd_out, *sums;
} EK_S(rows_job);

EK_INLINE const EK_S(ek_rows) *EK_S(kernels)(void) {
  static const EK_S(ek_rows) *const tables[] = EK_TABLES(EK_S(ek_rows));
  return tables[ek_isa_now()];
}

EK_INLINE void EK_S(over_rows)(ek_body body, EK_S(rows_job) *job, ek_int rows, ek_int columns) {
  const ek_int grain = ek_ceil_div(EK_GRAIN_COSTLY, ek_most(1, columns));
  if (rows <= 2 * grain) body(job, 0, rows);
  else ek_parallel_for(rows, grain, body, job);
}

// MARK: Softmax and its relatives

static void EK_S(softmax_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->softmax(end - begin, job->columns, job->scale, job->x + at, job->y + at);
}

void EK_S(ek_softmax)(ek_int rows, ek_int columns, T scale, const T *x, T *y) {
  EK_S(rows_job) job = {
      .kernels = EK_S(kernels)(), .columns = columns, .scale = scale, .x = x, .y = y};
  EK_S(over_rows)(EK_S(softmax_rows), &job, rows, columns);
}

static void EK_S(softmax_causal_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->softmax_causal(begin, end - begin, job->columns, job->period, job->offset,
                               job->scale, job->x + at, job->y + at);
}

void EK_S(ek_softmax_causal)(ek_int rows, ek_int columns, ek_int period, ek_int offset, T scale,
                             const T *x, T *y) {
  EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .columns = columns, .period = period,
                        .offset = offset, .scale = scale, .x = x, .y = y};
  EK_S(over_rows)(EK_S(softmax_causal_rows), &job, rows, columns);
}

static void EK_S(softmax_gradient_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->softmax_gradient(end - begin, job->columns, job->scale, job->x + at, job->g + at,
                                 job->y + at);
}

void EK_S(ek_softmax_gradient)(ek_int rows, ek_int columns, T scale, const T *y, const T *g,
                               T *dx) {
  EK_S(rows_job) job = {
      .kernels = EK_S(kernels)(), .columns = columns, .scale = scale, .x = y, .g = g, .y = dx};
  EK_S(over_rows)(EK_S(softmax_gradient_rows), &job, rows, columns);
}

static void EK_S(log_softmax_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->log_softmax(end - begin, job->columns, job->x + at, job->y + at);
}

void EK_S(ek_log_softmax)(ek_int rows, ek_int columns, const T *x, T *y) {
  EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .columns = columns, .x = x, .y = y};
  EK_S(over_rows)(EK_S(log_softmax_rows), &job, rows, columns);
}

static void EK_S(log_softmax_gradient_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->log_softmax_gradient(end - begin, job->columns, job->x + at, job->g + at,
                                     job->y + at);
}

void EK_S(ek_log_softmax_gradient)(ek_int rows, ek_int columns, const T *y, const T *g, T *dx) {
  EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .columns = columns, .x = y, .g = g, .y = dx};
  EK_S(over_rows)(EK_S(log_softmax_gradient_rows), &job, rows, columns);
}

static void EK_S(log_sum_exp_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  job->kernels->log_sum_exp(end - begin, job->columns, job->x + begin * job->columns,
                            job->y + begin);
}

void EK_S(ek_log_sum_exp)(ek_int rows, ek_int columns, const T *x, T *y) {
  EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .columns = columns, .x = x, .y = y};
  EK_S(over_rows)(EK_S(log_sum_exp_rows), &job, rows, columns);
}

static void EK_S(cross_entropy_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->cross_entropy(end - begin, job->columns, job->x + at, job->labels + begin,
                              job->scale, job->mean_out + begin, job->y ? job->y + at : NULL);
}

void EK_S(ek_cross_entropy)(ek_int rows, ek_int columns, const T *logits, const int32_t *labels,
                            T smoothing, T *losses, T *gradient) {
  EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .columns = columns, .scale = smoothing,
                        .labels = labels, .x = logits, .y = gradient, .mean_out = losses};
  EK_S(over_rows)(EK_S(cross_entropy_rows), &job, rows, columns);
}

// MARK: Norms of rows

static void EK_S(layer_norm_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->layer_norm(end - begin, job->columns, job->scale, job->x + at, job->weight,
                           job->bias, job->y + at, job->mean_out + begin, job->rstd_out + begin);
}

void EK_S(ek_layer_norm)(ek_int rows, ek_int columns, T epsilon, const T *x, const T *weight,
                         const T *bias, T *y, T *mean, T *rstd) {
  EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .columns = columns, .scale = epsilon, .x = x,
                        .weight = weight, .bias = bias, .y = y, .mean_out = mean,
                        .rstd_out = rstd};
  EK_S(over_rows)(EK_S(layer_norm_rows), &job, rows, columns);
}

static void EK_S(rms_norm_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->rms_norm(end - begin, job->columns, job->scale, job->x + at, job->weight,
                         job->y + at, job->rstd_out + begin);
}

void EK_S(ek_rms_norm)(ek_int rows, ek_int columns, T epsilon, const T *x, const T *weight, T *y,
                       T *rstd) {
  EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .columns = columns, .scale = epsilon, .x = x,
                        .weight = weight, .y = y, .rstd_out = rstd};
  EK_S(over_rows)(EK_S(rms_norm_rows), &job, rows, columns);
}

// MARK: Sums over rows

// Rows of one piece: enough for a thread, and few enough to add one after another.
EK_INLINE ek_int EK_S(piece_rows)(ek_int columns) {
  return ek_least(256, ek_most(32, ek_ceil_div(EK_GRAIN_CHEAP, ek_most(1, columns))));
}

// Runs `body` for each piece, with room in job->sums for two sums of every column and piece, and
// adds them up; each output may be null.
static void EK_S(sum_pieces)(ek_body body, EK_S(rows_job) *job, T *first, T *second) {
  const ek_int columns = job->columns, pieces = ek_most(1, ek_ceil_div(job->rows, job->piece));
  const size_t bytes = (size_t)(pieces * 2 * columns) * sizeof(T);
  T *sums = job->sums = ek_allocate(bytes);
  if (pieces == 1) {
    body(job, 0, 1);
    if (first) memcpy(first, sums, (size_t)columns * sizeof(T));
    if (second) memcpy(second, sums + columns, (size_t)columns * sizeof(T));
  } else {
    static const EK_S(ek_reductions) *const tables[] = EK_TABLES(EK_S(ek_reductions));
    const EK_S(ek_reductions) *kernels = tables[ek_isa_now()];
    ek_parallel_for(pieces, 1, body, job);
    if (first) kernels->columns(EK_SUM, pieces, columns, 2 * columns, sums, first);
    if (second) kernels->columns(EK_SUM, pieces, columns, 2 * columns, sums + columns, second);
  }
  ek_deallocate(sums, bytes);
}

// Gives the rows of piece `piece`, and where its sums go.
EK_INLINE ek_int EK_S(piece_begin)(const EK_S(rows_job) *job, ek_int piece, ek_int *rows,
                                   T **sums) {
  const ek_int begin = piece * job->piece;
  *rows = ek_least(job->piece, job->rows - begin);
  *sums = job->sums + piece * 2 * job->columns;
  return begin;
}

static void EK_S(norm_gradient_pieces)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  for (ek_int piece = begin; piece < end; piece++) {
    ek_int rows;
    T *sums;
    const ek_int row = EK_S(piece_begin)(job, piece, &rows, &sums), at = row * job->columns;
    job->kernels->norm_gradient(rows, job->columns, job->x + at, job->weight,
                                job->mean ? job->mean + row : NULL, job->rstd + row, job->g + at,
                                job->y ? job->y + at : NULL, sums,
                                job->bias ? sums + job->columns : NULL);
  }
}

static void EK_S(norm_input_gradient_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->norm_gradient(end - begin, job->columns, job->x + at, job->weight,
                              job->mean ? job->mean + begin : NULL, job->rstd + begin,
                              job->g + at, job->y + at, NULL, NULL);
}

EK_INLINE void EK_S(norm_gradient)(EK_S(rows_job) job, T *weight_gradient, T *bias_gradient) {
  if (!weight_gradient && !bias_gradient) {
    if (job.y) EK_S(over_rows)(EK_S(norm_input_gradient_rows), &job, job.rows, job.columns);
    return;
  }
  job.bias = bias_gradient;  // only whether it is wanted
  job.piece = EK_S(piece_rows)(job.columns);
  EK_S(sum_pieces)(EK_S(norm_gradient_pieces), &job, weight_gradient, bias_gradient);
}

void EK_S(ek_layer_norm_gradient)(ek_int rows, ek_int columns, const T *x, const T *weight,
                                  const T *mean, const T *rstd, const T *g, T *dx,
                                  T *weight_gradient, T *bias_gradient) {
  const EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .rows = rows, .columns = columns,
                              .x = x, .weight = weight, .mean = mean, .rstd = rstd, .g = g,
                              .y = dx};
  EK_S(norm_gradient)(job, weight_gradient, bias_gradient);
}

void EK_S(ek_rms_norm_gradient)(ek_int rows, ek_int columns, const T *x, const T *weight,
                                const T *rstd, const T *g, T *dx, T *weight_gradient) {
  const EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .rows = rows, .columns = columns,
                              .x = x, .weight = weight, .rstd = rstd, .g = g, .y = dx};
  EK_S(norm_gradient)(job, weight_gradient, NULL);
}

// MARK: Columns, for batch norm

static void EK_S(column_sums_pieces)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  for (ek_int piece = begin; piece < end; piece++) {
    ek_int rows;
    T *sums;
    const ek_int at = EK_S(piece_begin)(job, piece, &rows, &sums) * job->columns;
    job->kernels->column_sums(rows, job->columns, job->x + at, job->mean,
                              job->g ? job->g + at : NULL, sums, sums + job->columns);
  }
}

// Per column the sums of g and of g (x - mean); a null g stands for x - mean.
static void EK_S(column_sums)(ek_int rows, ek_int columns, const T *x, const T *mean, const T *g,
                              T *sum, T *product) {
  EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .rows = rows, .columns = columns,
                        .piece = EK_S(piece_rows)(columns), .x = x, .mean = mean, .g = g};
  EK_S(sum_pieces)(EK_S(column_sums_pieces), &job, sum, product);
}

void EK_S(ek_column_moments)(ek_int rows, ek_int columns, const T *x, T *mean, T *variance) {
  EK_S(ek_reduce)(EK_SUM, 1, rows, columns, x, mean);
  for (ek_int c = 0; c < columns; c++) mean[c] /= (T)rows;
  const size_t bytes = (size_t)columns * sizeof(T);
  T *rest = ek_allocate(bytes);  // what the rounding of the mean leaves over
  EK_S(column_sums)(rows, columns, x, mean, NULL, rest, variance);
  for (ek_int c = 0; c < columns; c++) {
    const T v = (variance[c] - rest[c] * rest[c] / (T)rows) / (T)rows;
    variance[c] = v < 0 ? 0 : v;
  }
  ek_deallocate(rest, bytes);
}

static void EK_S(batch_norm_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->column_scale(end - begin, job->columns, job->x + at, job->mean, job->rstd,
                             job->bias, job->activation, job->y + at);
}

void EK_S(ek_batch_norm)(ek_int rows, ek_int columns, const T *x, const T *mean, const T *rstd,
                         const T *weight, const T *bias, ek_activation activation, T *y) {
  const size_t bytes = (size_t)columns * sizeof(T);
  T *scale = ek_allocate(bytes);
  for (ek_int c = 0; c < columns; c++) scale[c] = weight ? rstd[c] * weight[c] : rstd[c];
  EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .columns = columns, .activation = activation,
                        .x = x, .mean = mean, .rstd = scale, .bias = bias, .y = y};
  EK_S(over_rows)(EK_S(batch_norm_rows), &job, rows, columns);
  ek_deallocate(scale, bytes);
}

static void EK_S(batch_norm_gradient_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->columns;
  job->kernels->column_blend(end - begin, job->columns, job->x + at, job->mean, job->g + at,
                             job->sums, job->sums + job->columns, job->sums + 2 * job->columns,
                             job->y + at);
}

// With n = (x - mean) * rstd per column: dx = rstd * weight * (g - mean(g) - n * mean(g * n)),
// which is scale * g + slope * (x - mean) + constant.
void EK_S(ek_batch_norm_gradient)(ek_int rows, ek_int columns, const T *x, const T *mean,
                                  const T *rstd, const T *weight, const T *g, T *dx,
                                  T *weight_gradient, T *bias_gradient) {
  const size_t bytes = (size_t)(3 * columns) * sizeof(T);
  T *scale = ek_allocate(bytes), *slope = scale + columns, *constant = scale + 2 * columns;
  EK_S(column_sums)(rows, columns, x, mean, g, constant, slope);
  for (ek_int c = 0; c < columns; c++) {
    const T sum = constant[c], dot = slope[c] * rstd[c];
    if (bias_gradient) bias_gradient[c] = sum;
    if (weight_gradient) weight_gradient[c] = dot;
    scale[c] = weight ? rstd[c] * weight[c] : rstd[c];
    slope[c] = -scale[c] * rstd[c] * dot / (T)rows;
    constant[c] = -scale[c] * sum / (T)rows;
  }
  if (dx) {
    EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .columns = columns, .x = x, .mean = mean,
                          .g = g, .sums = scale, .y = dx};
    EK_S(over_rows)(EK_S(batch_norm_gradient_rows), &job, rows, columns);
  }
  ek_deallocate(scale, bytes);
}

// MARK: Rotary embedding

static void EK_S(rotary_rows)(void *context, ek_int begin, ek_int end) {
  const EK_S(rows_job) *job = context;
  const ek_int at = begin * job->heads * job->columns;
  job->kernels->rotary(end - begin, job->heads, job->columns, job->interleaved, job->inverse,
                       job->labels + begin, job->mean, job->rstd, job->x + at, job->y + at);
}

void EK_S(ek_rotary)(ek_int rows, ek_int heads, ek_int dim, bool interleaved, bool inverse,
                     const int32_t *positions, const T *cosine, const T *sine, const T *x, T *y) {
  EK_S(rows_job) job = {.kernels = EK_S(kernels)(), .heads = heads, .columns = dim,
                        .interleaved = interleaved, .inverse = inverse, .labels = positions,
                        .mean = cosine, .rstd = sine, .x = x, .y = y};
  EK_S(over_rows)(EK_S(rotary_rows), &job, rows, heads * dim);
}
