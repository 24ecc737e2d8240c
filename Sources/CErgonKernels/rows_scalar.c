// The plain twins of the row kernels for both floating-point types.
#define EK_ISA scalar

#define EK_FAMILY "rows_scalar_template.h"
#include "each_real.h"
