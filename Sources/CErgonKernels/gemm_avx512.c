// Matrix products with AVX-512.
#include "gemm.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET EK_TARGET_AVX512
#define VECTOR_BYTES 64
#define HAS_MASKS true
#define MASKS_ARE_FREE true
#define TILE_ROWS 14
#define TILE_VECTORS 2
#define EACH_VECTOR_COUNT(X, ROWS, CLOSE) X(ROWS, 1, CLOSE) X(ROWS, 2, CLOSE)
#define EACH_ROW_COUNT(X) \
  X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)

#define T float
#define PRODUCT ek_product_f32
#define FUNCTIONS ek_gemm_functions_f32
#define NAME(x) ek_gemm_avx512_##x##_f32
#define ZIP_LOW(v, w)                                                                         \
  __builtin_shufflevector(v, w, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ZIP_HIGH(v, w)                                                                        \
  __builtin_shufflevector(v, w, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
TARGET EK_INLINE __m512 NAME(load_part)(const float *p, int count) {
  return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}
TARGET EK_INLINE void NAME(store_part)(float *p, __m512 v, int count) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), v);
}
#include "gemm_tile.h"
#include "gemm_vector.h"
#include "gemm_end.h"

#define T double
#define PRODUCT ek_product_f64
#define FUNCTIONS ek_gemm_functions_f64
#define NAME(x) ek_gemm_avx512_##x##_f64
#define ZIP_LOW(v, w) __builtin_shufflevector(v, w, 0, 8, 1, 9, 2, 10, 3, 11)
#define ZIP_HIGH(v, w) __builtin_shufflevector(v, w, 4, 12, 5, 13, 6, 14, 7, 15)
TARGET EK_INLINE __m512d NAME(load_part)(const double *p, int count) {
  return _mm512_maskz_loadu_pd((__mmask8)((1u << count) - 1), p);
}
TARGET EK_INLINE void NAME(store_part)(double *p, __m512d v, int count) {
  _mm512_mask_storeu_pd(p, (__mmask8)((1u << count) - 1), v);
}
#include "gemm_tile.h"
#include "gemm_vector.h"
#include "gemm_end.h"
#endif
