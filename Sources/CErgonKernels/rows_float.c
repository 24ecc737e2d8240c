// Softmax, cross-entropy and norms for both floating-point types.
#define EK_FAMILY "rows_float_template.h"
#include "each_real.h"
