// Matrix products with NEON.
#include "gemm.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#define TARGET
#define VECTOR_BYTES 16
#define HAS_MASKS false
#define MASKS_ARE_FREE false
#define TILE_ROWS 8
#define TILE_VECTORS 3
#define EACH_VECTOR_COUNT(X, ROWS, CLOSE) X(ROWS, 1, CLOSE) X(ROWS, 2, CLOSE) X(ROWS, 3, CLOSE)
#define EACH_ROW_COUNT(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8)

#define T float
#define PRODUCT ek_product_f32
#define FUNCTIONS ek_gemm_functions_f32
#define NAME(x) ek_gemm_neon_##x##_f32
#define ZIP_LOW(v, w) __builtin_shufflevector(v, w, 0, 4, 1, 5)
#define ZIP_HIGH(v, w) __builtin_shufflevector(v, w, 2, 6, 3, 7)
EK_INLINE float32x4_t NAME(load_part)(const float *p, int count) {
  if (count == 4) return vld1q_f32(p);
  float32x4_t v = vsetq_lane_f32(p[0], vdupq_n_f32(0), 0);
  if (count > 1) v = vsetq_lane_f32(p[1], v, 1);
  if (count > 2) v = vsetq_lane_f32(p[2], v, 2);
  return v;
}
EK_INLINE void NAME(store_part)(float *p, float32x4_t v, int count) {
  if (count == 4) {
    vst1q_f32(p, v);
    return;
  }
  p[0] = vgetq_lane_f32(v, 0);
  if (count > 1) p[1] = vgetq_lane_f32(v, 1);
  if (count > 2) p[2] = vgetq_lane_f32(v, 2);
}
#include "gemm_tile.h"
#include "gemm_vector.h"
#include "gemm_end.h"

#define T double
#define PRODUCT ek_product_f64
#define FUNCTIONS ek_gemm_functions_f64
#define NAME(x) ek_gemm_neon_##x##_f64
#define ZIP_LOW(v, w) __builtin_shufflevector(v, w, 0, 2)
#define ZIP_HIGH(v, w) __builtin_shufflevector(v, w, 1, 3)
EK_INLINE float64x2_t NAME(load_part)(const double *p, int count) {
  return count == 2 ? vld1q_f64(p) : vsetq_lane_f64(p[0], vdupq_n_f64(0), 0);
}
EK_INLINE void NAME(store_part)(double *p, float64x2_t v, int count) {
  if (count == 2) vst1q_f64(p, v);
  else p[0] = vgetq_lane_f64(v, 0);
}
#include "gemm_tile.h"
#include "gemm_vector.h"
#include "gemm_end.h"
#endif
