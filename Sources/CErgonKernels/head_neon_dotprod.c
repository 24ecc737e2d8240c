// The loops of a certified output head for NEON with dot products.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "dot.h"
#include "template.h"

#define EK_ISA neon_dotprod
#define EK_VECTOR_BYTES 16
#define EK_HEAD_SIGNED
#define EK_HEAD_ADD_PRODUCTS(sum, w, x) \
  (ek_lanes_f32)vdotq_s32((int32x4_t)(sum), (int8x16_t)(w), (int8x16_t)(x))

#pragma clang attribute push(EK_TARGET_DOTPROD, apply_to = function)

#include "head_vector.h"

#pragma clang attribute pop

#endif
