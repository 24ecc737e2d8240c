// The plain twins of the loops of a certified output head.
#include "head.h"

static void products(const uint8_t *tile, const ek_head_states *x, int32_t *sums) {
  for (int t = 0; t < 2 * x->tokens; t++, sums += EK_HEAD_TILE) {
    const int8_t *digits = x->digits + t * x->stride;
    memset(sums, 0, EK_HEAD_TILE * sizeof *sums);
    for (ek_int g = 0; g < x->groups; g++)
      for (int i = 0; i < EK_HEAD_GROUP_BYTES; i++)
        sums[i / EK_HEAD_GROUP] += (tile[g * EK_HEAD_GROUP_BYTES + i] - 128) *
                                   digits[g * EK_HEAD_GROUP + i % EK_HEAD_GROUP];
  }
}

static ek_head_row copy_row(ek_weight_format format, ek_int columns, const uint8_t *row,
                            const float *scales, uint8_t *codes) {
  uint32_t most = 0;  // of the bits: a NaN counts as greatest
  for (ek_int k = 0; k < columns; k++) {
    const uint32_t bits = bits_of_float(ek_read_weight(format, row, k) * scales[k]) & 0x7FFFFFFF;
    most = bits > most ? bits : most;
  }
  ek_head_row result = ek_head_row_of(most);
  for (ek_int k = 0; k < columns; k++) {
    if (result.inverse == 0) {
      codes[k] = 128;
      continue;
    }
    const float w = ek_read_weight(format, row, k) * scales[k], value = w * result.inverse;
    const float code = rintf(value), rest = fmaf(w, result.inverse, -code);
    codes[k] = (uint8_t)((int)code + 128);
    result.rest_square += rest * rest;
    result.square += value * value;
  }
  return result;
}

const ek_head_functions ek_head_functions_scalar = {products, copy_row};
