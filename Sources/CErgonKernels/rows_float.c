// Softmax, cross-entropy and norms for both floating-point types.
#define T float
#define S f32
#include "rows_float_template.h"
#undef T
#undef S

#define T double
#define S f64
#include "rows_float_template.h"
#undef T
#undef S
