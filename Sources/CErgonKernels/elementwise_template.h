// Copies, binary operations, comparisons and selection for one element type.
#include "elementwise_line.h"
#include "strided.h"

void EK_S(ek_copy)(ek_int rank, const ek_int *shape, const ek_int *xs, const T *x, T *y) {
  ek_walk walk;
  ek_walk_begin(&walk, rank, shape, 1, (const ek_int *const[]){xs});
  const ek_int length = walk.length, step = walk.step[0];
  for (ek_int run = 0; run < walk.runs; run++, ek_walk_next(&walk), y += length) {
    const T *from = x + walk.offset[0];
    if (step == 1) memcpy(y, from, (size_t)length * sizeof(T));
    else for (ek_int i = 0; i < length; i++) y[i] = from[i * step];
  }
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
  EK_S(binary_job) job = {.op = op, .a = a, .b = b, .y = y};
  ek_walk_begin(&job.walk, rank, shape, 2, (const ek_int *const[]){as, bs});
  const ek_int grain = ek_most(1, EK_GRAIN_CHEAP / ek_most(1, job.walk.length));
  if (job.walk.runs <= 2 * grain) EK_S(binary_runs)(&job, 0, job.walk.runs);
  else ek_parallel_for(job.walk.runs, grain, EK_S(binary_runs), &job);
}

EK_INLINE void EK_S(compare_line)(ek_compare_op op, ek_int count, const T *a, ek_int as,
                                  const T *b, ek_int bs, uint8_t *y) {
#define EK_EACH(relation)                                                              \
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
