// Products with dense and block-quantised matrices: shared between threads by rows of weights.
#include "dense.h"
#include "dense_blocks.h"
#include "dot.h"

EK_INLINE const ek_dense_float_functions *float_kernels(void) {
  static const ek_dense_float_functions *const tables[] = EK_TABLES(ek_dense_float);
  return tables[ek_isa_now()];
}

EK_INLINE const ek_dense_block_functions *block_kernels(void) {
  static const ek_dense_block_functions *const tables[] = EK_DOT_TABLES(ek_dense_block);
  return tables[ek_current_dot_isa()];
}

// MARK: Tokens

typedef struct {
  ek_block_tokens blocks;
  size_t bytes;
  const float *x;
  ek_int ldx;
  const ek_dense_block_functions *kernels;
} quantized;

static void quantize_tokens(void *context, ek_int begin, ek_int end) {
  const quantized *q = context;
  for (ek_int t = begin; t < end; t++) {
    ek_block_tokens to = q->blocks;
    const ek_int blocks = to.columns / 32;
    to.codes += t * to.columns;
    to.factors += t * blocks, to.shifts += t * blocks;
    to.sums += t * blocks, to.half_sums += t * blocks * 2;
    q->kernels->quantize(q->x + t * q->ldx, &to);
  }
}

static void quantize_all(ek_int tokens, ek_int columns, const float *x, ek_int ldx,
                         const ek_dense_block_functions *kernels, quantized *to) {
  const ek_int numbers = tokens * columns, blocks = numbers / 32;
  *to = (quantized){.bytes = (size_t)(numbers + blocks * 20), .x = x, .ldx = ldx,
                    .kernels = kernels};
  to->blocks = (ek_block_tokens){.columns = columns, .codes = ek_allocate(to->bytes)};
  to->blocks.factors = (float *)(to->blocks.codes + numbers);
  to->blocks.shifts = to->blocks.factors + blocks;
  to->blocks.sums = (int32_t *)(to->blocks.shifts + blocks);
  to->blocks.half_sums = to->blocks.sums + blocks;
  if (numbers <= 2 * EK_GRAIN_COSTLY) quantize_tokens(to, 0, tokens);
  else ek_parallel_for(tokens, ek_ceil_div(EK_GRAIN_COSTLY, columns), quantize_tokens, to);
}

// MARK: Products

typedef struct {
  ek_int count;
  const ek_dense_matrix *matrices;
  const int32_t *index;          // of the rows of the one matrix, or null: all rows in order
  ek_int rows;                   // of the one matrix, where there is an index
  bool gated, add;               // gated: the two matrices are gate and up, of one result
  ek_activation activation;
  ek_int tokens;
  const float *x;
  ek_int ldx;
  const ek_block_tokens *blocks;
  const ek_dense_float_functions *float_kernels;
  const ek_dense_block_functions *block_kernels;
  float *const *y;
  const ek_int *ldy;
} product;

EK_INLINE ek_int rows_of(const product *p, ek_int matrix) {
  return p->index ? p->rows : p->matrices[matrix].rows;
}

// Results of a matrix: a gated product has one for both.
EK_INLINE ek_int results(const product *p) { return p->gated ? 1 : p->count; }

static void point_to_rows(const product *p, const ek_dense_matrix *matrix, ek_int first,
                          ek_dense_task *task) {
  const uint8_t *weights = matrix->weights;
  for (int r = 0; r < EK_DENSE_ROWS; r++) {
    const ek_int row = first + (r < task->count ? r : task->count - 1);
    task->rows[r] = weights + (p->index ? p->index[row] : row) * matrix->row_bytes;
  }
  task->row_bytes = p->index ? 0 : matrix->row_bytes;
}

// Rows first ..< first + count of matrix i times a block of tokens.
static void run_rows(const product *p, ek_int i, ek_int first, int count, ek_int token,
                     ek_dense_task *task) {
  const ek_dense_matrix *matrix = &p->matrices[i];
  task->format = matrix->format;
  task->columns = matrix->columns;
  task->count = count;
  task->tokens = ek_least(EK_DENSE_TOKENS, p->tokens - token);
  task->x = p->x + token * p->ldx;
  task->ldx = p->ldx;
  task->blocks = p->blocks;
  task->first_token = token;
  point_to_rows(p, matrix, first, task);
  if (ek_is_quantized(matrix->format)) p->block_kernels->rows(task);
  else p->float_kernels->rows(task);
  if (matrix->bias == NULL) return;
  for (ek_int t = 0; t < task->tokens; t++)
    for (int r = 0; r < count; r++)
      task->y[t * EK_DENSE_ROWS + r] += matrix->bias[p->index ? p->index[first + r] : first + r];
}

static void run_group(const product *p, ek_int i, ek_int first, bool goes_on, void *scratch) {
  EK_ALIGNED float y[EK_DENSE_TOKENS * EK_DENSE_ROWS], up[EK_DENSE_TOKENS * EK_DENSE_ROWS];
  const int count = (int)ek_least(EK_DENSE_ROWS, rows_of(p, i) - first);
  ek_dense_task task = {.scratch = scratch, .goes_on = goes_on};
  for (ek_int token = 0; token < p->tokens; token += EK_DENSE_TOKENS) {
    task.y = y;
    run_rows(p, i, first, count, token, &task);
    if (p->gated) {
      task.y = up;
      run_rows(p, 1, first, count, token, &task);
    }
    for (ek_int t = 0; t < task.tokens; t++) {
      const float *from = y + t * EK_DENSE_ROWS;
      float *to = p->y[i] + (token + t) * p->ldy[i] + first;
      if (p->gated) {
        ek_gate_rows(p->activation, count, from, up + t * EK_DENSE_ROWS, to);
      } else if (p->add) {
        for (int r = 0; r < count; r++) to[r] = from[r] + to[r];
      } else {
        memcpy(to, from, (size_t)count * sizeof(float));
      }
    }
  }
}

static void run_groups(void *context, ek_int begin, ek_int end) {
  const product *p = context;
  const size_t bytes = ek_dense_scratch(p->matrices[0].columns);
  void *scratch = ek_allocate(bytes);
  ek_int before = 0;  // groups of the matrices already passed
  for (ek_int i = 0; i < results(p); i++) {
    const ek_int groups = ek_ceil_div(rows_of(p, i), EK_DENSE_ROWS);
    const ek_int last = ek_least(end - before, groups);
    for (ek_int g = ek_most(begin - before, 0); g < last; g++)
      run_group(p, i, g * EK_DENSE_ROWS, g + 1 < last, scratch);
    before += groups;
  }
  ek_deallocate(scratch, bytes);
}

static void run(product *p) {
  ek_int groups = 0;
  bool some_quantized = false;
  for (ek_int i = 0; i < results(p); i++) groups += ek_ceil_div(rows_of(p, i), EK_DENSE_ROWS);
  for (ek_int i = 0; i < p->count; i++)
    some_quantized |= ek_is_quantized(p->matrices[i].format);
  if (p->tokens <= 0 || groups <= 0) return;

  quantized q;
  const ek_dense_matrix *first = &p->matrices[0];
  p->float_kernels = float_kernels();
  p->block_kernels = block_kernels();
  if (some_quantized) {
    quantize_all(p->tokens, first->columns, p->x, p->ldx, p->block_kernels, &q);
    p->blocks = &q.blocks;
  }
  // Twelve bytes of weights or a hundred multiply-adds a nanosecond.
  const double group_ns = (double)EK_DENSE_ROWS * (p->gated ? 2 : 1) *
                          ((double)first->row_bytes / 12 +
                           (double)p->tokens * (double)first->columns / 100);
  enum { worth_a_thread_ns = 5000 };
  const int32_t threads = group_ns * (double)groups < 2 * worth_a_thread_ns ? 1 : ek_threads();
  if (threads == 1) {
    run_groups(p, 0, groups);
  } else {
    // Some pieces for each thread: one that is held up then delays the others less. Fewer for few
    // tokens, where each piece begins by waiting for memory.
    const ek_int grain = 1 + (ek_int)(worth_a_thread_ns / group_ns);
    const ek_int pieces = (p->tokens < 8 ? 4 : 16) * threads;
    ek_parallel_for(groups, ek_most(grain, groups / pieces), run_groups, p);
  }
  if (some_quantized) ek_deallocate(q.blocks.codes, q.bytes);
}

void ek_dense_linear(ek_int count, const ek_dense_matrix *matrices, ek_int tokens, const float *x,
                     ek_int ldx, bool add, float *const *y, const ek_int *ldy) {
  run(&(product){.count = count, .matrices = matrices, .add = add, .tokens = tokens, .x = x,
                 .ldx = ldx, .y = y, .ldy = ldy});
}

void ek_dense_gated(const ek_dense_matrix *gate, const ek_dense_matrix *up,
                    ek_activation activation, ek_int tokens, const float *x, ek_int ldx, float *y,
                    ek_int ldy) {
  const ek_dense_matrix matrices[2] = {*gate, *up};
  run(&(product){.count = 2, .matrices = matrices, .gated = true, .activation = activation,
                 .tokens = tokens, .x = x, .ldx = ldx, .y = &y, .ldy = &ldy});
}

void ek_dense_rows(const ek_dense_matrix *matrix, ek_int count, const int32_t *index,
                   ek_int tokens, const float *x, ek_int ldx, float *y, ek_int ldy) {
  run(&(product){.count = 1, .matrices = matrix, .index = index, .rows = count, .tokens = tokens,
                 .x = x, .ldx = ldx, .y = &y, .ldy = &ldy});
}

void ek_dense_decode(ek_weight_format format, ek_int count, const void *row, float *y) {
  if (!ek_is_quantized(format)) {
    for (ek_int k = 0; k < count; k++) y[k] = ek_read_weight(format, row, k);
    return;
  }
  for (ek_int k = 0; k < count; k += 32) {
    ek_weight_block w;
    ek_read_block(format, row, k / 32, &w);
    const int here = (int)ek_least(32, count - k);
    for (int j = 0; j < here; j++)
      y[k + j] = w.scale[j / 16] * (float)w.codes[j] - w.minimum;
  }
}
