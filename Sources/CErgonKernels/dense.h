// What the dense_*.c files share: products of rows of weights with tokens, once per instruction set.
#ifndef EK_DENSE_H
#define EK_DENSE_H

#include "include/ergon_quantized_kernels.h"
#include "template.h"

// Rows and tokens that one call takes at most. The weights of so many rows stay in the second cache
// while the tokens pass; so do that many tokens.
enum { EK_DENSE_ROWS = 32, EK_DENSE_TOKENS = 96 };

// Activations as int8 in blocks of 32 columns: x = factor * code with factor = max|x| / 127. A block
// with a NaN or infinity has factor NaN, so that it shows in the result.
typedef struct {
  ek_int columns;
  int8_t *codes;   // [tokens][columns]
  float *factors;  // [tokens][columns / 32]
  int32_t *sums;   // [tokens][columns / 16]: of the codes of 16 columns
} ek_block_tokens;

// y[t * EK_DENSE_ROWS + r] = sum over columns of row r times token t, for up to EK_DENSE_ROWS rows
// and EK_DENSE_TOKENS tokens.
//
// Floating-point formats: lane l of a vector sums the products of the columns l, l + lanes, ... by
// fused multiply-add, then the lanes are added by halves. Quantised formats: for each block of 32
// columns in order, with factor f and code sums s of the token and scale and minimum of the row,
//   y = fma(scale, f * integer product, y)      (Q6_K: for each 16 columns)
//   y = fma(-minimum, f * s, y)                 (Q4_K)
// which is the same on every instruction set.
typedef struct {
  ek_weight_format format;
  ek_int columns;
  int count;                          // rows
  const uint8_t *rows[EK_DENSE_ROWS]; // those from `count` on repeat the last
  ek_int ahead;                       // bytes from a row to that which the next call reads, or 0
  ek_int tokens;
  const float *x;                     // floating-point formats
  ek_int ldx;
  const ek_block_tokens *blocks;      // quantised formats
  ek_int first_token;                 // in `blocks`
  void *scratch;                      // EK_DENSE_SCRATCH bytes
  float *y;
} ek_dense_task;

enum { EK_DENSE_SCRATCH = EK_DENSE_ROWS * EK_DENSE_TOKENS * 64 };

typedef struct {
  void (*float_rows)(const ek_dense_task *task);
  void (*block_rows)(const ek_dense_task *task);
  // Quantises one token.
  void (*quantize)(ek_int columns, const float *x, int8_t *codes, float *factors, int32_t *sums);
} ek_dense_functions;

extern const ek_dense_functions ek_dense_functions_scalar, ek_dense_functions_avx2,
    ek_dense_functions_avx512, ek_dense_functions_neon;

#endif
