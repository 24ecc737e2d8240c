// Products of floating-point rows for AVX2.
#if defined(__x86_64__)

#include <immintrin.h>

#include "template.h"

#define EK_ISA avx2
#define EK_VECTOR_BYTES 32
#define EK_NATIVE_HALF
#define EK_FLOAT_TOKENS 2
#define EK_FLOAT_ROWS(T) ((T) == 1 ? 8 : 4)
#define EK_FLOAT_CASES EK_FLOAT_CASE(1) EK_FLOAT_CASE(2)

#pragma clang attribute push(EK_TARGET_AVX2, apply_to = function)

#include "dense_float_vector.h"

#pragma clang attribute pop

#endif
