// What the pooling files share.
#ifndef ERGON_POOLING_H
#define ERGON_POOLING_H

#include "convolution.h"

typedef struct {
  ek_int begin, end;
} ek_span;

/// The part of an output's window that lies inside the image, along one axis.
EK_INLINE ek_span ek_window(ek_int out, ek_int stride, ek_int pad, ek_int kernel, ek_int size) {
  ek_int begin = out * stride - pad;
  return (ek_span){ek_most(begin, 0), ek_least(begin + kernel, size)};
}

/// One over the number of inputs an average counts; 0 for a window that holds none.
EK_INLINE double ek_average_scale(const ek_pool2d_shape *s, ek_span rows, ek_span columns) {
  if (s->count_padding) return 1 / (double)(s->kernel_height * s->kernel_width);
  ek_int inside = (rows.end - rows.begin) * (columns.end - columns.begin);
  return rows.end > rows.begin && columns.end > columns.begin ? 1 / (double)inside : 0;
}

#define EK_POOL_TASK(T, S)        \
  typedef struct {                \
    const ek_pool2d_shape *shape; \
    const T *in;                  \
    T *out;                       \
    const int32_t *from;          \
    int32_t *where;               \
  } ek_pool_task_##S;
EK_POOL_TASK(float, f32)
EK_POOL_TASK(double, f64)

// Faster bodies for float: output rows, or images for a gradient, begin ..< end.
#define EK_POOL_BODIES(ISA)                                                          \
  void ek_max_pool_rows_##ISA(void *context, ek_int begin, ek_int end);              \
  void ek_average_pool_rows_##ISA(void *context, ek_int begin, ek_int end);          \
  void ek_average_pool_gradient_images_##ISA(void *context, ek_int begin, ek_int end);
EK_POOL_BODIES(avx2)
EK_POOL_BODIES(avx512)
EK_POOL_BODIES(neon)

#endif
