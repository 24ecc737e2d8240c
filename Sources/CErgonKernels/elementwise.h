// The elementwise kernels that have a version for each instruction set: contiguous, on one thread.
// ek_elementwise_f32_scalar and so on are the tables of one type and instruction set.
#ifndef EK_ELEMENTWISE_H
#define EK_ELEMENTWISE_H

#include "template.h"

#define EK_ELEMENTWISE(T, S)                                                                     \
  typedef struct {                                                                               \
    void (*unary)(ek_unary_op op, ek_int count, const T *x, T *y);                               \
    void (*unary_gradient)(ek_unary_op op, ek_int count, const T *x, const T *y, const T *g,     \
                           T *out);                                                              \
    void (*binary)(ek_binary_op op, ek_int count, const T *a, const T *b, T *y);                 \
    void (*binary_scalar)(ek_binary_op op, bool reversed, ek_int count, const T *a, T scalar,    \
                          T *y);                                                                 \
    void (*axpy)(ek_int count, T scale, const T *x, T *y);                                       \
    T (*dot)(ek_int count, const T *a, const T *b);                                              \
    void (*bias_activation)(ek_int rows, ek_int columns, const T *x, const T *bias,              \
                            ek_activation activation, T *y);                                     \
    void (*activation_gradient)(ek_activation activation, ek_int count, const T *x, const T *y,  \
                                const T *g, T *dx);                                              \
  } ek_elementwise_##S;                                                                          \
  extern const ek_elementwise_##S ek_elementwise_##S##_scalar, ek_elementwise_##S##_avx2,        \
      ek_elementwise_##S##_avx512, ek_elementwise_##S##_neon;
EK_ELEMENTWISE(float, f32)
EK_ELEMENTWISE(double, f64)

#endif
