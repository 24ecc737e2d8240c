// The root mean square norm of one row, so that whoever norms a row gets the same bits: with
// vectors where vector.h can be included (EK_VECTOR_BYTES is set), or one number at a time.
#ifndef EK_ROW_NORM_H
#define EK_ROW_NORM_H

#ifdef EK_VECTOR_BYTES
#include "vector.h"

// 1 / sqrt(mean(x^2) + epsilon). The squares are summed in the lanes of four vectors.
EK_INLINE float row_norm_factor(ek_int columns, float epsilon, const float *x) {
  enum { lanes = EK_LANES_f32 };
  ek_vector_f32 sum[4] = {0, 0, 0, 0};
  ek_int i = 0;
  for (; i + 4 * lanes <= columns; i += 4 * lanes) {
    for (int k = 0; k < 4; k++) {
      const ek_vector_f32 v = load_f32(x + i + k * lanes);
      sum[k] = fma_f32(v, v, sum[k]);
    }
  }
  for (; i < columns; i += lanes) {
    const ek_int rest = columns - i;
    const ek_vector_f32 v = rest >= lanes ? load_f32(x + i) : load_first_f32(rest, x + i);
    sum[0] = fma_f32(v, v, sum[0]);
  }
  const float all = sum_across_f32((sum[0] + sum[1]) + (sum[2] + sum[3]));
  return 1 / __builtin_sqrtf(all / (float)columns + epsilon);
}

// A vector of the normed row.
EK_INLINE ek_vector_f32 row_normed(ek_vector_f32 x, float factor, ek_vector_f32 weight) {
  return (x * factor) * weight;
}
#else
#include "template.h"

EK_INLINE float row_norm_factor(ek_int columns, float epsilon, const float *x) {
  double sum = 0;
  for (ek_int i = 0; i < columns; i++) sum += (double)x[i] * x[i];
  return 1 / __builtin_sqrtf((float)(sum / (double)columns) + epsilon);
}

EK_INLINE float row_normed(float x, float factor, float weight) { return (x * factor) * weight; }
#endif

#endif
