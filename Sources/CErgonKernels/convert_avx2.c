// Conversions for AVX2.
#if defined(__x86_64__)

#include "template.h"

#define EK_ISA avx2
#define EK_NATIVE_HALF

#pragma clang attribute push(EK_TARGET_AVX2, apply_to = function)

#include "convert_loops.h"

#pragma clang attribute pop

#endif
