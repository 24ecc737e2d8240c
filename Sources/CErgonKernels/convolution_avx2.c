// Convolutions for AVX2.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "convolution.h"

#pragma clang attribute push(EK_TARGET_AVX2, apply_to = function)
#pragma clang fp contract(fast)

#define EXPORTED(name) EK_JOIN(EK_JOIN(name, _avx2_), S)
#define VECTOR_BYTES 32
#define ACCUMULATORS 12
#define VECTORS 2
#define MASK __m256i

// The first n of a vector's lanes.
EK_INLINE __m256i ek_first_f32(ek_int n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
EK_INLINE __m256i ek_first_f64(ek_int n) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
}
#define FIRST(n) EK_TYPED(ek_first)(n)

#define T float
#define S f32
#define LOAD_PART(p, mask) ((EK_TYPED(vector))_mm256_maskload_ps(p, mask))
#define STORE_PART(p, v, mask) _mm256_maskstore_ps(p, mask, (__m256)(v))
#include "convolution_blocked_template.h"
#include "convolution_weights_template.h"
#include "convolution_depthwise_template.h"
#include "convolution_winograd_template.h"
#include "convolution_spread_template.h"
#include "convolution_entry_template.h"
#undef T
#undef S
#undef LOAD_PART
#undef STORE_PART

#define T double
#define S f64
#define LOAD_PART(p, mask) ((EK_TYPED(vector))_mm256_maskload_pd(p, mask))
#define STORE_PART(p, v, mask) _mm256_maskstore_pd(p, mask, (__m256d)(v))
#include "convolution_blocked_template.h"
#include "convolution_weights_template.h"
#include "convolution_depthwise_template.h"
#include "convolution_winograd_template.h"
#include "convolution_spread_template.h"
#include "convolution_entry_template.h"

#pragma clang attribute pop
#endif
