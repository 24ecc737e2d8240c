// Products of block-quantised rows for NEON.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "template.h"

#define EK_ISA neon
#define EK_VECTOR_BYTES 16
#define EK_NATIVE_HALF
#define EK_DOT_BLOCK "dense_dot_neon.h"

#include "dense_block_vector.h"

#endif
