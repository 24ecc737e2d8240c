// Reductions for both floating-point types.
#define EK_FAMILY "reduce_float_template.h"
#include "each_real.h"
