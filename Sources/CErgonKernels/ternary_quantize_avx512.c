// Activations to int8 with AVX-512.
#if defined(__x86_64__)

#include <immintrin.h>

#include "template.h"

#define EK_ISA avx512
#define EK_VECTOR_BYTES 64

#pragma clang attribute push(EK_TARGET_AVX512, apply_to = function)

#include "ternary_quantize_vector.h"

#pragma clang attribute pop

#endif
