// What the convolution files share. Every function exists once for float and once for double; the
// templates (convolution_*_template.h) are included with T, the number type, and S, its suffix.
#ifndef ERGON_CONVOLUTION_H
#define ERGON_CONVOLUTION_H

#include "internal.h"

#define EK_JOIN_(a, b) a##b
#define EK_JOIN(a, b) EK_JOIN_(a, b)
/// name_f32 or name_f64.
#define EK_TYPED(name) EK_JOIN(name##_, S)

/// Enough rows of `row` numbers to be worth a trip to another thread.
EK_INLINE ek_int ek_rows_per_piece(ek_int row) { return ek_ceil_div(16384, ek_most(row, 1)); }

// The definition of every convolution (convolution_scalar.c).
#define EK_CONVOLUTION_PLAIN(T, S)                                                            \
  void ek_conv2d_plain_##S(const ek_conv2d_shape *shape, const T *x, const T *w,              \
                           const T *bias, ek_activation activation, T *y);                    \
  void ek_conv2d_input_gradient_plain_##S(const ek_conv2d_shape *shape, const T *g,           \
                                          const T *w, T *dx);                                 \
  void ek_conv2d_weight_gradient_plain_##S(const ek_conv2d_shape *shape, const T *x,          \
                                           const T *g, T *dw, T *bias_gradient);
EK_CONVOLUTION_PLAIN(float, f32)
EK_CONVOLUTION_PLAIN(double, f64)

#endif
