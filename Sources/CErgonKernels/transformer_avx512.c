// The work between a decoder's products for AVX-512.
#if defined(__x86_64__)

#include <immintrin.h>

#include "template.h"

#define EK_ISA avx512
#define EK_VECTOR_BYTES 64
#define EK_NATIVE_HALF
#define EK_ATTEND_VECTORS 4

#pragma clang attribute push(EK_TARGET_AVX512, apply_to = function)

#include "transformer_vector.h"

#pragma clang attribute pop

#endif
