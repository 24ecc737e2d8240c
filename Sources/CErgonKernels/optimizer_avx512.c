// Optimiser steps for AVX-512.
#if defined(__x86_64__)

#include <immintrin.h>

#include "template.h"

#define EK_ISA avx512
#define EK_VECTOR_BYTES 64

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c"))), apply_to = function)

#include "vector.h"

#define T float
#define S f32
#include "optimizer_vector.h"
#undef T
#undef S

#define T double
#define S f64
#include "optimizer_vector.h"
#undef T
#undef S

#pragma clang attribute pop

#endif
