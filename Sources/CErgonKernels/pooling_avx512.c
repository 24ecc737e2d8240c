// Pooling for AVX-512.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "pooling.h"

#pragma clang attribute push(EK_TARGET_AVX512, apply_to = function)

typedef float V __attribute__((vector_size(64)));
typedef int32_t I __attribute__((vector_size(64)));
#define LANES 16
#define MASK __mmask16
#define FIRST(n) ((__mmask16)((1u << (n)) - 1))
#define LOAD_PART(p, mask) ((V)_mm512_maskz_loadu_ps(mask, p))
#define STORE_PART(p, v, mask) _mm512_mask_storeu_ps(p, mask, (__m512)(v))
#define STORE_INDEX(p, v, mask) _mm512_mask_storeu_epi32(p, mask, (__m512i)(v))
#define EXPORTED(name) name##_avx512
#include "pooling_vector_template.h"

#pragma clang attribute pop
#endif
