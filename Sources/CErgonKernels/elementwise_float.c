// Functions of one variable, bias and activation for both floating-point types.
#define EK_FAMILY "elementwise_float_template.h"
#include "each_real.h"
