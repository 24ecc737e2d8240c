// One matrix product as the gemm_*.c files hand it to each other.
#ifndef ERGON_KERNELS_GEMM_H
#define ERGON_KERNELS_GEMM_H

#include "internal.h"

#define EK_PRODUCT(T, S)                                                      \
  typedef struct {                                                            \
    bool transpose_a, transpose_b;                                            \
    ek_int m, n, k;                                                           \
    T alpha, beta;                                                            \
    const T *a, *b;                                                           \
    ek_int lda, ldb;                                                          \
    T *c;                                                                     \
    ek_int ldc;                                                               \
    const T *bias;                                                            \
    ek_activation activation;                                                 \
  } ek_product_##S;                                                           \
  void ek_gemm_scalar_##S(const ek_product_##S *p);

EK_PRODUCT(float, f32)
EK_PRODUCT(double, f64)
#undef EK_PRODUCT

#endif
