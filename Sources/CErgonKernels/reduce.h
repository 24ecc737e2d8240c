// The reductions that have a version for each instruction set; on one thread.
#ifndef EK_REDUCE_H
#define EK_REDUCE_H

#include "template.h"

#define EK_REDUCE(T, S)                                                                        \
  typedef struct {                                                                             \
    /* A contiguous line. */                                                                   \
    T (*line)(ek_reduce_op op, ek_int count, const T *x);                                      \
    /* The columns of rows that lie `stride` apart. */                                         \
    void (*columns)(ek_reduce_op op, ek_int rows, ek_int columns, ek_int stride, const T *x,   \
                    T *y);                                                                     \
  } ek_reductions_##S;                                                                         \
  extern const ek_reductions_##S ek_reductions_##S##_scalar, ek_reductions_##S##_avx2,         \
      ek_reductions_##S##_avx512, ek_reductions_##S##_neon;
EK_REDUCE(float, f32)
EK_REDUCE(double, f64)

// Results of parts of a sum of squares are joined by adding, all others by the operation itself.
EK_INLINE ek_reduce_op ek_joining(ek_reduce_op op) {
  return op == EK_SUM_OF_SQUARES ? EK_SUM : op;
}

#endif
