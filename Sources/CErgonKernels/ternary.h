// What the ternary_*.c files share.
#ifndef EK_TERNARY_H
#define EK_TERNARY_H

#include <string.h>

#include "dot.h"

// Rows of a band: what is computed at a time is a few tiles of one layout or one of another. And
// tokens that one call takes at most.
enum { EK_TERNARY_BAND = 64, EK_TERNARY_MOST_TOKENS = 96 };

// How a layout cuts a matrix: tiles of `rows` rows, each of steps of `columns` columns in `bytes`
// bytes, tile after tile and step after step.
typedef struct {
  ek_int rows, columns, bytes;
} ek_ternary_shape;
ek_ternary_shape ek_ternary_shape_of(ek_ternary_layout layout);

EK_INLINE ek_int ek_ternary_steps(ek_ternary_shape shape, ek_int columns) {
  return ek_ceil_div(columns, shape.columns);
}

// Some tiles of a band times 1 ... EK_TERNARY_MOST_TOKENS tokens.
typedef struct {
  const uint8_t *packed;  // of the first tile
  ek_int tiles, steps;    // the tiles follow each other
  const int8_t *codes;    // of the first token; the others are `stride` bytes apart
  ek_int stride;
  const int32_t *sums;
  ek_int tokens;
  int32_t *y;
} ek_ternary_task;

// y[t * EK_TERNARY_BAND + r] = sum_k code(r, k) codes[t, k] - sums[t] for the rows r of the tiles;
// anything for the band's other rows. The integers are exact, so that nobody can tell which version
// computed them.
typedef void (*ek_ternary_band)(const ek_ternary_task *task);

// The version for a layout with the given instructions; the plain one where there is no better.
ek_ternary_band ek_ternary_band_for(ek_ternary_layout layout, ek_dot_isa isa);

void ek_ternary_row_planes_scalar(const ek_ternary_task *task);
void ek_ternary_column_planes_scalar(const ek_ternary_task *task);
void ek_ternary_thirds_scalar(const ek_ternary_task *task);
void ek_ternary_neon_scalar(const ek_ternary_task *task);
#if defined(__x86_64__)
void ek_ternary_column_planes_avx2(const ek_ternary_task *task);
void ek_ternary_row_planes_avx_vnni(const ek_ternary_task *task);
void ek_ternary_row_planes_avx512(const ek_ternary_task *task);
void ek_ternary_thirds_avx512(const ek_ternary_task *task);
#elif defined(__aarch64__)
void ek_ternary_neon_plain(const ek_ternary_task *task);
void ek_ternary_neon_dotprod(const ek_ternary_task *task);
void ek_ternary_neon_i8mm(const ek_ternary_task *task);
#endif

// One row of activations to int8, with or without a norm before: see ek_quantize_tokens.
typedef struct {
  void (*quantize)(ek_int columns, const float *x, int8_t *codes, float *factor, int32_t *sum);
  void (*norm_quantize)(ek_int columns, float epsilon, const float *x, const float *weight,
                        int8_t *codes, float *factor, int32_t *sum);
} ek_token_functions;
extern const ek_token_functions ek_token_functions_scalar, ek_token_functions_avx2,
    ek_token_functions_avx512, ek_token_functions_neon;

#endif
