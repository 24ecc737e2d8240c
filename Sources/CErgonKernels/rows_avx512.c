// Row kernels for AVX-512.
#if defined(__x86_64__)

#include <immintrin.h>

#include "template.h"

#define EK_ISA avx512
#define EK_VECTOR_BYTES 64

#pragma clang attribute push(EK_TARGET_AVX512, apply_to = function)

#include "vector_math.h"

#define T float
#define S f32
#include "rows_vector.h"
#undef T
#undef S

#define T double
#define S f64
#include "rows_vector.h"
#undef T
#undef S

#pragma clang attribute pop

#endif
