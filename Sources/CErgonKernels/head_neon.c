// The loops of a certified output head for NEON without dot products.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "template.h"

#define EK_ISA neon
#define EK_VECTOR_BYTES 16
#define EK_HEAD_SIGNED
// Four rows of four columns: products as 16 bits, added twice by neighbours.
#define EK_HEAD_ADD_PRODUCTS(sum, w, x)                                                         \
  ((sum) + (ek_lanes_f32)vpaddq_s32(                                                            \
               vpaddlq_s16(vmull_s8(vget_low_s8((int8x16_t)(w)), vget_low_s8((int8x16_t)(x)))), \
               vpaddlq_s16(vmull_high_s8((int8x16_t)(w), (int8x16_t)(x)))))

#include "head_vector.h"

#endif
