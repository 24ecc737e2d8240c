// The public products.
#include "gemm.h"

#define EK_GEMM(T, S)                                                                            \
  void ek_gemm_##S(bool transpose_a, bool transpose_b, ek_int m, ek_int n, ek_int k, T alpha,    \
                   const T *a, ek_int lda, const T *b, ek_int ldb, T beta, T *c, ek_int ldc,     \
                   const T *bias, ek_activation activation) {                                    \
    ek_product_##S product = {transpose_a, transpose_b, m, n,   k,   alpha, beta,                \
                              a, b, lda, ldb, c, ldc, bias, activation};                         \
    ek_gemm_scalar_##S(&product);                                                                \
  }                                                                                              \
  void ek_gemm_batched_##S(ek_int batch, bool transpose_a, bool transpose_b, ek_int m, ek_int n, \
                           ek_int k, T alpha, const T *a, ek_int lda, ek_int step_a, const T *b, \
                           ek_int ldb, ek_int step_b, T beta, T *c, ek_int ldc, ek_int step_c) { \
    for (ek_int i = 0; i < batch; i++)                                                           \
      ek_gemm_##S(transpose_a, transpose_b, m, n, k, alpha, a + i * step_a, lda, b + i * step_b, \
                  ldb, beta, c + i * step_c, ldc, NULL, EK_NO_ACTIVATION);                       \
  }

EK_GEMM(float, f32)
EK_GEMM(double, f64)
