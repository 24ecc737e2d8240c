// The kernels under ErgonTensor: one header, one plain scalar twin of everything, and faster
// versions chosen at run time by what the processor can do.
//
// Conventions, once for all of them:
// - Sizes and strides count elements, never bytes. Matrices and images are row-major; images are
//   NHWC, convolution weights are [kernel height, kernel width, input channels / groups, output
//   channels], so that a weight is already the right-hand matrix of a product.
// - Kernels check nothing and never fail: the caller has checked shapes, aliasing and bounds.
//   Outputs do not overlap inputs unless a comment allows it.
// - The same input, instruction set and thread count give the same bits. Work that is shared
//   between threads is cut by its size alone, and partial sums are added in the order of the cuts.
#ifndef ERGON_KERNELS_H
#define ERGON_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

#ifdef __cplusplus
extern "C" {
#endif

/// A count, size or stride in elements.
typedef ptrdiff_t ek_int;

/// The largest number of axes an array has.
#define EK_MAX_RANK 8

// MARK: Instruction sets (dispatch.c)

typedef enum : int32_t { EK_ISA_SCALAR = 0, EK_ISA_AVX2 = 1, EK_ISA_AVX512 = 2, EK_ISA_NEON = 3 } ek_isa;

/// The best instruction set this processor has of those above.
ek_isa ek_best_isa(void);
/// The one in use: the best, unless a test has asked for another.
ek_isa ek_current_isa(void);
/// Uses `isa` from now on, in every thread; false and no change where the processor lacks it.
bool ek_use_isa(ek_isa isa);
/// The same for loops that the calling thread starts, whoever helps with them, until
/// `ek_follow_isa`: what a test needs while others run beside it.
bool ek_use_isa_here(ek_isa isa);
void ek_follow_isa(void);

// MARK: Threads (pool.c)

/// A share of a parallel loop: indices begin ..< end.
typedef void (*ek_body)(void *_Nullable context, ek_int begin, ek_int end);

/// Threads a parallel loop may use, the caller's own included; at least 1.
int32_t ek_threads(void);
/// Sets it; 0 stands for every core this process may run on. Not while a loop runs.
void ek_set_threads(int32_t threads);
/// Cuts 0 ..< count into pieces of `grain` (the last may be shorter), each done once, by the caller
/// and by pool threads; returns when all are done. A loop inside a loop, or of one piece, runs on
/// the calling thread.
void ek_parallel_for(ek_int count, ek_int grain, ek_body body, void *_Nullable context);

/// What the pool's threads have done since the process started.
typedef struct {
  uint64_t loops;        ///< parallel loops that used more than the caller
  uint64_t spins;        ///< pauses spent waiting awake
  uint64_t sleeps;       ///< times a thread went to sleep
} ek_pool_counters;
ek_pool_counters ek_pool_count(void);
/// Pauses a thread waits awake after its last loop before it sleeps; 0 never waits awake. Where
/// loops are more than a millisecond apart it sleeps at once.
void ek_set_spin(int32_t pauses);

// MARK: Memory (memory.c)

/// 64-byte aligned memory, taken from blocks kept for reuse where there are any; never null (the
/// process ends with a message when the system has none left). Contents are whatever was there.
void *ek_allocate(size_t bytes);
/// Gives back what ek_allocate gave for the same number of bytes, on any thread.
void ek_deallocate(void *block, size_t bytes);
/// Returns kept blocks to the system, but for small ones that other threads keep for themselves.
void ek_memory_trim(void);
/// Bytes are those of whole blocks, a quarter more than was asked for at most but for the smallest.
typedef struct {
  uint64_t live_bytes;   ///< handed out and not given back
  uint64_t peak_bytes;   ///< the most that was ever live, to a quarter of a megabyte a thread
  uint64_t kept_bytes;   ///< given back and kept for reuse
  uint64_t allocations;  ///< blocks handed out, new or reused
  uint64_t fresh;        ///< of these, taken from the system
} ek_memory_counters;
ek_memory_counters ek_memory_count(void);

// MARK: Recording, per thread (recording.c)

/// How many gradient scopes the calling thread is inside.
int32_t ek_gradient_depth(void);
void ek_gradient_depth_add(int32_t change);
/// How many no-gradient regions the calling thread is inside.
int32_t ek_recording_paused(void);
void ek_recording_pause_add(int32_t change);
/// A number larger than any given before in this process.
uint64_t ek_next_id(void);

// MARK: Elementwise (elementwise_*.c)

typedef enum : int32_t {
  EK_NEGATE, EK_ABS, EK_SIGN, EK_SQUARE, EK_SQRT, EK_RSQRT, EK_RECIPROCAL,
  EK_EXP, EK_EXPM1, EK_LOG, EK_LOG1P, EK_SIN, EK_COS, EK_TAN, EK_ASIN, EK_ACOS, EK_ATAN,
  EK_SINH, EK_COSH, EK_TANH, EK_ERF,
  EK_SIGMOID, EK_SOFTPLUS, EK_RELU, EK_SQUARED_RELU, EK_SILU, EK_GELU /* exact */,
  EK_GELU_TANH, EK_FLOOR, EK_CEIL, EK_ROUND /* half to even */, EK_COPY
} ek_unary_op;

/// The gradient of a unary op in one pass: out = g * op'(x).
/// For the ops from EK_TANH down, EK_EXP, EK_SQRT, EK_RSQRT and EK_RECIPROCAL `y = op(x)` is given
/// too and may be used instead of x.

/// Integers wrap; they divide towards zero, and a division by zero gives 0.
typedef enum : int32_t {
  EK_ADD, EK_SUBTRACT, EK_MULTIPLY, EK_DIVIDE, EK_POWER, EK_MINIMUM, EK_MAXIMUM, EK_ATAN2,
  EK_REMAINDER /* sign of the divisor, as Python's % */
} ek_binary_op;

typedef enum : int32_t {
  EK_EQUAL, EK_NOT_EQUAL, EK_LESS, EK_LESS_EQUAL, EK_GREATER, EK_GREATER_EQUAL
} ek_compare_op;

typedef enum : int32_t {
  EK_SUM, EK_PRODUCT, EK_MIN, EK_MAX, EK_SUM_OF_SQUARES
} ek_reduce_op;

typedef enum : int32_t {
  EK_NO_ACTIVATION, EK_ACTIVATE_RELU, EK_ACTIVATE_SQUARED_RELU, EK_ACTIVATE_SIGMOID,
  EK_ACTIVATE_TANH, EK_ACTIVATE_SILU, EK_ACTIVATE_GELU, EK_ACTIVATE_GELU_TANH
} ek_activation;

// Strided forms: `shape` and each strides array have `rank` entries (rank 0 is one element); the
// output is contiguous in row-major order. A stride of 0 repeats. They merge axes where they can
// and run the contiguous kernel on the longest inner run.
#define EK_NUMERIC_KERNELS(T, S)                                                                 \
  void ek_copy_##S(ek_int rank, const ek_int *shape, const ek_int *xs, const T *x, T *y);        \
  /* The other way: contiguous x into a strided y (no axis of y may repeat). */                  \
  void ek_spread_##S(ek_int rank, const ek_int *shape, const T *x, const ek_int *ys, T *y);      \
  void ek_fill_##S(ek_int count, T value, T *y);                                                 \
  void ek_binary_##S(ek_binary_op op, ek_int rank, const ek_int *shape, const ek_int *as,        \
                     const T *a, const ek_int *bs, const T *b, T *y);                            \
  /* y may be a or b here. */                                                                    \
  void ek_binary_flat_##S(ek_binary_op op, ek_int count, const T *a, const T *b, T *y);          \
  /* One side is a scalar: y = a op scalar, or scalar op a when `reversed`. y may be a. */       \
  void ek_binary_scalar_##S(ek_binary_op op, bool reversed, ek_int count, const T *a, T scalar,  \
                            T *y);                                                               \
  void ek_compare_##S(ek_compare_op op, ek_int rank, const ek_int *shape, const ek_int *as,      \
                      const T *a, const ek_int *bs, const T *b, uint8_t *y);                     \
  void ek_select_##S(ek_int rank, const ek_int *shape, const ek_int *ms, const uint8_t *mask,    \
                     const ek_int *as, const T *a, const ek_int *bs, const T *b, T *y);          \
  /* Contiguous x [outer, length, inner] to y [outer, inner]. Sums of floating-point numbers are \
     pairwise or better; of integers they wrap. */                                               \
  void ek_reduce_##S(ek_reduce_op op, ek_int outer, ek_int length, ek_int inner, const T *x,     \
                     T *y);                                                                      \
  /* Index of the first least (or greatest) element of each line; NaN counts as greatest. */     \
  void ek_arg_reduce_##S(bool greatest, ek_int outer, ek_int length, ek_int inner, const T *x,   \
                         int32_t *y);                                                            \
  /* Running sum, product, minimum or maximum along the middle axis; y may be x. */              \
  void ek_cumulate_##S(ek_reduce_op op, bool reverse, ek_int outer, ek_int length, ek_int inner, \
                       const T *x, T *y);                                                        \
  /* y[o, j, i] = x[o, index[j], i] for x [outer, length, inner], y [outer, count, inner].       \
     Every index is in 0 ..< length. */                                                          \
  void ek_gather_##S(ek_int outer, ek_int length, ek_int inner, ek_int count,                    \
                     const int32_t *index, const T *x, T *y);                                    \
  /* y[o, index[j], i] += x[o, j, i], in the order of j; y is not cleared first. */              \
  void ek_scatter_add_##S(ek_int outer, ek_int length, ek_int inner, ek_int count,               \
                          const int32_t *index, const T *x, T *y);                               \
  /* Elementwise along an axis: y[o, j, i] = x[o, index[o, j, i], i], and its transpose. */      \
  void ek_take_along_##S(ek_int outer, ek_int length, ek_int inner, ek_int count,                \
                         const int32_t *index, const T *x, T *y);                                \
  void ek_put_add_along_##S(ek_int outer, ek_int length, ek_int inner, ek_int count,             \
                            const int32_t *index, const T *x, T *y);

EK_NUMERIC_KERNELS(float, f32)
EK_NUMERIC_KERNELS(double, f64)
EK_NUMERIC_KERNELS(int32_t, i32)
EK_NUMERIC_KERNELS(uint8_t, u8)

#define EK_FLOAT_KERNELS(T, S)                                                                   \
  void ek_unary_##S(ek_unary_op op, ek_int rank, const ek_int *shape, const ek_int *xs,          \
                    const T *x, T *y);                                                           \
  /* y may be x. */                                                                              \
  void ek_unary_flat_##S(ek_unary_op op, ek_int count, const T *x, T *y);                        \
  void ek_unary_gradient_##S(ek_unary_op op, ek_int count, const T *x, const T *y, const T *g,   \
                             T *out);                                                            \
  /* y += scale * x */                                                                           \
  void ek_axpy_##S(ek_int count, T scale, const T *x, T *y);                                     \
  T ek_dot_##S(ek_int count, const T *a, const T *b);                                            \
  /* y[r, c] = activation(x[r, c] + bias[c]); y may be x. */                                     \
  void ek_bias_activation_##S(ek_int rows, ek_int columns, const T *x,                           \
                              const T *_Nullable bias, ek_activation activation, T *y);          \
  /* dx = g * activation'(...), and the bias's gradient as a column sum (null: not wanted). With \
     ReLU, squared ReLU, sigmoid and tanh `x` may be null and the output y is used; the others   \
     need x = the sum before the activation. dx may be g. */                                     \
  void ek_bias_activation_gradient_##S(ek_int rows, ek_int columns, const T *_Nullable x,        \
                                       const T *y, const T *g, ek_activation activation, T *dx,  \
                                       T *_Nullable bias_gradient);                              \
  /* MARK: Along the last axis of [rows, columns] (rows_*.c). */                                 \
  void ek_softmax_##S(ek_int rows, ek_int columns, T scale, const T *x, T *y);                   \
  /* dx = scale * y * (g - sum(g * y)) */                                                        \
  void ek_softmax_gradient_##S(ek_int rows, ek_int columns, T scale, const T *y, const T *g,     \
                               T *dx);                                                           \
  /* Softmax of scale * x over the first row_limit columns of a row, zero after them:            \
     row_limit(r) = min(columns, (r % period) + offset + 1). For causal attention. */            \
  void ek_softmax_causal_##S(ek_int rows, ek_int columns, ek_int period, ek_int offset, T scale, \
                             const T *x, T *y);                                                  \
  void ek_log_softmax_##S(ek_int rows, ek_int columns, const T *x, T *y);                        \
  void ek_log_softmax_gradient_##S(ek_int rows, ek_int columns, const T *y, const T *g, T *dx);  \
  void ek_log_sum_exp_##S(ek_int rows, ek_int columns, const T *x, T *y);                        \
  /* Cross-entropy of logits with class labels, label smoothing in [0, 1): losses[r] and, unless \
     null, the gradient of each row's loss in its logits. A label of -1 gives loss and gradient  \
     0. */                                                                                       \
  void ek_cross_entropy_##S(ek_int rows, ek_int columns, const T *logits, const int32_t *labels, \
                            T smoothing, T *losses, T *_Nullable gradient);                      \
  /* y = (x - mean) * rstd * weight + bias per row; weight and bias may be null. */              \
  void ek_layer_norm_##S(ek_int rows, ek_int columns, T epsilon, const T *x,                     \
                         const T *_Nullable weight, const T *_Nullable bias, T *y, T *mean,      \
                         T *rstd);                                                               \
  /* Gradients are written, not added; each may be null. */                                      \
  void ek_layer_norm_gradient_##S(ek_int rows, ek_int columns, const T *x,                       \
                                  const T *_Nullable weight, const T *mean, const T *rstd,       \
                                  const T *g, T *_Nullable dx, T *_Nullable weight_gradient,     \
                                  T *_Nullable bias_gradient);                                   \
  /* y = x * rstd * weight, rstd = 1 / sqrt(mean(x^2) + epsilon). */                             \
  void ek_rms_norm_##S(ek_int rows, ek_int columns, T epsilon, const T *x,                       \
                       const T *_Nullable weight, T *y, T *rstd);                                \
  void ek_rms_norm_gradient_##S(ek_int rows, ek_int columns, const T *x,                         \
                                const T *_Nullable weight, const T *rstd, const T *g,            \
                                T *_Nullable dx, T *_Nullable weight_gradient);                  \
  /* Per column of [rows, columns] (batch norm of NHWC): mean and biased variance. */            \
  void ek_column_moments_##S(ek_int rows, ek_int columns, const T *x, T *mean, T *variance);     \
  /* y = activation((x - mean[c]) * rstd[c] * weight[c] + bias[c]) */                            \
  void ek_batch_norm_##S(ek_int rows, ek_int columns, const T *x, const T *mean, const T *rstd,  \
                         const T *_Nullable weight, const T *_Nullable bias,                     \
                         ek_activation activation, T *y);                                        \
  /* The gradient through the batch's own moments, no activation. */                             \
  void ek_batch_norm_gradient_##S(ek_int rows, ek_int columns, const T *x, const T *mean,        \
                                  const T *rstd, const T *_Nullable weight, const T *g,          \
                                  T *_Nullable dx, T *_Nullable weight_gradient,                 \
                                  T *_Nullable bias_gradient);                                   \
  /* Rotary position embedding in place of [rows, heads, dim]: row r stands at position          \
     positions[r]; `interleaved` pairs (2i, 2i+1), else (i, i + dim/2). cosine and sine are      \
     [positions, dim/2]. `inverse` turns back (which is the gradient). y may be x. */            \
  void ek_rotary_##S(ek_int rows, ek_int heads, ek_int dim, bool interleaved, bool inverse,      \
                     const int32_t *positions, const T *cosine, const T *sine, const T *x,       \
                     T *y);                                                                      \
  /* MARK: Optimiser steps, in place (optimizer_*.c). */                                         \
  /* g' = g + weight_decay * p; v = momentum * v + g'; p -= rate * (nesterov ? g' + momentum * v \
     : v). velocity may be null when momentum is 0. */                                           \
  void ek_sgd_step_##S(ek_int count, T rate, T momentum, bool nesterov, T weight_decay,          \
                       const T *g, T *_Nullable velocity, T *p);                                 \
  /* correction1 = 1 - beta1^t and correction2 = 1 - beta2^t. `decoupled` is AdamW's decay       \
     p -= rate * weight_decay * p before the step, otherwise the decay is added to g. */         \
  void ek_adam_step_##S(ek_int count, T rate, T beta1, T beta2, T epsilon, T weight_decay,       \
                        bool decoupled, T correction1, T correction2, const T *g, T *m, T *v,    \
                        T *p);                                                                   \
  /* target = decay * target + (1 - decay) * x */                                                \
  void ek_average_step_##S(ek_int count, T decay, const T *x, T *target);                        \
  /* MARK: Random numbers (random_*.c): element i depends on key and counter + i alone, so that  \
     any cut of the work gives the same numbers (Philox 4x32-10). */                             \
  void ek_random_uniform_##S(uint64_t key, uint64_t counter, ek_int count, T low, T high, T *y); \
  void ek_random_normal_##S(uint64_t key, uint64_t counter, ek_int count, T mean, T deviation,   \
                            T *y);                                                               \
  /* y = x / keep where the stream's uniform is below keep, else 0; the mask says which. */      \
  void ek_dropout_##S(uint64_t key, uint64_t counter, ek_int count, T keep, const T *x, T *y,    \
                      uint8_t *mask);                                                            \
  void ek_dropout_gradient_##S(ek_int count, T keep, const uint8_t *mask, const T *g, T *dx);

EK_FLOAT_KERNELS(float, f32)
EK_FLOAT_KERNELS(double, f64)

/// 64 random bits for each of counter ..< counter + count.
void ek_random_bits(uint64_t key, uint64_t counter, ek_int count, uint64_t *y);
/// One block of Philox 4x32-10 itself: four words of counter and two of key to four random words.
void ek_philox_block(const uint32_t counter[_Nonnull 4], const uint32_t key[_Nonnull 2],
                     uint32_t y[_Nonnull 4]);

// MARK: Conversions (convert.c); floats to integers truncate and saturate, NaN gives 0.
void ek_f32_to_f64(ek_int count, const float *x, double *y);
void ek_f64_to_f32(ek_int count, const double *x, float *y);
void ek_f32_to_i32(ek_int count, const float *x, int32_t *y);
void ek_f64_to_i32(ek_int count, const double *x, int32_t *y);
void ek_i32_to_f32(ek_int count, const int32_t *x, float *y);
void ek_i32_to_f64(ek_int count, const int32_t *x, double *y);
/// y = (x - subtract) * scale: bytes of an image to numbers.
void ek_u8_to_f32(ek_int count, const uint8_t *x, float subtract, float scale, float *y);
void ek_f16_to_f32(ek_int count, const uint16_t *x, float *y);
void ek_f32_to_f16(ek_int count, const float *x, uint16_t *y);
void ek_bf16_to_f32(ek_int count, const uint16_t *x, float *y);
void ek_f32_to_bf16(ek_int count, const float *x, uint16_t *y);

// MARK: Products (gemm_*.c)

#define EK_PRODUCT_KERNELS(T, S)                                                                 \
  /* c = activation(alpha * op(a) op(b) + beta * c + bias): op(a) is m x k, op(b) is k x n, row- \
     major with leading dimensions; `transpose_a` says that a is stored k x m. bias (n numbers)  \
     may be null. beta = 0 never reads c. Large products use the pool. */                        \
  void ek_gemm_##S(bool transpose_a, bool transpose_b, ek_int m, ek_int n, ek_int k, T alpha,    \
                   const T *a, ek_int lda, const T *b, ek_int ldb, T beta, T *c, ek_int ldc,     \
                   const T *_Nullable bias, ek_activation activation);                           \
  /* `batch` independent products a step apart; a step of 0 shares the operand. */               \
  void ek_gemm_batched_##S(ek_int batch, bool transpose_a, bool transpose_b, ek_int m, ek_int n, \
                           ek_int k, T alpha, const T *a, ek_int lda, ek_int step_a, const T *b, \
                           ek_int ldb, ek_int step_b, T beta, T *c, ek_int ldc, ek_int step_c);

EK_PRODUCT_KERNELS(float, f32)
EK_PRODUCT_KERNELS(double, f64)

// MARK: Convolution and pooling, NHWC (convolution_*.c, pooling.c)

/// One two-dimensional convolution. Output height = (height + pad_top + pad_bottom -
/// dilation_height * (kernel_height - 1) - 1) / stride_height + 1, likewise the width.
typedef struct {
  ek_int batch, height, width, channels;
  ek_int kernel_height, kernel_width, out_channels;
  ek_int stride_height, stride_width, dilation_height, dilation_width;
  ek_int pad_top, pad_left;      ///< the bottom and right follow from the output's size
  ek_int groups;
  ek_int out_height, out_width;
} ek_conv2d_shape;

typedef struct {
  ek_int batch, height, width, channels;
  ek_int kernel_height, kernel_width, stride_height, stride_width;
  ek_int pad_top, pad_left;
  ek_int out_height, out_width;
  bool count_padding;            ///< averages divide by the whole window, not by what lies inside
} ek_pool2d_shape;

#define EK_CONVOLUTION_KERNELS(T, S)                                                             \
  /* y [N, OH, OW, OC] from x [N, H, W, C] and w [KH, KW, C / groups, OC]. */                    \
  void ek_conv2d_##S(const ek_conv2d_shape *shape, const T *x, const T *w,                       \
                     const T *_Nullable bias, ek_activation activation, T *y);                   \
  /* dx is written whole. This is also the transposed convolution of g. */                       \
  void ek_conv2d_input_gradient_##S(const ek_conv2d_shape *shape, const T *g, const T *w,        \
                                    T *dx);                                                      \
  /* dw and, unless null, the bias's gradient are written whole. */                              \
  void ek_conv2d_weight_gradient_##S(const ek_conv2d_shape *shape, const T *x, const T *g,       \
                                     T *dw, T *_Nullable bias_gradient);                         \
  /* `where` holds, for each output, the flat index h * width + w of the first greatest input    \
     of its window (padding never wins). */                                                      \
  void ek_max_pool2d_##S(const ek_pool2d_shape *shape, const T *x, T *y, int32_t *where);        \
  void ek_max_pool2d_gradient_##S(const ek_pool2d_shape *shape, const T *g,                      \
                                  const int32_t *where, T *dx);                                  \
  void ek_average_pool2d_##S(const ek_pool2d_shape *shape, const T *x, T *y);                    \
  void ek_average_pool2d_gradient_##S(const ek_pool2d_shape *shape, const T *g, T *dx);          \
  /* Bilinear (half-pixel centres, or corners aligned) or nearest, and the transpose. */         \
  void ek_resize2d_##S(bool bilinear, bool align_corners, ek_int batch, ek_int height,           \
                       ek_int width, ek_int channels, ek_int out_height, ek_int out_width,       \
                       const T *x, T *y);                                                        \
  void ek_resize2d_gradient_##S(bool bilinear, bool align_corners, ek_int batch, ek_int height,  \
                                ek_int width, ek_int channels, ek_int out_height,                \
                                ek_int out_width, const T *g, T *dx);

EK_CONVOLUTION_KERNELS(float, f32)
EK_CONVOLUTION_KERNELS(double, f64)

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end

#endif
