// Matrix products as the gemm_*.c files hand them to each other.
#ifndef ERGON_KERNELS_GEMM_H
#define ERGON_KERNELS_GEMM_H

#include "internal.h"

#define EK_PRODUCT(T, S)                                                                       \
  /* c = activation(alpha op(a) op(b) + beta c + bias), as ek_gemm says it. */                 \
  typedef struct {                                                                             \
    bool transpose_a, transpose_b;                                                             \
    ek_int m, n, k;                                                                            \
    T alpha, beta;                                                                             \
    const T *a, *b;                                                                            \
    ek_int lda, ldb;                                                                           \
    T *c;                                                                                      \
    ek_int ldc;                                                                                \
    const T *bias;                                                                             \
    ek_activation activation;                                                                  \
  } ek_product_##S;                                                                            \
                                                                                               \
  /* What one instruction set can do, on one thread. */                                        \
  typedef struct {                                                                             \
    /* c = relu(alpha op(a) op(b) + bias), or, where beta is 1 and there is no bias, added to  \
       c; without ReLU unless that is the activation: the others are not done. */              \
    void (*product)(const ek_product_##S *p);                                                  \
    /* y[r][j] += sum over l of x[r][l] b[l][j], any number of   \
       rows; lines of y are whole vectors. */                                                  \
    void (*sweep)(int rows, ek_int columns, ek_int k, const T *x, const T *b, ek_int ldb, T *y, \
                  ek_int y_row);                                                               \
    /* y[r][j] = sum over l of x[r][l] b[j][l], any number of rows. */                         \
    void (*dots)(int rows, ek_int columns, ek_int k, const T *x, const T *b, ek_int ldb, T *y, \
                 ek_int y_row);                                                                \
  } ek_gemm_functions_##S;                                                                     \
                                                                                               \
  extern const ek_gemm_functions_##S ek_gemm_avx2_functions_##S;                               \
  extern const ek_gemm_functions_##S ek_gemm_avx512_functions_##S;                             \
  extern const ek_gemm_functions_##S ek_gemm_neon_functions_##S;                               \
  void ek_gemm_scalar_##S(const ek_product_##S *p);

EK_PRODUCT(float, f32)
EK_PRODUCT(double, f64)
#undef EK_PRODUCT

#endif
