// Matrix products with AVX2 and FMA.
#include "gemm.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET EK_TARGET_AVX2
#define VECTOR_BYTES 32
#define HAS_MASKS true
#define MASKS_ARE_FREE false
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define EACH_VECTOR_COUNT(X, ROWS, CLOSE) X(ROWS, 1, CLOSE) X(ROWS, 2, CLOSE)
#define EACH_ROW_COUNT(X) X(1) X(2) X(3) X(4) X(5) X(6)

// From the number 8 - n on: the mask of the first n of eight lanes, and of the first n / 2 of four.
static const int32_t lane_masks[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};

TARGET EK_INLINE __m256i first_lanes(int count) {
  return _mm256_loadu_si256((const __m256i *)(lane_masks + 8 - count));
}

#define T float
#define PRODUCT ek_product_f32
#define FUNCTIONS ek_gemm_functions_f32
#define NAME(x) ek_gemm_avx2_##x##_f32
#define ZIP_LOW(v, w) __builtin_shufflevector(v, w, 0, 8, 1, 9, 2, 10, 3, 11)
#define ZIP_HIGH(v, w) __builtin_shufflevector(v, w, 4, 12, 5, 13, 6, 14, 7, 15)
TARGET EK_INLINE __m256 NAME(load_part)(const float *p, int count) {
  return _mm256_maskload_ps(p, first_lanes(count));
}
TARGET EK_INLINE void NAME(store_part)(float *p, __m256 v, int count) {
  _mm256_maskstore_ps(p, first_lanes(count), v);
}
#include "gemm_tile.h"
#include "gemm_vector.h"
#include "gemm_end.h"

#define T double
#define PRODUCT ek_product_f64
#define FUNCTIONS ek_gemm_functions_f64
#define NAME(x) ek_gemm_avx2_##x##_f64
#define ZIP_LOW(v, w) __builtin_shufflevector(v, w, 0, 4, 1, 5)
#define ZIP_HIGH(v, w) __builtin_shufflevector(v, w, 2, 6, 3, 7)
TARGET EK_INLINE __m256d NAME(load_part)(const double *p, int count) {
  return _mm256_maskload_pd(p, first_lanes(2 * count));
}
TARGET EK_INLINE void NAME(store_part)(double *p, __m256d v, int count) {
  _mm256_maskstore_pd(p, first_lanes(2 * count), v);
}
#include "gemm_tile.h"
#include "gemm_vector.h"
#include "gemm_end.h"
#endif
