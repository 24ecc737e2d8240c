// The scalar twin of every convolution.
#include "convolution.h"

#define T float
#define S f32
#include "convolution_plain_template.h"
#undef T
#undef S

#define T double
#define S f64
#include "convolution_plain_template.h"
