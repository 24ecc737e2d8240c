// The row kernels that have a version for each instruction set: a range of whole rows, on one
// thread. ek_rows_f32_scalar and so on are the tables of one type and instruction set.
#ifndef EK_ROWS_H
#define EK_ROWS_H

#include "template.h"

#define EK_ROWS(T, S)                                                                            \
  typedef struct {                                                                               \
    void (*softmax)(ek_int rows, ek_int columns, T scale, const T *x, T *y);                     \
    /* Rows `first` and on of the causal form; x and y begin at row `first`. */                  \
    void (*softmax_causal)(ek_int first, ek_int rows, ek_int columns, ek_int period,             \
                           ek_int offset, T scale, const T *x, T *y);                            \
    void (*softmax_gradient)(ek_int rows, ek_int columns, T scale, const T *y, const T *g,       \
                             T *dx);                                                             \
    void (*log_softmax)(ek_int rows, ek_int columns, const T *x, T *y);                          \
    void (*log_softmax_gradient)(ek_int rows, ek_int columns, const T *y, const T *g, T *dx);    \
    void (*log_sum_exp)(ek_int rows, ek_int columns, const T *x, T *y);                          \
    void (*cross_entropy)(ek_int rows, ek_int columns, const T *logits, const int32_t *labels,   \
                          T smoothing, T *losses, T *gradient);                                  \
    void (*layer_norm)(ek_int rows, ek_int columns, T epsilon, const T *x, const T *weight,      \
                       const T *bias, T *y, T *mean, T *rstd);                                   \
    void (*rms_norm)(ek_int rows, ek_int columns, T epsilon, const T *x, const T *weight, T *y,  \
                     T *rstd);                                                                   \
    /* Both norms' gradients; mean is null for RMS norm. Each output may be null. */             \
    void (*norm_gradient)(ek_int rows, ek_int columns, const T *x, const T *weight,              \
                          const T *mean, const T *rstd, const T *g, T *dx, T *weight_gradient,   \
                          T *bias_gradient);                                                     \
    /* Per column the sums of g and of g (x - shift); a null g stands for x - shift. */          \
    void (*column_sums)(ek_int rows, ek_int columns, const T *x, const T *shift, const T *g,     \
                        T *sum, T *product);                                                     \
    /* y = activation((x - shift) * scale + bias) per column; bias may be null. */               \
    void (*column_scale)(ek_int rows, ek_int columns, const T *x, const T *shift,                \
                         const T *scale, const T *bias, ek_activation activation, T *y);         \
    /* dx = scale * g + slope * (x - shift) + constant per column. */                            \
    void (*column_blend)(ek_int rows, ek_int columns, const T *x, const T *shift, const T *g,    \
                         const T *scale, const T *slope, const T *constant, T *dx);              \
    void (*rotary)(ek_int rows, ek_int heads, ek_int dim, bool interleaved, bool inverse,        \
                   const int32_t *positions, const T *cosine, const T *sine, const T *x, T *y);  \
  } ek_rows_##S;                                                                                 \
  extern const ek_rows_##S ek_rows_##S##_scalar, ek_rows_##S##_avx2, ek_rows_##S##_avx512,       \
      ek_rows_##S##_neon;
EK_ROWS(float, f32)
EK_ROWS(double, f64)

#endif
