// Products of block-quantised rows for AVX-VNNI.
#if defined(__x86_64__)

#include <immintrin.h>

#include "dot.h"
#include "template.h"

#define EK_ISA avx_vnni
#define EK_VECTOR_BYTES 32
#define EK_NATIVE_HALF
#define EK_DOT_BLOCK "dense_dot_vnni.h"
#define EK_DPBUSD(sum, w, x) \
  (ek_lanes_f32)_mm256_dpbusd_avx_epi32((__m256i)(sum), (__m256i)(w), (__m256i)(x))

#pragma clang attribute push(EK_TARGET_AVX_VNNI, apply_to = function)

#include "dense_block_vector.h"

#pragma clang attribute pop

#endif
