// What the head_*.c files share: an int8 copy of an output head, made and screened.
#ifndef EK_HEAD_H
#define EK_HEAD_H

#include "include/ergon_quantized_kernels.h"
#include "dense_blocks.h"
#include "int8_codes.h"

enum {
  // Byte 4 r + j of a group's 256 is row r, column j.
  EK_HEAD_GROUP = 4,
  EK_HEAD_GROUP_BYTES = EK_HEAD_TILE * EK_HEAD_GROUP,
  // A hidden state has two digits per column, x = step * (128 * high + low), both in -64 ... 64: so
  // small that vpmaddubsw sums two products with an unsigned byte without saturating.
  EK_HEAD_DIGIT = 64,
  EK_HEAD_LIMIT = 127 * EK_HEAD_DIGIT,
  // Tokens that one pass over a tile takes at most.
  EK_HEAD_TOKENS = 16,
};

// Hidden states for one pass: digits [tokens][2][stride] and their sums [tokens][2].
typedef struct {
  ek_int groups, stride;
  int tokens;
  const int8_t *digits;
  const int32_t *digit_sums;
} ek_head_states;

// A row in units of a 127th of its greatest weight: row * inverse = code + rest, |code| <= 127.
typedef struct {
  float most;         // max|w|, scaled; infinite where the row has a NaN or infinity
  float inverse;      // 127 / most, or 0 where there is no such number: codes are then 0
  float rest_square;  // sum of rest^2, rounded
  float square;       // sum of (code + rest)^2, rounded
} ek_head_row;

// By the greatest bits of |w|, before its squares are summed.
EK_INLINE ek_head_row ek_head_row_of(uint32_t greatest) {
  return (ek_head_row){.most = greatest < 0x7F800000 ? float_of_bits(greatest) : INFINITY,
                       .inverse = ek_code_scale(greatest)};
}

typedef struct {
  // sums [tokens][2][EK_HEAD_TILE]: of code * digit over all columns, exact.
  void (*products)(const uint8_t *tile, const ek_head_states *x, int32_t *sums);
  // Codes of a row, its columns scaled, with 128 added, in order.
  ek_head_row (*copy_row)(ek_weight_format format, ek_int columns, const uint8_t *row,
                          const float *scales, uint8_t *codes);
} ek_head_functions;

extern const ek_head_functions ek_head_functions_scalar, ek_head_functions_avx2,
    ek_head_functions_avx_vnni, ek_head_functions_avx512_vnni, ek_head_functions_neon,
    ek_head_functions_neon_dotprod;

#endif
