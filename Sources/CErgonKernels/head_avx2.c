// The loops of a certified output head for AVX2.
#if defined(__x86_64__)

#include <immintrin.h>

#include "template.h"

#define EK_ISA avx2
#define EK_VECTOR_BYTES 32
// Digits of at most 64: two products with an unsigned byte are at most 2 * 255 * 64 < 2^15.
#define EK_HEAD_ADD_PRODUCTS(sum, w, x)                                      \
  ((sum) + (ek_lanes_f32)_mm256_madd_epi16(                                  \
               _mm256_maddubs_epi16((__m256i)(w), (__m256i)(x)), _mm256_set1_epi16(1)))

#pragma clang attribute push(EK_TARGET_AVX2, apply_to = function)

#include "head_vector.h"

#pragma clang attribute pop

#endif
