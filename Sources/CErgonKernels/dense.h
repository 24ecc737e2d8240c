// What the dense_*.c files share: products of rows of weights with tokens, once per instruction
// set.
#ifndef EK_DENSE_H
#define EK_DENSE_H

#include "include/ergon_quantized_kernels.h"
#include "int8_codes.h"

// Rows and tokens that one call takes at most. The weights of so many rows stay in the second cache
// while the tokens pass; so do that many tokens.
enum { EK_DENSE_ROWS = 32, EK_DENSE_TOKENS = 96 };

// Tokens as int8 in blocks of 32 columns: x = factor * code with factor = max|x| / 127. A block
// with a NaN or infinity has factor NaN, so that it shows in the result.
typedef struct {
  ek_int columns;
  int8_t *codes;   // [tokens][columns]
  float *factors;  // [tokens][columns / 32]
  float *shifts;   // [tokens][columns / 32]: factor times the sum of the codes
  int32_t *sums, *half_sums;  // [tokens][columns / 32 and / 16]: of the codes, negated
} ek_block_tokens;

// y[t * EK_DENSE_ROWS + r] = sum over columns of row r times token t, for up to EK_DENSE_ROWS rows
// and EK_DENSE_TOKENS tokens. What y holds for rows from `count` on may be overwritten.
//
// Floating-point formats: lane l of a vector sums the products of the columns l, l + lanes, ... by
// fused multiply-add, then the lanes are added by halves. Quantised formats: for each block of 32
// columns in order, with the token's factor and shift and the row's scale and minimum,
//   y = fma(scale, factor * integer product, y)   (Q6_K: for each 16 columns)
//   y = fma(-minimum, shift, y)                   (Q4_K: for eight blocks after their products)
// which is the same on every instruction set.
typedef struct {
  ek_weight_format format;
  ek_int columns;
  int count;                           // rows
  const uint8_t *rows[EK_DENSE_ROWS];  // those from `count` on repeat the last
  ek_int row_bytes;                    // from row to row, or 0 where they are not in order
  bool goes_on;                        // the rows behind these are read next, by this thread
  ek_int tokens;
  const float *x;                      // floating-point formats
  ek_int ldx;
  const ek_block_tokens *blocks;       // quantised formats
  ek_int first_token;                  // in `blocks`
  void *scratch;                       // ek_dense_scratch bytes
  float *y;
} ek_dense_task;

// Vectors of sums for floating-point formats, two numbers for each 16 columns of 16 rows for
// others.
enum { EK_FLOAT_SCRATCH = EK_DENSE_ROWS * EK_DENSE_TOKENS / 2 * 64 };
EK_INLINE size_t ek_dense_scratch(ek_int columns) {
  return (size_t)ek_most(EK_FLOAT_SCRATCH, (columns / 16 + 16) * 16 * 8);
}

// By ek_isa.
typedef struct {
  void (*rows)(const ek_dense_task *task);
} ek_dense_float_functions;
extern const ek_dense_float_functions ek_dense_float_scalar, ek_dense_float_avx2,
    ek_dense_float_avx512, ek_dense_float_neon;

// By ek_dot_isa.
typedef struct {
  void (*rows)(const ek_dense_task *task);
  // Quantises one token to where these point.
  void (*quantize)(const float *x, const ek_block_tokens *to);
} ek_dense_block_functions;
extern const ek_dense_block_functions ek_dense_block_scalar, ek_dense_block_avx2,
    ek_dense_block_avx_vnni, ek_dense_block_avx512_vnni, ek_dense_block_neon,
    ek_dense_block_neon_dotprod;

EK_INLINE void ek_finish_token_block(const ek_block_tokens *to, ek_int b, uint32_t greatest,
                                     const int32_t sums[2]) {
  to->factors[b] = ek_code_factor(greatest);
  to->shifts[b] = to->factors[b] * (float)(sums[0] + sums[1]);
  to->sums[b] = -sums[0] - sums[1];
  to->half_sums[2 * b] = -sums[0];
  to->half_sums[2 * b + 1] = -sums[1];
}

#endif
