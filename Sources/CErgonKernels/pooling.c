// Maximum and average pooling.
#include <string.h>

#include "convolution.h"

typedef struct {
  ek_int begin, end;
} ek_span;

// The part of an output's window that lies inside the image, along one axis.
EK_INLINE ek_span ek_window(ek_int out, ek_int stride, ek_int pad, ek_int kernel, ek_int size) {
  ek_int begin = out * stride - pad;
  return (ek_span){ek_most(begin, 0), ek_least(begin + kernel, size)};
}

#define T float
#define S f32
#include "pooling_template.h"
#undef T
#undef S

#define T double
#define S f64
#include "pooling_template.h"
