// The loops of a certified output head for AVX-512 with VNNI.
#if defined(__x86_64__)

#include <immintrin.h>

#include "dot.h"
#include "template.h"

#define EK_ISA avx512_vnni
#define EK_VECTOR_BYTES 64
#define EK_HEAD_ADD_PRODUCTS(sum, w, x) \
  (ek_lanes_f32)_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(w), (__m512i)(x))

#pragma clang attribute push(EK_TARGET_AVX512_VNNI, apply_to = function)

#include "head_vector.h"

#pragma clang attribute pop

#endif
