// The convolutions' entry points: which version runs.
#include "convolution.h"

#define EK_CONVOLUTION_ENTRIES(T, S)                                                             \
  void ek_conv2d_##S(const ek_conv2d_shape *shape, const T *x, const T *w, const T *bias,        \
                     ek_activation activation, T *y) {                                           \
    ek_conv2d_plain_##S(shape, x, w, bias, activation, y);                                       \
  }                                                                                              \
  void ek_conv2d_input_gradient_##S(const ek_conv2d_shape *shape, const T *g, const T *w,        \
                                    T *dx) {                                                     \
    ek_conv2d_input_gradient_plain_##S(shape, g, w, dx);                                         \
  }                                                                                              \
  void ek_conv2d_weight_gradient_##S(const ek_conv2d_shape *shape, const T *x, const T *g,       \
                                     T *dw, T *bias_gradient) {                                  \
    ek_conv2d_weight_gradient_plain_##S(shape, x, g, dw, bias_gradient);                         \
  }

EK_CONVOLUTION_ENTRIES(float, f32)
EK_CONVOLUTION_ENTRIES(double, f64)
