// What the convolution files share. Every function exists once for float and once for double; the
// templates (*_template.h) are included with T, the number type, and S, its suffix.
#ifndef ERGON_CONVOLUTION_H
#define ERGON_CONVOLUTION_H

#include "internal.h"

#define EK_JOIN_(a, b) a##b
#define EK_JOIN(a, b) EK_JOIN_(a, b)
/// name_f32 or name_f64.
#define EK_TYPED(name) EK_JOIN(name##_, S)

/// Enough rows of `row` numbers to be worth a trip to another thread.
EK_INLINE ek_int ek_rows_per_piece(ek_int row) { return ek_ceil_div(16384, ek_most(row, 1)); }

/// A sum of products over a window sliding along an image: what the convolution, each phase of its
/// input gradient and the index pattern of its weight gradient have in common.
///
///   out[row, column, lane] = sum over tap_h, tap_w, channel of
///     source[row * stride_h + tap_h * spread_h + top, column * stride_w + tap_w * spread_w + left,
///            channel] * weight[tap_h, tap_w, channel, lane],   zero outside the source.
///
/// Steps and offsets count numbers and may be negative.
typedef struct {
  ek_int batch, groups;
  ek_int height, width, pixel;   ///< of the source; `pixel` from one pixel to the next
  ek_int channels;               ///< of one group; the next group's follow
  ek_int top, left, stride_h, stride_w, taps_h, taps_w, spread_h, spread_w;
  ek_int weight, weight_h, weight_w, weight_c, weight_lane, weight_group;
  ek_int rows, columns, lanes;   ///< of the output; the next group's lanes follow
  ek_int out, out_image, out_row, out_column;
  ek_int fold;                   ///< outputs of a row that are computed as lanes of one
} ek_correlation;

/// y as a correlation of x with w.
ek_correlation ek_forward_correlation(const ek_conv2d_shape *shape);
/// The inputs phase_h, phase_h + stride_height, … (likewise across) as a correlation of the
/// output's gradient with the kernel's taps that reach them, turned round. May have no taps.
ek_correlation ek_gradient_correlation(const ek_conv2d_shape *shape, ek_int phase_h,
                                       ek_int phase_w);
/// With few output channels most of a vector would lie idle: computes several neighbouring outputs
/// of a row as lanes of one, with a window that covers all of theirs and weights that are zero
/// where a tap is not one's own. Chooses how many by what remains of `vector` lanes' work.
void ek_fold_correlation(ek_correlation *c, ek_int vector);

/// The definition (plain), and the versions of each instruction set.
#define EK_CONVOLUTION_VERSION(T, S, ISA)                                                      \
  void ek_conv2d_##ISA##_##S(const ek_conv2d_shape *shape, const T *x, const T *w,             \
                             const T *bias, ek_activation activation, T *y);                   \
  void ek_conv2d_input_gradient_##ISA##_##S(const ek_conv2d_shape *shape, const T *g,          \
                                            const T *w, T *dx);                                \
  void ek_conv2d_weight_gradient_##ISA##_##S(const ek_conv2d_shape *shape, const T *x,         \
                                             const T *g, T *dw, T *bias_gradient);
EK_CONVOLUTION_VERSION(float, f32, plain)
EK_CONVOLUTION_VERSION(double, f64, plain)
EK_CONVOLUTION_VERSION(float, f32, avx2)
EK_CONVOLUTION_VERSION(double, f64, avx2)
EK_CONVOLUTION_VERSION(float, f32, avx512)
EK_CONVOLUTION_VERSION(double, f64, avx512)
EK_CONVOLUTION_VERSION(float, f32, neon)
EK_CONVOLUTION_VERSION(double, f64, neon)

#endif
