// Conversions between element types.
#include "convert.h"

EK_INLINE const ek_conversions *kernels(void) {
  static const ek_conversions *const tables[] = EK_TABLES(ek_conversions);
  return tables[ek_isa_now()];
}

void ek_f32_to_f64(ek_int count, const float *x, double *y) { kernels()->f32_to_f64(count, x, y); }
void ek_f64_to_f32(ek_int count, const double *x, float *y) { kernels()->f64_to_f32(count, x, y); }
void ek_f32_to_i32(ek_int count, const float *x, int32_t *y) { kernels()->f32_to_i32(count, x, y); }
void ek_f64_to_i32(ek_int count, const double *x, int32_t *y) { kernels()->f64_to_i32(count, x, y); }
void ek_i32_to_f32(ek_int count, const int32_t *x, float *y) { kernels()->i32_to_f32(count, x, y); }
void ek_i32_to_f64(ek_int count, const int32_t *x, double *y) { kernels()->i32_to_f64(count, x, y); }
void ek_f16_to_f32(ek_int count, const uint16_t *x, float *y) { kernels()->f16_to_f32(count, x, y); }
void ek_f32_to_f16(ek_int count, const float *x, uint16_t *y) { kernels()->f32_to_f16(count, x, y); }
void ek_bf16_to_f32(ek_int count, const uint16_t *x, float *y) { kernels()->bf16_to_f32(count, x, y); }
void ek_f32_to_bf16(ek_int count, const float *x, uint16_t *y) { kernels()->f32_to_bf16(count, x, y); }

void ek_u8_to_f32(ek_int count, const uint8_t *x, float subtract, float scale, float *y) {
  kernels()->u8_to_f32(count, x, subtract, scale, y);
}
