// The convolutions' entry points: which version runs.
#include "convolution.h"

// Calls `name` of the instruction set in use.
#if defined(__x86_64__)
#define CHOOSE(name, S, ...)                                            \
  switch (ek_isa_now()) {                                               \
    case EK_ISA_AVX512: name##_avx512_##S(__VA_ARGS__); return;         \
    case EK_ISA_AVX2: name##_avx2_##S(__VA_ARGS__); return;             \
    default: name##_plain_##S(__VA_ARGS__);                             \
  }
#elif defined(__aarch64__)
#define CHOOSE(name, S, ...)                                            \
  switch (ek_isa_now()) {                                               \
    case EK_ISA_NEON: name##_neon_##S(__VA_ARGS__); return;             \
    default: name##_plain_##S(__VA_ARGS__);                             \
  }
#else
#define CHOOSE(name, S, ...) name##_plain_##S(__VA_ARGS__);
#endif

#define EK_CONVOLUTION_ENTRIES(T, S)                                                             \
  void ek_conv2d_##S(const ek_conv2d_shape *shape, const T *x, const T *w, const T *bias,        \
                     ek_activation activation, T *y) {                                           \
    CHOOSE(ek_conv2d, S, shape, x, w, bias, activation, y)                                       \
  }                                                                                              \
  void ek_conv2d_input_gradient_##S(const ek_conv2d_shape *shape, const T *g, const T *w,        \
                                    T *dx) {                                                     \
    CHOOSE(ek_conv2d_input_gradient, S, shape, g, w, dx)                                         \
  }                                                                                              \
  void ek_conv2d_weight_gradient_##S(const ek_conv2d_shape *shape, const T *x, const T *g,       \
                                     T *dw, T *bias_gradient) {                                  \
    CHOOSE(ek_conv2d_weight_gradient, S, shape, x, g, dw, bias_gradient)                         \
  }

EK_CONVOLUTION_ENTRIES(float, f32)
EK_CONVOLUTION_ENTRIES(double, f64)
