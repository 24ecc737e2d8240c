// Products of block-quantised rows for AVX2.
#if defined(__x86_64__)

#include <immintrin.h>

#include "template.h"

#define EK_ISA avx2
#define EK_VECTOR_BYTES 32
#define EK_NATIVE_HALF
#define EK_DOT_BLOCK "dense_dot_avx2.h"

#pragma clang attribute push(EK_TARGET_AVX2, apply_to = function)

#include "dense_block_vector.h"

#pragma clang attribute pop

#endif
