// Reductions of one floating-point type: they choose the instruction set's kernel and share large
// work between threads. Where the work is cut depends on its size alone.
#include "reduce.h"

typedef struct {
  const EK_S(ek_reductions) *kernels;
  ek_reduce_op op;
  ek_int length, inner, piece;  // piece: rows (or elements) of one part
  const T *x;
  T *y;
} EK_S(reduce_job);

// Whole lines or blocks of lines: indices count the outer axis.
static void EK_S(reduce_outer)(void *context, ek_int begin, ek_int end) {
  const EK_S(reduce_job) *job = context;
  for (ek_int o = begin; o < end; o++) {
    const T *x = job->x + o * job->length * job->inner;
    if (job->inner == 1) job->y[o] = job->kernels->line(job->op, job->length, x);
    else job->kernels->columns(job->op, job->length, job->inner, job->inner, x,
                               job->y + o * job->inner);
  }
}

// Ranges of the columns of one block.
static void EK_S(reduce_columns)(void *context, ek_int begin, ek_int end) {
  const EK_S(reduce_job) *job = context;
  job->kernels->columns(job->op, job->length, end - begin, job->inner, job->x + begin,
                        job->y + begin);
}

// Parts of the reduced axis of one block, part p into row p of y.
static void EK_S(reduce_parts)(void *context, ek_int begin, ek_int end) {
  const EK_S(reduce_job) *job = context;
  for (ek_int part = begin; part < end; part++) {
    const ek_int from = part * job->piece, rows = ek_least(job->piece, job->length - from);
    const T *x = job->x + from * job->inner;
    if (job->inner == 1) job->y[part] = job->kernels->line(job->op, rows, x);
    else job->kernels->columns(job->op, rows, job->inner, job->inner, x,
                               job->y + part * job->inner);
  }
}

void EK_S(ek_reduce)(ek_reduce_op op, ek_int outer, ek_int length, ek_int inner, const T *x,
                     T *y) {
  static const EK_S(ek_reductions) *const tables[] = EK_TABLES(EK_S(ek_reductions));
  EK_S(reduce_job) job = {
      .kernels = tables[ek_isa_now()], .op = op, .length = length, .inner = inner, .x = x, .y = y};
  const ek_int block = length * inner;
  if (outer * block <= 2 * EK_GRAIN_CHEAP) {
    EK_S(reduce_outer)(&job, 0, outer);
    return;
  }
  if (block <= 2 * EK_GRAIN_CHEAP || outer >= 16) {
    ek_parallel_for(outer, ek_ceil_div(EK_GRAIN_CHEAP, block), EK_S(reduce_outer), &job);
    return;
  }
  enum { wide = 2048, most_parts = 64 };
  for (ek_int o = 0; o < outer; o++) {
    job.x = x + o * block;
    job.y = y + o * inner;
    if (inner >= 4 * wide) {
      ek_parallel_for(inner, wide, EK_S(reduce_columns), &job);
      continue;
    }
    job.piece = ek_most(ek_ceil_div(EK_GRAIN_CHEAP, inner), ek_ceil_div(length, most_parts));
    const ek_int parts = ek_ceil_div(length, job.piece);
    const size_t bytes = (size_t)(parts * inner) * sizeof(T);
    job.y = ek_allocate(bytes);
    ek_parallel_for(parts, 1, EK_S(reduce_parts), &job);
    if (inner == 1) y[o] = job.kernels->line(ek_joining(op), parts, job.y);
    else job.kernels->columns(ek_joining(op), parts, inner, inner, job.y, y + o * inner);
    ek_deallocate(job.y, bytes);
  }
}
