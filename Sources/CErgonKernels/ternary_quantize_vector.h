// Quantising a token's activations to int8 with vectors; see ternary_quantize_scalar.c.
#include "half.h"
#include "row_norm.h"
#include "ternary.h"

typedef int8_t ek_codes __attribute__((ext_vector_type(EK_VECTOR_BYTES / 4)));

EK_INLINE ek_vector_f32 value_at(ek_int n, ek_int i, float norm, const float *x,
                                 const float *weight) {
  enum { lanes = EK_LANES_f32 };
  const ek_vector_f32 v = n == lanes ? load_f32(x + i) : load_first_f32(n, x + i);
  if (weight == NULL) return v;
  return row_normed(v, norm, n == lanes ? load_f32(weight + i) : load_first_f32(n, weight + i));
}

EK_INLINE void quantize_row(ek_int columns, float norm, const float *x, const float *weight,
                            int8_t *codes, float *factor, int32_t *sum) {
  enum { lanes = EK_LANES_f32 };
  // Sizes are compared as integers, where a NaN is above infinity and that above all numbers.
  ek_lanes_f32 most = 0;
  for (ek_int i = 0; i < columns; i += lanes) {
    const ek_int n = ek_least(lanes, columns - i);
    const ek_lanes_f32 size = bits_f32(value_at(n, i, norm, x, weight)) & 0x7FFFFFFF;
    most = most > size ? most : size;
  }
  const int32_t bits = __builtin_reduce_max(most);
  if (bits >= 0x7F800000) {
    memset(codes, 0, (size_t)columns);
    *factor = NAN;
    *sum = 0;
    return;
  }
  const float greatest = float_of_bits((uint32_t)bits);
  const float s = 127 / (greatest > 1e-5f ? greatest : 1e-5f);
  ek_lanes_f32 total = 0;
  for (ek_int i = 0; i < columns; i += lanes) {
    const ek_int n = ek_least(lanes, columns - i);
    const ek_lanes_f32 code =
        __builtin_convertvector(nearest_f32(value_at(n, i, norm, x, weight) * s), ek_lanes_f32);
    const ek_codes bytes = __builtin_convertvector(code, ek_codes);
    memcpy(codes + i, &bytes, (size_t)n);
    total += code;
  }
  *factor = s;
  *sum = __builtin_reduce_add(total);
}

static void quantize(ek_int columns, const float *x, int8_t *codes, float *factor, int32_t *sum) {
  quantize_row(columns, 0, x, NULL, codes, factor, sum);
}

static void norm_quantize(ek_int columns, float epsilon, const float *x, const float *weight,
                          int8_t *codes, float *factor, int32_t *sum) {
  quantize_row(columns, row_norm_factor(columns, epsilon, x), x, weight, codes, factor, sum);
}

const ek_token_functions EK_PASTE(ek_token_functions, EK_ISA) = {quantize, norm_quantize};
