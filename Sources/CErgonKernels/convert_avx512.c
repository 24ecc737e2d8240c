// Conversions for AVX-512.
#if defined(__x86_64__)

#include "template.h"

#define EK_ISA avx512
#define EK_NATIVE_HALF

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c"))), apply_to = function)

#include "convert_loops.h"

#pragma clang attribute pop

#endif
