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

// One contiguous line: halves down to blocks of 128, which bounds the error of a sum by the
// logarithm of its length.
static T EK_S(reduce_line)(ek_reduce_op op, ek_int length, const T *x) {
  if (length > 128) {
    const ek_int half = (length / 2 + 127) / 128 * 128;
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
  if (rows > 128) {
    const ek_int half = (rows / 2 + 127) / 128 * 128;
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

void EK_S(ek_arg_reduce)(bool greatest, ek_int outer, ek_int length, ek_int inner, const T *x,
                         int32_t *y) {
  for (ek_int o = 0; o < outer; o++, x += length * inner)
    for (ek_int i = 0; i < inner; i++) {
      ek_int best = 0;
      for (ek_int j = 1; j < length; j++) {
        const T candidate = x[j * inner + i], leader = x[best * inner + i];
        if (greatest ? EK_S(precedes)(leader, candidate) : EK_S(precedes)(candidate, leader))
          best = j;
      }
      *y++ = (int32_t)best;
    }
}

void EK_S(ek_cumulate)(ek_reduce_op op, bool reverse, ek_int outer, ek_int length, ek_int inner,
                       const T *x, T *y) {
  const ek_int step = reverse ? -inner : inner, first = reverse ? (length - 1) * inner : 0;
  for (ek_int o = 0; o < outer; o++, x += length * inner, y += length * inner)
    for (ek_int i = 0; i < inner; i++) {
      T sum = EK_S(reduce_start)(op);
      for (ek_int j = 0, at = first + i; j < length; j++, at += step)
        y[at] = sum = EK_S(reduce_step)(op, sum, x[at]);
    }
}
