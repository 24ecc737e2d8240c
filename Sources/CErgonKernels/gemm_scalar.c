// Matrix products in plain loops: the meaning of the fast ones.
#include "gemm.h"

#define EK_GEMM_SCALAR(T, S)                                                              \
  void ek_gemm_scalar_##S(const ek_product_##S *p) {                                      \
    ek_int a_row = p->transpose_a ? 1 : p->lda, a_step = p->transpose_a ? p->lda : 1;     \
    ek_int b_row = p->transpose_b ? 1 : p->ldb, b_step = p->transpose_b ? p->ldb : 1;     \
    for (ek_int i = 0; i < p->m; i++) {                                                   \
      for (ek_int j = 0; j < p->n; j++) {                                                 \
        const T *a = p->a + i * a_row, *b = p->b + j * b_step;                            \
        T sum = 0;                                                                        \
        for (ek_int l = 0; l < p->k; l++) sum += a[l * a_step] * b[l * b_row];            \
        T *c = p->c + i * p->ldc + j;                                                     \
        sum *= p->alpha;                                                                  \
        if (p->beta != 0) sum += p->beta * *c;                                            \
        if (p->bias) sum += p->bias[j];                                                   \
        *c = ek_activate_##S(p->activation, sum);                                         \
      }                                                                                   \
    }                                                                                     \
  }

EK_GEMM_SCALAR(float, f32)
EK_GEMM_SCALAR(double, f64)
