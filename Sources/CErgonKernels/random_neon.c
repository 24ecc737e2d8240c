// Random kernels for NEON.
#if defined(__aarch64__)

#include "template.h"

#define EK_ISA neon
#define EK_VECTOR_BYTES 16

#include "vector.h"

#include "random_vector.h"

#endif
