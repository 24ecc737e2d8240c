// Products of block-quantised rows for NEON with sdot.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "dot.h"
#include "template.h"

#define EK_ISA neon_dotprod
#define EK_VECTOR_BYTES 16
#define EK_NATIVE_HALF
#define EK_DOT_BLOCK "dense_dot_neon.h"
#define EK_SDOT

#pragma clang attribute push(EK_TARGET_DOTPROD, apply_to = function)

#include "dense_block_vector.h"

#pragma clang attribute pop

#endif
