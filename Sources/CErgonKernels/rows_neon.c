// Row kernels for NEON.
#if defined(__aarch64__)

#include "template.h"

#define EK_ISA neon
#define EK_VECTOR_BYTES 16

#include "vector_math.h"

#define EK_FAMILY "rows_vector.h"
#include "each_real.h"

#endif
