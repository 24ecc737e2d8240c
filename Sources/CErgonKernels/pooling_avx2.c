// Pooling for AVX2.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "pooling.h"

#pragma clang attribute push(EK_TARGET_AVX2, apply_to = function)

typedef float V __attribute__((vector_size(32)));
typedef int32_t I __attribute__((vector_size(32)));
#define LANES 8
#define MASK __m256i
#define FIRST(n) \
  _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
#define LOAD_PART(p, mask) ((V)_mm256_maskload_ps(p, mask))
#define STORE_PART(p, v, mask) _mm256_maskstore_ps(p, mask, (__m256)(v))
#define STORE_INDEX(p, v, mask) _mm256_maskstore_epi32(p, mask, (__m256i)(v))
#define EXPORTED(name) name##_avx2
#include "pooling_vector_template.h"

#pragma clang attribute pop
#endif
