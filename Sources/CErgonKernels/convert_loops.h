// The conversions as plain loops, for the files that are compiled once per instruction set.
#include "convert.h"
#include "half.h"

// What a C cast leaves undefined is given its nearest value here.
EK_INLINE int32_t saturated(double v) {
  return v >= 2147483647.0 ? INT32_MAX : v <= -2147483648.0 ? INT32_MIN : v == v ? (int32_t)v : 0;
}

#define EK_CONVERT(name, FROM, TO, value)                \
  static void name(ek_int count, const FROM *x, TO *y) { \
    for (ek_int i = 0; i < count; i++) {                 \
      const FROM v = x[i];                               \
      y[i] = (value);                                    \
    }                                                    \
  }
EK_CONVERT(f32_to_f64, float, double, v)
EK_CONVERT(f64_to_f32, double, float, (float)v)
EK_CONVERT(f32_to_i32, float, int32_t, saturated(v))
EK_CONVERT(f64_to_i32, double, int32_t, saturated(v))
EK_CONVERT(i32_to_f32, int32_t, float, (float)v)
EK_CONVERT(i32_to_f64, int32_t, double, v)
EK_CONVERT(f16_to_f32, uint16_t, float, float_of_half(v))
EK_CONVERT(f32_to_f16, float, uint16_t, half_of_float(v))
EK_CONVERT(bf16_to_f32, uint16_t, float, float_of_bits((uint32_t)v << 16))
EK_CONVERT(f32_to_bf16, float, uint16_t, bfloat_of_float(v))

static void u8_to_f32(ek_int count, const uint8_t *x, float subtract, float scale, float *y) {
  for (ek_int i = 0; i < count; i++) y[i] = ((float)x[i] - subtract) * scale;
}

const ek_conversions EK_PASTE(ek_conversions, EK_ISA) = {
    f32_to_f64, f64_to_f32, f32_to_i32, f64_to_i32, i32_to_f32, i32_to_f64, u8_to_f32,
    f16_to_f32, f32_to_f16, bf16_to_f32, f32_to_bf16,
};
