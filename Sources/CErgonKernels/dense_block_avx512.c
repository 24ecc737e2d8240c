// Products of block-quantised rows for AVX-512 with VNNI.
#if defined(__x86_64__)

#include <immintrin.h>

#include "dot.h"
#include "template.h"

#define EK_ISA avx512_vnni
#define EK_VECTOR_BYTES 64
#define EK_NATIVE_HALF
#define EK_DOT_BLOCK "dense_dot_vnni.h"
#define EK_DPBUSD(sum, w, x) \
  (ek_lanes_f32)_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(w), (__m512i)(x))

#pragma clang attribute push(EK_TARGET_AVX512_VNNI, apply_to = function)

#include "dense_block_vector.h"

#pragma clang attribute pop

#endif
