// The plain twins of the row kernels for one floating-point type. Sums over a row are formed by
// halves, so that their errors grow with the logarithm of its length.
#include "elementwise.h"
#include "reduce.h"
#include "rows.h"
#include "scalar_arithmetic.h"

EK_INLINE T EK_S(row_sum)(ek_int columns, const T *x) {
  return EK_PLAIN(ek_reductions).line(EK_SUM, columns, x);
}

EK_INLINE T EK_S(row_maximum)(ek_int columns, const T *x) {
  T maximum = -(T)INFINITY;
  for (ek_int c = 0; c < columns; c++) maximum = EK_S(maximum)(maximum, x[c]);
  return maximum;
}

// y = exp(scale * (x - maximum)); gives the sum. The extreme is the least where scale is negative.
static T EK_S(row_exponentials)(ek_int columns, T scale, const T *x, T *y) {
  T extreme = x[0];
  for (ek_int c = 1; c < columns; c++)
    extreme = scale < 0 ? EK_S(minimum)(extreme, x[c]) : EK_S(maximum)(extreme, x[c]);
  for (ek_int c = 0; c < columns; c++) y[c] = EK_S(exp)(scale * (x[c] - extreme));
  return EK_S(row_sum)(columns, y);
}

static void EK_S(row_softmax)(ek_int columns, T scale, const T *x, T *y) {
  if (columns == 0) return;
  const T sum = EK_S(row_exponentials)(columns, scale, x, y);
  for (ek_int c = 0; c < columns; c++) y[c] /= sum;
}

static void EK_S(softmax)(ek_int rows, ek_int columns, T scale, const T *x, T *y) {
  for (ek_int r = 0; r < rows; r++)
    EK_S(row_softmax)(columns, scale, x + r * columns, y + r * columns);
}

static void EK_S(softmax_gradient)(ek_int rows, ek_int columns, T scale, const T *y, const T *g,
                               T *dx) {
  for (ek_int r = 0; r < rows; r++, y += columns, g += columns, dx += columns) {
    const T dot = EK_PLAIN(ek_elementwise).dot(columns, g, y);
    for (ek_int c = 0; c < columns; c++) dx[c] = scale * y[c] * (g[c] - dot);
  }
}

static void EK_S(softmax_causal)(ek_int first, ek_int rows, ek_int columns, ek_int period,
                                 ek_int offset, T scale, const T *x, T *y) {
  for (ek_int r = first; r < first + rows; r++, x += columns, y += columns) {
    const ek_int limit = ek_least(columns, r % period + offset + 1);
    EK_S(row_softmax)(limit, scale, x, y);
    for (ek_int c = limit; c < columns; c++) y[c] = 0;
  }
}

// log(sum(exp(x))) without overflow.
static T EK_S(row_log_sum_exp)(ek_int columns, const T *x) {
  const T maximum = EK_S(row_maximum)(columns, x);
  // An infinite maximum is the answer itself: x - maximum would be NaN.
  if (maximum - maximum != 0) return maximum;
  T sum = 0;
  for (ek_int c = 0; c < columns; c++) sum += EK_S(exp)(x[c] - maximum);
  return maximum + EK_S(log)(sum);
}

static void EK_S(log_softmax)(ek_int rows, ek_int columns, const T *x, T *y) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns) {
    const T maximum = EK_S(row_maximum)(columns, x);
    T sum = 0;
    for (ek_int c = 0; c < columns; c++) sum += EK_S(exp)(x[c] - maximum);
    const T log = EK_S(log)(sum);
    for (ek_int c = 0; c < columns; c++) y[c] = (x[c] - maximum) - log;
  }
}

static void EK_S(log_softmax_gradient)(ek_int rows, ek_int columns, const T *y, const T *g, T *dx) {
  for (ek_int r = 0; r < rows; r++, y += columns, g += columns, dx += columns) {
    const T sum = EK_S(row_sum)(columns, g);
    for (ek_int c = 0; c < columns; c++) dx[c] = g[c] - EK_S(exp)(y[c]) * sum;
  }
}

static void EK_S(log_sum_exp)(ek_int rows, ek_int columns, const T *x, T *y) {
  for (ek_int r = 0; r < rows; r++) y[r] = EK_S(row_log_sum_exp)(columns, x + r * columns);
}

static void EK_S(cross_entropy)(ek_int rows, ek_int columns, const T *logits, const int32_t *labels,
                            T smoothing, T *losses, T *gradient) {
  const T share = smoothing / (T)columns;  // what every class gets of the smoothed target
  for (ek_int r = 0; r < rows; r++) {
    const T *x = logits + r * columns;
    T *dx = gradient ? gradient + r * columns : NULL;
    if (labels[r] < 0) {
      losses[r] = 0;
      for (ek_int c = 0; dx && c < columns; c++) dx[c] = 0;
      continue;
    }
    const T log_sum = EK_S(row_log_sum_exp)(columns, x);
    T loss = (1 - smoothing) * (log_sum - x[labels[r]]);
    if (smoothing != 0) loss += share * ((T)columns * log_sum - EK_S(row_sum)(columns, x));
    losses[r] = loss;
    if (!dx) continue;
    for (ek_int c = 0; c < columns; c++) dx[c] = EK_S(exp)(x[c] - log_sum) - share;
    dx[labels[r]] -= 1 - smoothing;
  }
}

static void EK_S(layer_norm)(ek_int rows, ek_int columns, T epsilon, const T *x, const T *weight,
                         const T *bias, T *y, T *mean, T *rstd) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns) {
    const T m = EK_S(row_sum)(columns, x) / (T)columns;
    for (ek_int c = 0; c < columns; c++) y[c] = x[c] - m;
    const T squares = EK_PLAIN(ek_reductions).line(EK_SUM_OF_SQUARES, columns, y);
    const T s = 1 / EK_S(sqrt)(squares / (T)columns + epsilon);
    for (ek_int c = 0; c < columns; c++) {
      y[c] *= s;
      if (weight) y[c] *= weight[c];
      if (bias) y[c] += bias[c];
    }
    mean[r] = m;
    rstd[r] = s;
  }
}

static void EK_S(rms_norm)(ek_int rows, ek_int columns, T epsilon, const T *x, const T *weight,
                           T *y, T *rstd) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns) {
    const T squares = EK_PLAIN(ek_reductions).line(EK_SUM_OF_SQUARES, columns, x);
    const T s = rstd[r] = 1 / EK_S(sqrt)(squares / (T)columns + epsilon);
    for (ek_int c = 0; c < columns; c++) y[c] = weight ? x[c] * s * weight[c] : x[c] * s;
  }
}

// With n = (x - mean) * rstd and h = g * weight: dx = rstd * (h - mean(h) - n * mean(h * n)), and
// for RMS norm without the means of x and h. The weights' gradients are the sums of g * n and g.
static void EK_S(norm_gradient)(ek_int rows, ek_int columns, const T *x, const T *weight,
                                const T *mean, const T *rstd, const T *g, T *dx,
                                T *weight_gradient, T *bias_gradient) {
  for (ek_int c = 0; c < columns; c++) {
    if (weight_gradient) weight_gradient[c] = 0;
    if (bias_gradient) bias_gradient[c] = 0;
  }
  for (ek_int r = 0; r < rows; r++, x += columns, g += columns) {
    const T m = mean ? mean[r] : 0;
    T sum = 0, dot = 0;
    for (ek_int c = 0; c < columns; c++) {
      const T n = (x[c] - m) * rstd[r], h = weight ? g[c] * weight[c] : g[c];
      if (mean) sum += h;
      dot += h * n;
      if (weight_gradient) weight_gradient[c] += g[c] * n;
      if (bias_gradient) bias_gradient[c] += g[c];
    }
    if (!dx) continue;
    sum /= (T)columns;
    dot /= (T)columns;
    for (ek_int c = 0; c < columns; c++) {
      const T n = (x[c] - m) * rstd[r], h = weight ? g[c] * weight[c] : g[c];
      dx[c] = rstd[r] * (h - sum - n * dot);
    }
    dx += columns;
  }
}

static void EK_S(column_sums)(ek_int rows, ek_int columns, const T *x, const T *shift, const T *g,
                              T *sum, T *product) {
  for (ek_int c = 0; c < columns; c++) {
    sum[c] = product[c] = 0;
    for (ek_int r = 0; r < rows; r++) {
      const T d = x[r * columns + c] - shift[c], factor = g ? g[r * columns + c] : d;
      sum[c] += factor;
      product[c] += factor * d;
    }
  }
}

static void EK_S(column_scale)(ek_int rows, ek_int columns, const T *x, const T *shift,
                               const T *scale, const T *bias, ek_activation activation, T *y) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns)
    for (ek_int c = 0; c < columns; c++) {
      const T v = (x[c] - shift[c]) * scale[c];
      y[c] = EK_S(activate)(activation, bias ? v + bias[c] : v);
    }
}

static void EK_S(column_blend)(ek_int rows, ek_int columns, const T *x, const T *shift, const T *g,
                               const T *scale, const T *slope, const T *constant, T *dx) {
  for (ek_int r = 0; r < rows; r++, x += columns, g += columns, dx += columns)
    for (ek_int c = 0; c < columns; c++)
      dx[c] = scale[c] * g[c] + (slope[c] * (x[c] - shift[c]) + constant[c]);
}

static void EK_S(rotary)(ek_int rows, ek_int heads, ek_int dim, bool interleaved, bool inverse,
                     const int32_t *positions, const T *cosine, const T *sine, const T *x, T *y) {
  const ek_int half = dim / 2;
  const ek_int step = interleaved ? 2 : 1, partner = interleaved ? 1 : half;
  for (ek_int r = 0; r < rows; r++) {
    const T *c = cosine + positions[r] * half, *s = sine + positions[r] * half;
    for (ek_int h = 0; h < heads; h++, x += dim, y += dim)
      for (ek_int i = 0; i < half; i++) {
        const T a = x[i * step], b = x[i * step + partner], turn = inverse ? -s[i] : s[i];
        y[i * step] = a * c[i] - b * turn;
        y[i * step + partner] = a * turn + b * c[i];
      }
  }
}

const EK_S(ek_rows) EK_TABLE(ek_rows) = {
    EK_S(softmax), EK_S(softmax_causal), EK_S(softmax_gradient), EK_S(log_softmax),
    EK_S(log_softmax_gradient), EK_S(log_sum_exp), EK_S(cross_entropy), EK_S(layer_norm),
    EK_S(rms_norm), EK_S(norm_gradient), EK_S(column_sums), EK_S(column_scale),
    EK_S(column_blend), EK_S(rotary),
};
