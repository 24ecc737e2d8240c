// Elementwise kernels for AVX-512.
#if defined(__x86_64__)

#include <immintrin.h>

#include "template.h"

#define EK_ISA avx512
#define EK_VECTOR_BYTES 64

#pragma clang attribute push(EK_TARGET_AVX512, apply_to = function)

#include "vector_math.h"

#define EK_FAMILY "elementwise_vector.h"
#include "each_real.h"

#pragma clang attribute pop

#endif
