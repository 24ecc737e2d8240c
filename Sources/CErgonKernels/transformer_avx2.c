// The work between a decoder's products for AVX2.
#if defined(__x86_64__)

#include <immintrin.h>

#include "template.h"

#define EK_ISA avx2
#define EK_VECTOR_BYTES 32
#define EK_NATIVE_HALF
#define EK_ATTEND_VECTORS 2

#pragma clang attribute push(EK_TARGET_AVX2, apply_to = function)

#include "transformer_vector.h"

#pragma clang attribute pop

#endif
