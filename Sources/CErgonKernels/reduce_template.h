// Reductions, positions of extremes and running reductions for one element type.
#include "reduce.h"
#include "scalar_arithmetic.h"

// The value a reduction starts from and one step of it.
EK_INLINE T EK_S(reduce_start)(ek_reduce_op op) {
  switch (op) {
    case EK_SUM:
    case EK_SUM_OF_SQUARES: return 0;
    case EK_PRODUCT: return 1;
    case EK_MIN: return EK_S(highest)();
    case EK_MAX: return EK_S(lowest)();
  }
  return 0;
}

EK_INLINE T EK_S(reduce_step)(ek_reduce_op op, T sum, T x) {
  switch (op) {
    case EK_SUM: return EK_S(add)(sum, x);
    case EK_PRODUCT: return EK_S(multiply)(sum, x);
    case EK_MIN: return EK_S(minimum)(sum, x);
    case EK_MAX: return EK_S(maximum)(sum, x);
    case EK_SUM_OF_SQUARES: return EK_S(add)(sum, EK_S(multiply)(x, x));
  }
  return sum;
}

// One contiguous line: halves down to blocks of 32, which bounds the error of a sum by the
// logarithm of its length.
static T EK_S(reduce_line)(ek_reduce_op op, ek_int length, const T *x) {
  if (length > 32) {
    const ek_int half = (length / 2 + 31) / 32 * 32;
    return EK_S(reduce_step)(ek_joining(op), EK_S(reduce_line)(op, half, x),
                             EK_S(reduce_line)(op, length - half, x + half));
  }
  T sum = EK_S(reduce_start)(op);
  for (ek_int i = 0; i < length; i++) sum = EK_S(reduce_step)(op, sum, x[i]);
  return sum;
}

// Rows that lie `stride` apart into y, by halves as above; `spare` has room for one row of each
// halving.
static void EK_S(reduce_rows)(ek_reduce_op op, ek_int rows, ek_int columns, ek_int stride,
                              const T *x, T *y, T *spare) {
  if (rows > 32) {
    const ek_int half = (rows / 2 + 31) / 32 * 32;
    EK_S(reduce_rows)(op, half, columns, stride, x, y, spare);
    EK_S(reduce_rows)(op, rows - half, columns, stride, x + half * stride, spare,
                      spare + columns);
    for (ek_int i = 0; i < columns; i++)
      y[i] = EK_S(reduce_step)(ek_joining(op), y[i], spare[i]);
    return;
  }
  for (ek_int i = 0; i < columns; i++) y[i] = EK_S(reduce_start)(op);
  for (ek_int j = 0; j < rows; j++, x += stride)
    for (ek_int i = 0; i < columns; i++) y[i] = EK_S(reduce_step)(op, y[i], x[i]);
}

static void EK_S(reduce_strips)(ek_reduce_op op, ek_int rows, ek_int columns, ek_int stride,
                                const T *x, T *y) {
  enum { strip = 64, halvings = 56 };  // more than a length of 63 bits has
  T spare[strip * halvings];
  for (ek_int i = 0; i < columns; i += strip)
    EK_S(reduce_rows)(op, rows, ek_least(strip, columns - i), stride, x + i, y + i, spare);
}

#ifdef EK_INTEGER
void EK_S(ek_reduce)(ek_reduce_op op, ek_int outer, ek_int length, ek_int inner, const T *x,
                     T *y) {
  for (ek_int o = 0; o < outer; o++, x += length * inner, y += inner)
    if (inner == 1) *y = EK_S(reduce_line)(op, length, x);
    else EK_S(reduce_strips)(op, length, inner, inner, x, y);
}
#else
const EK_S(ek_reductions) EK_PLAIN(ek_reductions) = {EK_S(reduce_line), EK_S(reduce_strips)};
#endif

typedef struct {
  bool greatest, reverse;
  ek_reduce_op op;
  ek_int length, inner;
  const T *x;
  T *y;
  int32_t *at;
} EK_S(scan_job);

EK_INLINE void EK_S(over_outer)(ek_body body, EK_S(scan_job) *job, ek_int outer) {
  const ek_int grain = ek_ceil_div(EK_GRAIN_COSTLY, ek_most(1, job->length * job->inner));
  if (outer <= 2 * grain) body(job, 0, outer);
  else ek_parallel_for(outer, grain, body, job);
}

#ifndef EK_INTEGER
// The first place of the line's extreme, which is found a vector at a time; -1 where a NaN hides a
// least element.
static ek_int EK_S(arg_line)(bool greatest, ek_int length, const T *x) {
  static const EK_S(ek_reductions) *const tables[] = EK_TABLES(EK_S(ek_reductions));
  const T extreme = tables[ek_isa_now()]->line(greatest ? EK_MAX : EK_MIN, length, x);
  ek_int at = 0;
  if (extreme != extreme) {
    if (!greatest) return -1;
    while (x[at] == x[at]) at++;
    return at;
  }
  enum { block = 64 };
  for (; at + block <= length; at += block) {
    int found = 0;
    for (int i = 0; i < block; i++) found |= x[at + i] == extreme;
    if (found) break;
  }
  while (x[at] != extreme) at++;
  return at;
}
#endif

static void EK_S(arg_reduce_outer)(void *context, ek_int begin, ek_int end) {
  const EK_S(scan_job) *job = context;
  const ek_int length = job->length, inner = job->inner;
  const bool greatest = job->greatest;
  for (ek_int o = begin; o < end; o++)
    for (ek_int i = 0; i < inner; i++) {
      const T *x = job->x + o * length * inner + i;
#ifndef EK_INTEGER
      const ek_int at = inner == 1 && length > 0 ? EK_S(arg_line)(greatest, length, x) : -1;
      if (at >= 0) {
        job->at[o] = (int32_t)at;
        continue;
      }
#endif
      T leader = x[0];
      ek_int best = 0;
      for (ek_int j = 1; j < length; j++) {
        const T candidate = x[j * inner];
        if (greatest ? EK_S(precedes)(leader, candidate) : EK_S(precedes)(candidate, leader)) {
          leader = candidate;
          best = j;
        }
      }
      job->at[o * inner + i] = (int32_t)best;
    }
}

void EK_S(ek_arg_reduce)(bool greatest, ek_int outer, ek_int length, ek_int inner, const T *x,
                         int32_t *y) {
  EK_S(scan_job) job = {.greatest = greatest, .length = length, .inner = inner, .x = x, .at = y};
  EK_S(over_outer)(EK_S(arg_reduce_outer), &job, outer);
}

static void EK_S(cumulate_outer)(void *context, ek_int begin, ek_int end) {
  const EK_S(scan_job) *job = context;
  const ek_reduce_op op = job->op;
  const ek_int length = job->length, inner = job->inner, size = length * inner;
  const ek_int step = job->reverse ? -inner : inner;
  if (size == 0) return;
  for (ek_int o = begin; o < end; o++) {
    const ek_int first = o * size + (job->reverse ? size - inner : 0);
    const T *x = job->x + first;
    T *y = job->y + first;
    if (inner == 1) {
      T sum = EK_S(reduce_start)(op);
      for (ek_int j = 0; j < length; j++, x += step, y += step)
        *y = sum = EK_S(reduce_step)(op, sum, *x);
      continue;
    }
    for (ek_int j = 0; j < length; j++, x += step, y += step)
      for (ek_int i = 0; i < inner; i++)
        y[i] = EK_S(reduce_step)(op, j == 0 ? EK_S(reduce_start)(op) : y[i - step], x[i]);
  }
}

void EK_S(ek_cumulate)(ek_reduce_op op, bool reverse, ek_int outer, ek_int length, ek_int inner,
                       const T *x, T *y) {
  EK_S(scan_job) job = {
      .op = op, .reverse = reverse, .length = length, .inner = inner, .x = x, .y = y};
  EK_S(over_outer)(EK_S(cumulate_outer), &job, outer);
}
