// The plain twin of quantising a token's activations to int8.
#include "row_norm.h"
#include "ternary.h"

// With `weight` null the row as it is, else normed first.
static void quantize_row(ek_int columns, float norm, const float *x, const float *weight,
                         int8_t *codes, float *factor, int32_t *sum) {
  float most = 1e-5f;
  bool finite = true;
  for (ek_int i = 0; i < columns; i++) {
    const float size = fabsf(weight == NULL ? x[i] : row_normed(x[i], norm, weight[i]));
    finite = finite && size < INFINITY;  // false for NaN
    most = size > most ? size : most;
  }
  if (!finite) {
    memset(codes, 0, (size_t)columns);
    *factor = NAN;
    *sum = 0;
    return;
  }
  const float s = 127 / most;
  int32_t total = 0;
  for (ek_int i = 0; i < columns; i++) {
    // |x| s is at most 127 and a half unit of its last place: no code is out of range.
    const float value = weight == NULL ? x[i] : row_normed(x[i], norm, weight[i]);
    const int32_t code = (int32_t)rintf(value * s);
    codes[i] = (int8_t)code;
    total += code;
  }
  *factor = s;
  *sum = total;
}

static void quantize(ek_int columns, const float *x, int8_t *codes, float *factor, int32_t *sum) {
  quantize_row(columns, 0, x, NULL, codes, factor, sum);
}

static void norm_quantize(ek_int columns, float epsilon, const float *x, const float *weight,
                          int8_t *codes, float *factor, int32_t *sum) {
  quantize_row(columns, row_norm_factor(columns, epsilon, x), x, weight, codes, factor, sum);
}

const ek_token_functions ek_token_functions_scalar = {quantize, norm_quantize};
