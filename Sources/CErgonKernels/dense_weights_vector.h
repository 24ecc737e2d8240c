// Weights of F32, F16 and BF16 rows as vectors, for the files that are compiled once per
// instruction set.
#ifndef EK_DENSE_WEIGHTS_VECTOR_H
#define EK_DENSE_WEIGHTS_VECTOR_H

#include "dense_blocks.h"
#include "vector.h"

typedef uint16_t ek_shorts __attribute__((ext_vector_type(EK_VECTOR_BYTES / 4)));

EK_INLINE ek_vector_f32 vector_of_halves(ek_shorts v) {
#if EK_VECTOR_BYTES == 64
  return (ek_vector_f32)_mm512_cvtph_ps((__m256i)v);
#elif EK_VECTOR_BYTES == 32
  return (ek_vector_f32)_mm256_cvtph_ps((__m128i)v);
#else
  return (ek_vector_f32)vcvt_f32_f16((float16x4_t)v);
#endif
}

EK_INLINE ek_vector_f32 load_weights(const ek_weight_format format, const uint8_t *p) {
  if (format == EK_WEIGHTS_F32) {
    ek_vector_f32 v;
    memcpy(&v, p, sizeof v);
    return v;
  }
  ek_shorts v;
  memcpy(&v, p, sizeof v);
  if (format == EK_WEIGHTS_F16) return vector_of_halves(v);
  return of_bits_f32(__builtin_convertvector(v, ek_lanes_f32) << 16);
}

// The last columns of a row, zeros behind them.
EK_INLINE ek_vector_f32 load_last_weights(const ek_weight_format format, ek_int count,
                                          const uint8_t *p) {
  EK_ALIGNED uint8_t last[64] = {0};
  memcpy(last, p, (size_t)(count * ek_block_bytes(format)));
  return load_weights(format, last);
}

#endif
