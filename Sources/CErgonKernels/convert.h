// The conversions, each once per instruction set: plain loops that the compiler vectorises.
#ifndef EK_CONVERT_H
#define EK_CONVERT_H

#include "template.h"

typedef struct {
  void (*f32_to_f64)(ek_int count, const float *x, double *y);
  void (*f64_to_f32)(ek_int count, const double *x, float *y);
  void (*f32_to_i32)(ek_int count, const float *x, int32_t *y);
  void (*f64_to_i32)(ek_int count, const double *x, int32_t *y);
  void (*i32_to_f32)(ek_int count, const int32_t *x, float *y);
  void (*i32_to_f64)(ek_int count, const int32_t *x, double *y);
  void (*u8_to_f32)(ek_int count, const uint8_t *x, float subtract, float scale, float *y);
  void (*f16_to_f32)(ek_int count, const uint16_t *x, float *y);
  void (*f32_to_f16)(ek_int count, const float *x, uint16_t *y);
  void (*bf16_to_f32)(ek_int count, const uint16_t *x, float *y);
  void (*f32_to_bf16)(ek_int count, const float *x, uint16_t *y);
} ek_conversions;
extern const ek_conversions ek_conversions_scalar, ek_conversions_avx2, ek_conversions_avx512,
    ek_conversions_neon;

#endif
