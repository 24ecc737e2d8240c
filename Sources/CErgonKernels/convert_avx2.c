// Conversions for AVX2.
#if defined(__x86_64__)

#include "template.h"

#define EK_ISA avx2
#define EK_NATIVE_HALF

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "convert_loops.h"

#pragma clang attribute pop

#endif
