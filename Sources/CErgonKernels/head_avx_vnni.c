// The loops of a certified output head for AVX-VNNI.
#if defined(__x86_64__)

#include <immintrin.h>

#include "dot.h"
#include "template.h"

#define EK_ISA avx_vnni
#define EK_VECTOR_BYTES 32
#define EK_HEAD_ADD_PRODUCTS(sum, w, x) \
  (ek_lanes_f32)_mm256_dpbusd_avx_epi32((__m256i)(sum), (__m256i)(w), (__m256i)(x))

#pragma clang attribute push(EK_TARGET_AVX_VNNI, apply_to = function)

#include "head_vector.h"

#pragma clang attribute pop

#endif
