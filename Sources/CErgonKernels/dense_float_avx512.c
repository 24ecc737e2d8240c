// Products of floating-point rows for AVX-512.
#if defined(__x86_64__)

#include <immintrin.h>

#include "template.h"

#define EK_ISA avx512
#define EK_VECTOR_BYTES 64
#define EK_NATIVE_HALF
#define EK_FLOAT_TOKENS 6
#define EK_FLOAT_ROWS(T) ((T) == 1 ? 1 : (T) <= 3 ? 8 : 4)
#define EK_FLOAT_CASES \
  EK_FLOAT_CASE(1) EK_FLOAT_CASE(2) EK_FLOAT_CASE(3) EK_FLOAT_CASE(4) EK_FLOAT_CASE(5) \
  EK_FLOAT_CASE(6)

#pragma clang attribute push(EK_TARGET_AVX512, apply_to = function)

#include "dense_float_vector.h"

#pragma clang attribute pop

#endif
