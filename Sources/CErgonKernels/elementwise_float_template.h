// The elementwise functions of one floating-point type: they choose the instruction set's kernel
// and share large work between threads.
#include "elementwise.h"
#include "strided.h"

EK_INLINE const EK_S(ek_elementwise) *EK_S(kernels)(void) {
  static const EK_S(ek_elementwise) *const tables[] = EK_TABLES(EK_S(ek_elementwise));
  return tables[ek_isa_now()];
}

// Pointers of a parallel loop; each function uses the fields it needs.
typedef struct {
  const EK_S(ek_elementwise) *kernels;
  int32_t op;
  bool reversed;
  T scalar;
  ek_int columns;
  const T *a, *b, *c;
  T *y;
} EK_S(flat_job);

// MARK: One variable

// Whether an operation is more than a few instructions.
EK_INLINE ek_int EK_S(unary_grain)(ek_unary_op op) {
  switch (op) {
    case EK_NEGATE:
    case EK_ABS:
    case EK_SIGN:
    case EK_SQUARE:
    case EK_SQRT:
    case EK_RSQRT:
    case EK_RECIPROCAL:
    case EK_RELU:
    case EK_SQUARED_RELU:
    case EK_FLOOR:
    case EK_CEIL:
    case EK_ROUND:
    case EK_COPY: return EK_GRAIN_CHEAP;
    default: return EK_GRAIN_COSTLY;
  }
}

static void EK_S(unary_piece)(void *context, ek_int begin, ek_int end) {
  const EK_S(flat_job) *job = context;
  job->kernels->unary((ek_unary_op)job->op, end - begin, job->a + begin, job->y + begin);
}

void EK_S(ek_unary_flat)(ek_unary_op op, ek_int count, const T *x, T *y) {
  const EK_S(ek_elementwise) *kernels = EK_S(kernels)();
  if (EK_LIKELY(count <= 2 * EK_GRAIN_COSTLY) || count <= 2 * EK_S(unary_grain)(op)) {
    kernels->unary(op, count, x, y);
    return;
  }
  EK_S(flat_job) job = {.kernels = kernels, .op = op, .a = x, .y = y};
  ek_parallel_for(count, EK_S(unary_grain)(op), EK_S(unary_piece), &job);
}

typedef struct {
  ek_unary_op op;
  ek_walk walk;
  const T *x;
  T *y;
} EK_S(unary_job);

static void EK_S(unary_runs)(void *context, ek_int begin, ek_int end) {
  const EK_S(unary_job) *job = context;
  const EK_S(ek_elementwise) *kernels = EK_S(kernels)();
  ek_walk walk = job->walk;
  if (begin > 0) ek_walk_seek(&walk, begin);
  const ek_int length = walk.length, step = walk.step[0];
  T *y = job->y + begin * length;
  if (step == 1 && (length >= 16 || walk.runs == 1)) {
    for (ek_int run = begin; run < end; run++, ek_walk_next(&walk), y += length)
      kernels->unary(job->op, length, job->x + walk.offset[0], y);
    return;
  }
  // In place in the output, a block at a time while it is still in the cache.
  T *done = y;
  for (ek_int run = begin; run < end; run++, ek_walk_next(&walk)) {
    const T *line = job->x + walk.offset[0];
    for (ek_int from = 0; from < length;) {
      const ek_int to = ek_least(length, from + EK_BLOCK - (y - done));
      for (ek_int i = from; i < to; i++) *y++ = line[i * step];
      from = to;
      if (y - done < EK_BLOCK) continue;
      kernels->unary(job->op, EK_BLOCK, done, done);
      done = y;
    }
  }
  kernels->unary(job->op, y - done, done, done);
}

void EK_S(ek_unary)(ek_unary_op op, ek_int rank, const ek_int *shape, const ek_int *xs,
                    const T *x, T *y) {
  EK_S(unary_job) job;
  job.op = op;
  job.x = x;
  job.y = y;
  ek_walk_begin(&job.walk, rank, shape, 1, (const ek_int *const[]){xs});
  const ek_int length = job.walk.length, runs = job.walk.runs;
  if (runs == 1 && job.walk.step[0] == 1) {
    EK_S(ek_unary_flat)(op, length, x, y);
    return;
  }
  const ek_int grain = ek_most(1, EK_S(unary_grain)(op) / ek_most(1, length));
  if (runs <= 2 * grain) EK_S(unary_runs)(&job, 0, runs);
  else ek_parallel_for(runs, grain, EK_S(unary_runs), &job);
}

static void EK_S(unary_gradient_piece)(void *context, ek_int begin, ek_int end) {
  const EK_S(flat_job) *job = context;
  job->kernels->unary_gradient((ek_unary_op)job->op, end - begin, job->a + begin, job->b + begin,
                               job->c + begin, job->y + begin);
}

void EK_S(ek_unary_gradient)(ek_unary_op op, ek_int count, const T *x, const T *y, const T *g,
                             T *out) {
  const EK_S(ek_elementwise) *kernels = EK_S(kernels)();
  if (count <= 2 * EK_S(unary_grain)(op)) {
    kernels->unary_gradient(op, count, x, y, g, out);
    return;
  }
  EK_S(flat_job) job = {.kernels = kernels, .op = op, .a = x, .b = y, .c = g, .y = out};
  ek_parallel_for(count, EK_S(unary_grain)(op), EK_S(unary_gradient_piece), &job);
}

// MARK: Two variables

static void EK_S(binary_piece)(void *context, ek_int begin, ek_int end) {
  const EK_S(flat_job) *job = context;
  job->kernels->binary((ek_binary_op)job->op, end - begin, job->a + begin, job->b + begin,
                       job->y + begin);
}

void EK_S(ek_binary_flat)(ek_binary_op op, ek_int count, const T *a, const T *b, T *y) {
  const EK_S(ek_elementwise) *kernels = EK_S(kernels)();
  if (EK_LIKELY(count <= 2 * EK_GRAIN_CHEAP)) {
    kernels->binary(op, count, a, b, y);
    return;
  }
  EK_S(flat_job) job = {.kernels = kernels, .op = op, .a = a, .b = b, .y = y};
  ek_parallel_for(count, EK_GRAIN_CHEAP, EK_S(binary_piece), &job);
}

static void EK_S(binary_scalar_piece)(void *context, ek_int begin, ek_int end) {
  const EK_S(flat_job) *job = context;
  job->kernels->binary_scalar((ek_binary_op)job->op, job->reversed, end - begin, job->a + begin,
                              job->scalar, job->y + begin);
}

void EK_S(ek_binary_scalar)(ek_binary_op op, bool reversed, ek_int count, const T *a, T scalar,
                            T *y) {
  const EK_S(ek_elementwise) *kernels = EK_S(kernels)();
  if (EK_LIKELY(count <= 2 * EK_GRAIN_CHEAP)) {
    kernels->binary_scalar(op, reversed, count, a, scalar, y);
    return;
  }
  EK_S(flat_job) job = {
      .kernels = kernels, .op = op, .reversed = reversed, .a = a, .scalar = scalar, .y = y};
  ek_parallel_for(count, EK_GRAIN_CHEAP, EK_S(binary_scalar_piece), &job);
}

static void EK_S(axpy_piece)(void *context, ek_int begin, ek_int end) {
  const EK_S(flat_job) *job = context;
  job->kernels->axpy(end - begin, job->scalar, job->a + begin, job->y + begin);
}

void EK_S(ek_axpy)(ek_int count, T scale, const T *x, T *y) {
  const EK_S(ek_elementwise) *kernels = EK_S(kernels)();
  if (EK_LIKELY(count <= 2 * EK_GRAIN_CHEAP)) {
    kernels->axpy(count, scale, x, y);
    return;
  }
  EK_S(flat_job) job = {.kernels = kernels, .a = x, .scalar = scale, .y = y};
  ek_parallel_for(count, EK_GRAIN_CHEAP, EK_S(axpy_piece), &job);
}

T EK_S(ek_dot)(ek_int count, const T *a, const T *b) { return EK_S(kernels)()->dot(count, a, b); }

// MARK: Bias and activation

EK_INLINE ek_int EK_S(activation_grain)(ek_activation activation) {
  return activation <= EK_ACTIVATE_SQUARED_RELU ? EK_GRAIN_CHEAP : EK_GRAIN_COSTLY;
}

static void EK_S(bias_activation_piece)(void *context, ek_int begin, ek_int end) {
  const EK_S(flat_job) *job = context;
  const ek_int offset = begin * job->columns;
  job->kernels->bias_activation(end - begin, job->columns, job->a + offset, job->b,
                                (ek_activation)job->op, job->y + offset);
}

void EK_S(ek_bias_activation)(ek_int rows, ek_int columns, const T *x, const T *bias,
                              ek_activation activation, T *y) {
  const EK_S(ek_elementwise) *kernels = EK_S(kernels)();
  const ek_int grain = EK_S(activation_grain)(activation);
  if (rows * columns <= 2 * grain) {
    kernels->bias_activation(rows, columns, x, bias, activation, y);
    return;
  }
  EK_S(flat_job) job = {
      .kernels = kernels, .op = activation, .columns = columns, .a = x, .b = bias, .y = y};
  ek_parallel_for(rows, ek_ceil_div(grain, columns), EK_S(bias_activation_piece), &job);
}

static void EK_S(activation_gradient_piece)(void *context, ek_int begin, ek_int end) {
  const EK_S(flat_job) *job = context;
  job->kernels->activation_gradient((ek_activation)job->op, end - begin,
                                    job->a ? job->a + begin : NULL, job->b + begin,
                                    job->c + begin, job->y + begin);
}

void EK_S(ek_bias_activation_gradient)(ek_int rows, ek_int columns, const T *x, const T *y,
                                       const T *g, ek_activation activation, T *dx,
                                       T *bias_gradient) {
  EK_S(flat_job) job = {
      .kernels = EK_S(kernels)(), .op = activation, .a = x, .b = y, .c = g, .y = dx};
  const ek_int count = rows * columns, grain = EK_S(activation_grain)(activation);
  if (count <= 2 * grain) EK_S(activation_gradient_piece)(&job, 0, count);
  else ek_parallel_for(count, grain, EK_S(activation_gradient_piece), &job);
  if (bias_gradient) EK_S(ek_reduce)(EK_SUM, 1, rows, columns, dx, bias_gradient);
}
