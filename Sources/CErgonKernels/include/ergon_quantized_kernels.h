// The kernels under ErgonLM: matrices whose weights are stored in few bits, and what a language
// model does between them. The conventions of ergon_kernels.h hold, and two more:
//
// - Batch invariance. What a kernel computes for one token does not depend, not even in the last
//   bit, on which other tokens it is computed with, nor on the number of threads. Prompts read in
//   chunks, batched sequences and speculation then give the tokens that one-by-one decoding gives.
// - Ternary and int8 products are integers and exact: every instruction set gives the same.
#ifndef ERGON_QUANTIZED_KERNELS_H
#define ERGON_QUANTIZED_KERNELS_H

#include "ergon_kernels.h"

#pragma clang assume_nonnull begin

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Dot-product instruction sets (dot_dispatch.c)

/// What the processor has for products of small integers. It follows ek_current_isa(): a forced
/// EK_ISA_AVX2 means no VNNI, EK_ISA_SCALAR means EK_DOT_SCALAR.
typedef enum : int32_t {
  EK_DOT_SCALAR = 0,
  EK_DOT_AVX2 = 1,         ///< vpmaddubsw
  EK_DOT_AVX_VNNI = 2,     ///< 256-bit vpdpbusd
  EK_DOT_AVX512_VNNI = 3,  ///< 512-bit vpdpbusd
  EK_DOT_NEON = 4,         ///< widening multiply-add
  EK_DOT_NEON_DOTPROD = 5, ///< sdot
  EK_DOT_NEON_I8MM = 6     ///< smmla for several tokens, sdot for one
} ek_dot_isa;
ek_dot_isa ek_current_dot_isa(void);
/// Forces one for loops that the calling thread starts; false where the processor lacks it.
bool ek_use_dot_isa_here(ek_dot_isa isa);
void ek_follow_dot_isa(void);

// MARK: Activations as int8 (ternary_quantize_*.c)

/// Tokens as int8, one factor each: with s = 127 / max(max|x|, 1e-5) in float,
/// code = clamp(round_half_to_even(x * s), -128, 127). A NaN or infinity in a token makes its
/// factor NaN and its codes 0, so that it shows in the result.
typedef struct {
  ek_int tokens, columns;
  ek_int stride;       ///< bytes between tokens: columns rounded up to a multiple of 64, filled with 0
  int8_t *codes;       ///< 64-byte aligned, tokens * stride
  float *factors;      ///< s of each token
  int32_t *sums;       ///< sum of each token's codes
} ek_int8_tokens;

/// Quantises x [tokens, columns], rows `ldx` apart.
void ek_quantize_tokens(const float *x, ek_int ldx, const ek_int8_tokens *out);
/// RMSNorm and quantisation in one pass: bit-equal to ek_rms_norm_rows, then ek_quantize_tokens.
void ek_rms_norm_quantize(float epsilon, const float *x, ek_int ldx, const float *weight,
                          const ek_int8_tokens *out);

// MARK: Quantised values that stay floats, for learning (fake_quantize.c)

/// Rows rounded to int8 and back: clamp(round_half_to_even(x * s), -128, 127) / s with the s of
/// ek_int8_tokens. A NaN or infinity makes all of its row NaN. `y` may be `x`.
void ek_fake_quantize_rows(ek_int rows, ek_int columns, const float *x, float *y);
/// A matrix rounded to trits and back: clamp(round_half_to_even(w * s), -1, 1) / s with
/// s = 1 / max(factor * mean|w|, 1e-5); returns s. The sum is the same for any number of threads.
/// `sums` holds one number for each 8192 of `count`, begun ones included. `y` may be `w`.
float ek_fake_ternarize(ek_int count, const float *w, double *sums, float factor, float *y);

// MARK: Ternary matrices (ternary_*.c)

/// Columns that a matrix can have: so many, and the sums are exact with every instruction set.
enum { EK_TERNARY_COLUMNS = 1 << 17 };

typedef enum : int32_t {
  /// 2 bit: tiles of 64 rows; byte 4 l + j of a 64-byte vector for columns k ..< k + 4 holds at bit
  /// 2 p the code w + 1 of row 16 p + l, column k + j. For vpdpbusd.
  EK_TERNARY_ROW_PLANES = 0,
  /// 2 bit: tiles of 8 rows; byte 4 l + j of a 32-byte vector for columns k ..< k + 16 holds at bit
  /// 2 p the code of row l, column k + 4 p + j. For vpmaddubsw.
  EK_TERNARY_COLUMN_PLANES = 1,
  /// 5/3 bit: tiles of 32 rows x 12 columns in 80 bytes. For vpermb with vpdpbusd, where memory is
  /// the limit.
  EK_TERNARY_THIRDS = 2,
  /// 2 bit: 4 rows x 16 columns in 16 bytes. For sdot by lane.
  EK_TERNARY_NEON = 3
} ek_ternary_layout;

/// The layout that is fastest with the instructions in use; every layout works with each of them.
ek_ternary_layout ek_ternary_best_layout(void);
/// Bytes of a packed matrix: a multiple of 64, rows and columns padded as the layout needs (padding
/// has code 1, weight 0).
size_t ek_ternary_bytes(ek_ternary_layout layout, ek_int rows, ek_int columns);
/// Packs rows first ..< first + count of a matrix from their trits (-1, 0, 1), rows `ldw` apart.
/// Calls for different tiles may run at once; a call covers whole tiles (first is a multiple of
/// ek_ternary_tile_rows, count too but at the matrix's end).
void ek_ternary_pack(ek_ternary_layout layout, ek_int rows, ek_int columns, ek_int first,
                     ek_int count, const int8_t *trits, ek_int ldw, uint8_t *packed);
ek_int ek_ternary_tile_rows(ek_ternary_layout layout);
/// The other way, for files and tests.
void ek_ternary_unpack(ek_ternary_layout layout, ek_int rows, ek_int columns, ek_int first,
                       ek_int count, const uint8_t *packed, int8_t *trits, ek_int ldw);

typedef struct {
  ek_ternary_layout layout;
  ek_int rows, columns;
  const uint8_t *packed;               ///< 64-byte aligned
  float scale;                         ///< of the whole matrix
  const float *_Nullable row_scales;   ///< instead, one a row
} ek_ternary_matrix;

/// The integers: y[t, r] = sum_k w[r, k] * codes[t, k].
void ek_ternary_product(const ek_ternary_matrix *matrix, const ek_int8_tokens *x, int32_t *y,
                        ek_int ldy);
/// `count` matrices times the same tokens, in one loop over the pool:
/// y_i[t, r] = (float)D * (scale / factor[t]), plus y_i[t, r] before where `add` is set.
void ek_ternary_linear(ek_int count, const ek_ternary_matrix *matrices, const ek_int8_tokens *x,
                       bool add, float *_Nonnull const *_Nonnull y, const ek_int *ldy);
/// y[t, r] = activation(gate x) * (up x), the two matrices in one loop.
void ek_ternary_gated(const ek_ternary_matrix *gate, const ek_ternary_matrix *up,
                      ek_activation activation, const ek_int8_tokens *x, float *y, ek_int ldy);

// MARK: Trits in files (ternary_decode.c)

/// How files write trits; the numbers are GGUF's type ids.
typedef enum : int32_t {
  EK_TRITS_TQ1_0 = 34, EK_TRITS_TQ2_0 = 35, EK_TRITS_I2_S = 36, EK_TRITS_IQ2_BN = 135
} ek_trit_format;
/// `count` trits, whole blocks, of a row as it stands in a file; trits of blocks whose scale is zero
/// are zero. False where a code is none of a trit's.
bool ek_trits_decode(ek_trit_format format, ek_int count, const uint8_t *row, int8_t *trits);
/// One of four rows that share bytes: bits 2 plane and 2 plane + 1 of each of `count` bytes.
bool ek_trits_decode_plane(ek_int count, int32_t plane, const uint8_t *packed, int8_t *trits);

// MARK: Dense and block-quantised matrices (dense_*.c)

/// The numbers are GGUF's type ids.
typedef enum : int32_t {
  EK_WEIGHTS_F32 = 0, EK_WEIGHTS_F16 = 1, EK_WEIGHTS_Q4_0 = 2, EK_WEIGHTS_Q8_0 = 8,
  EK_WEIGHTS_Q4_K = 12, EK_WEIGHTS_Q6_K = 14, EK_WEIGHTS_BF16 = 30
} ek_weight_format;

/// Row-major as in GGUF files: `columns` weights of a row are contiguous, rows row_bytes apart.
typedef struct {
  ek_weight_format format;
  ek_int rows, columns;
  const void *weights;    ///< as mapped from the file: aligned to 2 bytes at least
  ek_int row_bytes;
  const float *_Nullable bias;
} ek_dense_matrix;

/// `count` matrices times the same tokens x [tokens, columns] in one loop over the pool:
/// y_i[t, r] = bias[r] + sum_k w[r, k] x[t, k], plus y_i[t, r] before where `add` is set.
/// F32, F16, BF16: float products. Q8_0, Q4_0, Q4_K, Q6_K: activations are rounded to int8 per block
/// of 32, products are exact within a block. Batch-invariant for every number of tokens.
void ek_dense_linear(ek_int count, const ek_dense_matrix *matrices, ek_int tokens, const float *x,
                     ek_int ldx, bool add, float *_Nonnull const *_Nonnull y, const ek_int *ldy);
void ek_dense_gated(const ek_dense_matrix *gate, const ek_dense_matrix *up,
                    ek_activation activation, ek_int tokens, const float *x, ek_int ldx, float *y,
                    ek_int ldy);
/// Only the rows that `index` names: y[t, i] = row index[i] times x[t]; the same bits as
/// ek_dense_linear gives for those rows.
void ek_dense_rows(const ek_dense_matrix *matrix, ek_int count, const int32_t *index,
                   ek_int tokens, const float *x, ek_int ldx, float *y, ek_int ldy);
/// `count` weights of a row as floats (an embedding's row): formats above.
void ek_dense_decode(ek_weight_format format, ek_int count, const void *row, float *y);

// MARK: Bounds of an output head's logits (head_*.c)

/// Rows of a tile of an int8 copy.
enum { EK_HEAD_TILE = 64 };
/// Columns that a copy can have.
enum { EK_HEAD_COLUMNS = 1 << 16 };

/// A copy of a matrix of F32, F16 or BF16 rows in one byte a weight, and how far it is from it:
/// w = step * code + residual, for columns scaled so that none is far greater than the others. The
/// arrays by rows have these rounded up to whole tiles.
typedef struct {
  ek_int rows, columns;
  uint8_t *codes;     ///< 64-byte aligned, ek_head_code_bytes
  float *scales;      ///< [columns]: powers of two that a row's weights are multiplied by
  float *steps;       ///< no residual of a weight is above 0.51 of it
  float *residuals;   ///< of each row at least ||residual||; infinite where a weight is not finite
  float *norms;       ///< at least ||w||, scaled
} ek_head_copy;
size_t ek_head_code_bytes(ek_int rows, ek_int columns);
/// Sets the scales, by a sample of the rows.
void ek_head_scale(const ek_dense_matrix *matrix, const ek_head_copy *to);
/// Makes `count` rows from `first` on, a multiple of EK_HEAD_TILE, once the scales are set.
void ek_head_make(const ek_dense_matrix *matrix, ek_int first, ek_int count,
                  const ek_head_copy *to);

/// Bounds for tokens by rows, `stride` apart: a multiple of EK_HEAD_TILE, at least the rows.
typedef struct {
  ek_int stride;
  float *lower, *upper;            ///< [tokens, stride]; minus infinity behind the last row
  float *tile_lower, *tile_upper;  ///< [tokens, stride / EK_HEAD_TILE]: the greatest of a tile
} ek_head_bounds;
/// For each row lower <= y <= upper, where y is what ek_dense_linear gives in float, its rounding
/// included. A row for which there is no such bound has an infinite one.
void ek_head_screen(const ek_head_copy *copy, ek_int tokens, const float *x, ek_int ldx,
                    const ek_head_bounds *bounds);

// MARK: Between the products (transformer_*.c); batch-invariant

/// y = x * rsqrt(mean(x^2) + epsilon) * weight for each row; y may be x.
void ek_rms_norm_rows(ek_int tokens, ek_int columns, float epsilon, const float *x, ek_int ldx,
                      const float *weight, float *y, ek_int ldy);
/// y = activation(gate) * up, rows contiguous; y may be gate or up.
void ek_gate_rows(ek_activation activation, ek_int count, const float *gate, const float *up,
                  float *y);

typedef enum : int32_t { EK_KV_F32 = 0, EK_KV_F16 = 1, EK_KV_INT8 = 2 } ek_kv_format;

/// A cache of keys and values in pages. A page holds page_tokens positions of one layer: first the
/// keys [kv_heads, page_tokens, head_dim], then the values likewise, then for INT8 the scales of
/// keys and of values [kv_heads, page_tokens] each as float.
typedef struct {
  ek_kv_format format;
  ek_int page_tokens, kv_heads, head_dim;
} ek_kv_shape;
size_t ek_kv_page_bytes(const ek_kv_shape *shape);

/// Consecutive tokens of one sequence within a batch.
typedef struct {
  void *_Nonnull const *_Nonnull pages; ///< of this layer: position p lives in pages[p / page_tokens]
  ek_int first_position;    ///< of the first of its tokens
  ek_int tokens;
  ek_int row;               ///< of the first token in q, k, v and out
} ek_kv_span;
/// Writes k and v [rows, kv_heads, head_dim] (rows ldk apart) into the pages.
void ek_kv_store(const ek_kv_shape *shape, ek_int spans, const ek_kv_span *span, const float *k,
                 const float *v, ek_int ldk);
/// out[row, h] = softmax(scale q[row, h] . keys) values, each token seeing positions up to its own
/// (`causal`), or all of its span's first_position + tokens. Query head h uses key head
/// h / (heads / kv_heads). Rows of q and out are ldq and ldo apart.
void ek_attention(const ek_kv_shape *shape, ek_int heads, float scale, bool causal, ek_int spans,
                  const ek_kv_span *span, const float *q, ek_int ldq, float *out, ek_int ldo);

// MARK: Limits of the machine, to measure against (machine_limits.c)

/// Bytes a second that `threads` threads, 64 at most, read from memory, each over `bytes` of its own.
double ek_measure_read_bandwidth(int32_t threads, size_t bytes, double seconds);
/// Multiply-adds of int8 a second on `threads` threads, 64 at most, with the dot instructions in use.
double ek_measure_dot_rate(int32_t threads, double seconds);

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end

#endif
