// The plain twins of the elementwise kernels for both floating-point types.
#define EK_ISA scalar

#define EK_FAMILY "elementwise_scalar_template.h"
#include "each_real.h"
