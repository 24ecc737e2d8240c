// Conversions between element types, shared between threads where they are large.
#include "convert.h"

EK_INLINE const ek_conversions *kernels(void) {
  static const ek_conversions *const tables[] = EK_TABLES(ek_conversions);
  return tables[ek_isa_now()];
}

typedef struct {
  const void *x;
  void *y;
  float subtract, scale;
} convert_job;

EK_INLINE void over_elements(ek_body body, convert_job *job, ek_int count) {
  if (count <= 2 * EK_GRAIN_CHEAP) body(job, 0, count);
  else ek_parallel_for(count, EK_GRAIN_CHEAP, body, job);
}

#define EK_CONVERT(name, FROM, TO)                                                             \
  static void name##_piece(void *context, ek_int begin, ek_int end) {                          \
    const convert_job *job = context;                                                          \
    kernels()->name(end - begin, (const FROM *)job->x + begin, (TO *)job->y + begin);          \
  }                                                                                            \
  void ek_##name(ek_int count, const FROM *x, TO *y) {                                         \
    over_elements(name##_piece, &(convert_job){.x = x, .y = y}, count);                        \
  }
EK_CONVERT(f32_to_f64, float, double)
EK_CONVERT(f64_to_f32, double, float)
EK_CONVERT(f32_to_i32, float, int32_t)
EK_CONVERT(f64_to_i32, double, int32_t)
EK_CONVERT(i32_to_f32, int32_t, float)
EK_CONVERT(i32_to_f64, int32_t, double)
EK_CONVERT(f16_to_f32, uint16_t, float)
EK_CONVERT(f32_to_f16, float, uint16_t)
EK_CONVERT(bf16_to_f32, uint16_t, float)
EK_CONVERT(f32_to_bf16, float, uint16_t)

static void u8_to_f32_piece(void *context, ek_int begin, ek_int end) {
  const convert_job *job = context;
  kernels()->u8_to_f32(end - begin, (const uint8_t *)job->x + begin, job->subtract, job->scale,
                       (float *)job->y + begin);
}

void ek_u8_to_f32(ek_int count, const uint8_t *x, float subtract, float scale, float *y) {
  over_elements(u8_to_f32_piece,
                &(convert_job){.x = x, .y = y, .subtract = subtract, .scale = scale}, count);
}
