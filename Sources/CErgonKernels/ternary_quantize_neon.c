// Activations to int8 with NEON.
#if defined(__aarch64__)

#include "template.h"

#define EK_ISA neon
#define EK_VECTOR_BYTES 16

#include "ternary_quantize_vector.h"

#endif
