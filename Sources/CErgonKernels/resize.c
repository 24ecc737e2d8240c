// Resizing of images: nearest (the source of output i is floor(i * size / out_size); corners mean
// nothing there) and bilinear.
#include <string.h>

#include "convolution.h"

#define T float
#define S f32
#include "resize_template.h"
#undef T
#undef S

#define T double
#define S f64
#include "resize_template.h"
