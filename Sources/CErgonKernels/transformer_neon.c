// The work between a decoder's products for NEON.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "template.h"

#define EK_ISA neon
#define EK_VECTOR_BYTES 16
#define EK_NATIVE_HALF
#define EK_ATTEND_VECTORS 4

#include "transformer_vector.h"

#endif
