// Reductions, positions of extremes and running reductions for one element type.
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

// Partial results of a sum of squares are joined by adding, all others by the operation itself.
EK_INLINE T EK_S(reduce_join)(ek_reduce_op op, T a, T b) {
  return EK_S(reduce_step)(op == EK_SUM_OF_SQUARES ? EK_SUM : op, a, b);
}

// One contiguous line: halves down to blocks of 128, which bounds the error of a sum by the
// logarithm of its length.
static T EK_S(reduce_line)(ek_reduce_op op, ek_int length, const T *x) {
  if (length > 128) {
    const ek_int half = (length / 2 + 127) / 128 * 128;
    return EK_S(reduce_join)(op, EK_S(reduce_line)(op, half, x),
                             EK_S(reduce_line)(op, length - half, x + half));
  }
  T sum = EK_S(reduce_start)(op);
  for (ek_int i = 0; i < length; i++) sum = EK_S(reduce_step)(op, sum, x[i]);
  return sum;
}

// The rows of [length, inner] into y [inner], by halves as above; `spare` has room for one row
// of each halving.
static void EK_S(reduce_rows)(ek_reduce_op op, ek_int length, ek_int inner, ek_int columns,
                              const T *x, T *y, T *spare) {
  if (length > 128) {
    const ek_int half = (length / 2 + 127) / 128 * 128;
    EK_S(reduce_rows)(op, half, inner, columns, x, y, spare);
    EK_S(reduce_rows)(op, length - half, inner, columns, x + half * inner, spare, spare + columns);
    for (ek_int i = 0; i < columns; i++) y[i] = EK_S(reduce_join)(op, y[i], spare[i]);
    return;
  }
  for (ek_int i = 0; i < columns; i++) y[i] = EK_S(reduce_start)(op);
  for (ek_int j = 0; j < length; j++, x += inner)
    for (ek_int i = 0; i < columns; i++) y[i] = EK_S(reduce_step)(op, y[i], x[i]);
}

void EK_S(ek_reduce)(ek_reduce_op op, ek_int outer, ek_int length, ek_int inner, const T *x,
                     T *y) {
  if (inner == 1) {
    for (ek_int o = 0; o < outer; o++) y[o] = EK_S(reduce_line)(op, length, x + o * length);
    return;
  }
  enum { strip = 64, halvings = 64 };  // columns at a time, and more halvings than a length has
  T spare[strip * halvings];
  for (ek_int o = 0; o < outer; o++, x += length * inner, y += inner)
    for (ek_int i = 0; i < inner; i += strip)
      EK_S(reduce_rows)(op, length, inner, ek_least(strip, inner - i), x + i, y + i, spare);
}

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
