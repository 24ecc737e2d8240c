// Copies, binary operations, comparisons and selection for one element type.
#include "elementwise_line.h"
#include "strided.h"

typedef struct {
  ek_walk walk;
  const T *x;
  T *y;
} EK_S(copy_job);

static void EK_S(copy_runs)(void *context, ek_int begin, ek_int end) {
  const EK_S(copy_job) *job = context;
  ek_walk walk = job->walk;
  if (begin > 0) ek_walk_seek(&walk, begin);
  const ek_int length = walk.length, step = walk.step[0];
  T *y = job->y + begin * length;
  for (ek_int run = begin; run < end; run++, ek_walk_next(&walk), y += length) {
    const T *from = job->x + walk.offset[0];
    if (step == 1) memcpy(y, from, (size_t)length * sizeof(T));
    else for (ek_int i = 0; i < length; i++) y[i] = from[i * step];
  }
}

typedef T EK_S(four) __attribute__((ext_vector_type(4)));

// y[r, c] = x[c, r] for 4 x 4 elements: pairs of rows are interleaved, and pairs of pairs.
EK_INLINE void EK_S(transpose_four)(const T *x, ek_int xs, T *y, ek_int ys) {
  EK_S(four) row[4], pair[4], out[4];
  for (int c = 0; c < 4; c++) memcpy(&row[c], x + c * xs, sizeof row[c]);
  for (int c = 0; c < 2; c++) {
    pair[c] = __builtin_shufflevector(row[c], row[c + 2], 0, 4, 1, 5);
    pair[c + 2] = __builtin_shufflevector(row[c], row[c + 2], 2, 6, 3, 7);
  }
  for (int c = 0; c < 2; c++) {
    out[2 * c] = __builtin_shufflevector(pair[2 * c], pair[2 * c + 1], 0, 4, 1, 5);
    out[2 * c + 1] = __builtin_shufflevector(pair[2 * c], pair[2 * c + 1], 2, 6, 3, 7);
  }
  for (int r = 0; r < 4; r++) memcpy(y + r * ys, &out[r], sizeof out[r]);
}

enum { EK_S(strip) = 16 };  // rows at a time: a cache line of the other side

// A transposed matrix, where the walk's lines begin one element apart: the output's rows in strips,
// numbered through all matrices of the walk.
static void EK_S(copy_strips)(void *context, ek_int begin, ek_int end) {
  const EK_S(copy_job) *job = context;
  ek_walk walk = job->walk;
  const ek_int columns = walk.length, step = walk.step[0], rows = walk.size[walk.axes - 1];
  const ek_int strips = ek_ceil_div(rows, EK_S(strip));
  for (ek_int at = begin; at < end; at++) {
    const ek_int first = at % strips * EK_S(strip), run = at / strips * rows + first;
    const ek_int count = ek_least(EK_S(strip), rows - first);
    ek_walk_seek(&walk, run);
    const T *x = job->x + walk.offset[0];
    T *y = job->y + run * columns;
    const ek_int whole = count == EK_S(strip) ? columns / 4 * 4 : 0;
    for (ek_int c = 0; c < whole; c += 4)
      for (ek_int r = 0; r < EK_S(strip); r += 4)
        EK_S(transpose_four)(x + c * step + r, step, y + r * columns + c, columns);
    for (ek_int c = whole; c < columns; c++)
      for (ek_int r = 0; r < count; r++) y[r * columns + c] = x[c * step + r];
  }
}

void EK_S(ek_copy)(ek_int rank, const ek_int *shape, const ek_int *xs, const T *x, T *y) {
  EK_S(copy_job) job;
  ek_walk_begin(&job.walk, rank, shape, 1, (const ek_int *const[]){xs});
  job.x = x;
  job.y = y;
  const ek_int length = job.walk.length, runs = job.walk.runs, axes = job.walk.axes;
  ek_body body = EK_S(copy_runs);
  ek_int count = runs, size = length;
  if (axes > 0 && job.walk.stride[0][axes - 1] == 1 && runs > 0 && length >= 4) {
    const ek_int rows = job.walk.size[axes - 1];
    body = EK_S(copy_strips);
    count = runs / rows * ek_ceil_div(rows, EK_S(strip));
    size = length * EK_S(strip);
  }
  const ek_int grain = ek_ceil_div(EK_GRAIN_CHEAP, ek_most(1, size));
  if (count <= 2 * grain) body(&job, 0, count);
  else ek_parallel_for(count, grain, body, &job);
}

void EK_S(ek_spread)(ek_int rank, const ek_int *shape, const T *x, const ek_int *ys, T *y) {
  ek_walk walk;
  ek_walk_begin(&walk, rank, shape, 1, (const ek_int *const[]){ys});
  const ek_int length = walk.length, step = walk.step[0];
  for (ek_int run = 0; run < walk.runs; run++, ek_walk_next(&walk), x += length) {
    T *to = y + walk.offset[0];
    if (step == 1) memcpy(to, x, (size_t)length * sizeof(T));
    else for (ek_int i = 0; i < length; i++) to[i * step] = x[i];
  }
}

void EK_S(ek_fill)(ek_int count, T value, T *y) {
  for (ek_int i = 0; i < count; i++) y[i] = value;
}

#ifdef EK_INTEGER
void EK_S(ek_binary_flat)(ek_binary_op op, ek_int count, const T *a, const T *b, T *y) {
  EK_S(binary_line)(op, count, a, 1, b, 1, y);
}

void EK_S(ek_binary_scalar)(ek_binary_op op, bool reversed, ek_int count, const T *a, T scalar,
                            T *y) {
  if (reversed) EK_S(binary_line)(op, count, &scalar, 0, a, 1, y);
  else EK_S(binary_line)(op, count, a, 1, &scalar, 0, y);
}
#endif

typedef struct {
  ek_binary_op op;
  ek_walk walk;
  const T *a, *b;
  T *y;
} EK_S(binary_job);

// Lines whose steps have no kernel, or that are too short for one, are gathered into blocks.
static void EK_S(binary_packed)(ek_binary_op op, ek_walk *walk, ek_int runs, const T *a,
                                const T *b, T *y) {
  T a_block[EK_BLOCK], b_block[EK_BLOCK];
  const ek_int length = walk->length, a_step = walk->step[0], b_step = walk->step[1];
  ek_int filled = 0;
  for (ek_int run = 0; run < runs; run++, ek_walk_next(walk)) {
    const T *a_line = a + walk->offset[0], *b_line = b + walk->offset[1];
    for (ek_int begin = 0; begin < length;) {
      const ek_int end = ek_least(length, begin + EK_BLOCK - filled);
      for (ek_int i = begin; i < end; i++, filled++) {
        a_block[filled] = a_line[i * a_step];
        b_block[filled] = b_line[i * b_step];
      }
      begin = end;
      if (filled < EK_BLOCK) continue;
      EK_S(ek_binary_flat)(op, filled, a_block, b_block, y);
      y += filled;
      filled = 0;
    }
  }
  EK_S(ek_binary_flat)(op, filled, a_block, b_block, y);
}

static void EK_S(binary_runs)(void *context, ek_int begin, ek_int end) {
  const EK_S(binary_job) *job = context;
  ek_walk walk = job->walk;
  if (begin > 0) ek_walk_seek(&walk, begin);
  const ek_int length = walk.length, a_step = walk.step[0], b_step = walk.step[1];
  T *y = job->y + begin * length;
  const bool simple = (a_step | b_step) == 1 && a_step >= 0 && b_step >= 0;
  if (!simple || (length < 16 && walk.runs > 1)) {
    EK_S(binary_packed)(job->op, &walk, end - begin, job->a, job->b, y);
    return;
  }
  for (ek_int run = begin; run < end; run++, ek_walk_next(&walk), y += length) {
    const T *a = job->a + walk.offset[0], *b = job->b + walk.offset[1];
    if (b_step == 0) EK_S(ek_binary_scalar)(job->op, false, length, a, *b, y);
    else if (a_step == 0) EK_S(ek_binary_scalar)(job->op, true, length, b, *a, y);
    else EK_S(ek_binary_flat)(job->op, length, a, b, y);
  }
}

void EK_S(ek_binary)(ek_binary_op op, ek_int rank, const ek_int *shape, const ek_int *as,
                     const T *a, const ek_int *bs, const T *b, T *y) {
  EK_S(binary_job) job;
  job.op = op;
  job.a = a;
  job.b = b;
  job.y = y;
  ek_walk_begin(&job.walk, rank, shape, 2, (const ek_int *const[]){as, bs});
  const ek_int grain = ek_most(1, EK_GRAIN_CHEAP / ek_most(1, job.walk.length));
  if (job.walk.runs <= 2 * grain) EK_S(binary_runs)(&job, 0, job.walk.runs);
  else ek_parallel_for(job.walk.runs, grain, EK_S(binary_runs), &job);
}

EK_INLINE void EK_S(compare_line)(ek_compare_op op, ek_int count, const T *a, ek_int as,
                                  const T *b, ek_int bs, uint8_t *y) {
#define EK_EACH(relation)                                                 \
  for (ek_int i = 0; i < count; i++) y[i] = a[i * as] relation b[i * bs]; \
  return
  switch (op) {
    case EK_EQUAL: EK_EACH(==);
    case EK_NOT_EQUAL: EK_EACH(!=);
    case EK_LESS: EK_EACH(<);
    case EK_LESS_EQUAL: EK_EACH(<=);
    case EK_GREATER: EK_EACH(>);
    case EK_GREATER_EQUAL: EK_EACH(>=);
  }
#undef EK_EACH
}

void EK_S(ek_compare)(ek_compare_op op, ek_int rank, const ek_int *shape, const ek_int *as,
                      const T *a, const ek_int *bs, const T *b, uint8_t *y) {
  ek_walk walk;
  ek_walk_begin(&walk, rank, shape, 2, (const ek_int *const[]){as, bs});
  const ek_int length = walk.length, a_step = walk.step[0], b_step = walk.step[1];
  for (ek_int run = 0; run < walk.runs; run++, ek_walk_next(&walk), y += length) {
    const T *a_line = a + walk.offset[0], *b_line = b + walk.offset[1];
    if (a_step == 1 && b_step == 1) EK_S(compare_line)(op, length, a_line, 1, b_line, 1, y);
    else if (a_step == 1 && b_step == 0) EK_S(compare_line)(op, length, a_line, 1, b_line, 0, y);
    else EK_S(compare_line)(op, length, a_line, a_step, b_line, b_step, y);
  }
}

EK_INLINE void EK_S(select_line)(ek_int count, const uint8_t *mask, ek_int ms, const T *a,
                                 ek_int as, const T *b, ek_int bs, T *y) {
  for (ek_int i = 0; i < count; i++) {
    const T left = a[i * as], right = b[i * bs];
    y[i] = mask[i * ms] ? left : right;
  }
}

void EK_S(ek_select)(ek_int rank, const ek_int *shape, const ek_int *ms, const uint8_t *mask,
                     const ek_int *as, const T *a, const ek_int *bs, const T *b, T *y) {
  ek_walk walk;
  ek_walk_begin(&walk, rank, shape, 3, (const ek_int *const[]){ms, as, bs});
  const ek_int length = walk.length;
  const ek_int m_step = walk.step[0], a_step = walk.step[1], b_step = walk.step[2];
  for (ek_int run = 0; run < walk.runs; run++, ek_walk_next(&walk), y += length) {
    const uint8_t *m_line = mask + walk.offset[0];
    const T *a_line = a + walk.offset[1], *b_line = b + walk.offset[2];
    if (m_step == 1 && a_step == 1 && b_step == 1)
      EK_S(select_line)(length, m_line, 1, a_line, 1, b_line, 1, y);
    else if (m_step == 1 && a_step == 1 && b_step == 0)
      EK_S(select_line)(length, m_line, 1, a_line, 1, b_line, 0, y);
    else if (m_step == 1 && a_step == 0 && b_step == 1)
      EK_S(select_line)(length, m_line, 1, a_line, 0, b_line, 1, y);
    else EK_S(select_line)(length, m_line, m_step, a_line, a_step, b_line, b_step, y);
  }
}
