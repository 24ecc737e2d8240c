// The plain twins of the row kernels for both floating-point types.
#define EK_ISA scalar

#define T float
#define S f32
#include "rows_scalar_template.h"
#undef T
#undef S

#define T double
#define S f64
#include "rows_scalar_template.h"
#undef T
#undef S
