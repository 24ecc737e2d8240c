// Softmax, cross-entropy, norms and rotary embedding for one floating-point type. Sums over a row
// are formed by halves (ek_reduce, ek_dot), so that errors grow with the logarithm of its length.
#include "scalar_arithmetic.h"

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
  T sum;
  EK_S(ek_reduce)(EK_SUM, 1, columns, 1, y, &sum);
  return sum;
}

static void EK_S(row_softmax)(ek_int columns, T scale, const T *x, T *y) {
  if (columns == 0) return;
  const T sum = EK_S(row_exponentials)(columns, scale, x, y);
  for (ek_int c = 0; c < columns; c++) y[c] /= sum;
}

void EK_S(ek_softmax)(ek_int rows, ek_int columns, T scale, const T *x, T *y) {
  for (ek_int r = 0; r < rows; r++)
    EK_S(row_softmax)(columns, scale, x + r * columns, y + r * columns);
}

void EK_S(ek_softmax_gradient)(ek_int rows, ek_int columns, T scale, const T *y, const T *g,
                               T *dx) {
  for (ek_int r = 0; r < rows; r++, y += columns, g += columns, dx += columns) {
    const T dot = EK_S(ek_dot)(columns, g, y);
    for (ek_int c = 0; c < columns; c++) dx[c] = scale * y[c] * (g[c] - dot);
  }
}

void EK_S(ek_softmax_causal)(ek_int rows, ek_int columns, ek_int period, ek_int offset, T scale,
                             const T *x, T *y) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns) {
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

void EK_S(ek_log_softmax)(ek_int rows, ek_int columns, const T *x, T *y) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns) {
    const T maximum = EK_S(row_maximum)(columns, x);
    T sum = 0;
    for (ek_int c = 0; c < columns; c++) sum += EK_S(exp)(x[c] - maximum);
    const T log = EK_S(log)(sum);
    for (ek_int c = 0; c < columns; c++) y[c] = (x[c] - maximum) - log;
  }
}

void EK_S(ek_log_softmax_gradient)(ek_int rows, ek_int columns, const T *y, const T *g, T *dx) {
  for (ek_int r = 0; r < rows; r++, y += columns, g += columns, dx += columns) {
    T sum;
    EK_S(ek_reduce)(EK_SUM, 1, columns, 1, g, &sum);
    for (ek_int c = 0; c < columns; c++) dx[c] = g[c] - EK_S(exp)(y[c]) * sum;
  }
}

void EK_S(ek_log_sum_exp)(ek_int rows, ek_int columns, const T *x, T *y) {
  for (ek_int r = 0; r < rows; r++) y[r] = EK_S(row_log_sum_exp)(columns, x + r * columns);
}

void EK_S(ek_cross_entropy)(ek_int rows, ek_int columns, const T *logits, const int32_t *labels,
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
    if (smoothing != 0) {
      T sum;
      EK_S(ek_reduce)(EK_SUM, 1, columns, 1, x, &sum);
      loss += share * ((T)columns * log_sum - sum);
    }
    losses[r] = loss;
    if (!dx) continue;
    for (ek_int c = 0; c < columns; c++) dx[c] = EK_S(exp)(x[c] - log_sum) - share;
    dx[labels[r]] -= 1 - smoothing;
  }
}

void EK_S(ek_layer_norm)(ek_int rows, ek_int columns, T epsilon, const T *x, const T *weight,
                         const T *bias, T *y, T *mean, T *rstd) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns) {
    T sum, squares;
    EK_S(ek_reduce)(EK_SUM, 1, columns, 1, x, &sum);
    const T m = sum / (T)columns;
    for (ek_int c = 0; c < columns; c++) y[c] = x[c] - m;
    EK_S(ek_reduce)(EK_SUM_OF_SQUARES, 1, columns, 1, y, &squares);
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

// sum over rows of g and of g * (x - mean) * rstd, where mean may be null; each output may be null.
static void EK_S(norm_weight_gradients)(ek_int rows, ek_int columns, const T *x, const T *mean,
                                        const T *rstd, const T *g, T *weight_gradient,
                                        T *bias_gradient) {
  if (bias_gradient) EK_S(ek_reduce)(EK_SUM, 1, rows, columns, g, bias_gradient);
  if (!weight_gradient) return;
  for (ek_int c = 0; c < columns; c++) {
    T sum = 0;
    for (ek_int r = 0; r < rows; r++) {
      const ek_int i = r * columns + c;
      sum += g[i] * ((mean ? x[i] - mean[r] : x[i]) * rstd[r]);
    }
    weight_gradient[c] = sum;
  }
}

// With n = (x - mean) * rstd and h = g * weight:
// dx = rstd * (h - mean(h) - n * mean(h * n)).
void EK_S(ek_layer_norm_gradient)(ek_int rows, ek_int columns, const T *x, const T *weight,
                                  const T *mean, const T *rstd, const T *g, T *dx,
                                  T *weight_gradient, T *bias_gradient) {
  EK_S(norm_weight_gradients)(rows, columns, x, mean, rstd, g, weight_gradient, bias_gradient);
  if (!dx) return;
  for (ek_int r = 0; r < rows; r++, x += columns, g += columns, dx += columns) {
    T sum = 0, dot = 0;
    for (ek_int c = 0; c < columns; c++) {
      const T h = weight ? g[c] * weight[c] : g[c];
      sum += h;
      dot += h * ((x[c] - mean[r]) * rstd[r]);
    }
    sum /= (T)columns;
    dot /= (T)columns;
    for (ek_int c = 0; c < columns; c++) {
      const T h = weight ? g[c] * weight[c] : g[c];
      dx[c] = rstd[r] * (h - sum - (x[c] - mean[r]) * rstd[r] * dot);
    }
  }
}

void EK_S(ek_rms_norm)(ek_int rows, ek_int columns, T epsilon, const T *x, const T *weight, T *y,
                       T *rstd) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns) {
    T squares;
    EK_S(ek_reduce)(EK_SUM_OF_SQUARES, 1, columns, 1, x, &squares);
    const T s = rstd[r] = 1 / EK_S(sqrt)(squares / (T)columns + epsilon);
    for (ek_int c = 0; c < columns; c++) y[c] = weight ? x[c] * s * weight[c] : x[c] * s;
  }
}

// With n = x * rstd and h = g * weight: dx = rstd * (h - n * mean(h * n)).
void EK_S(ek_rms_norm_gradient)(ek_int rows, ek_int columns, const T *x, const T *weight,
                                const T *rstd, const T *g, T *dx, T *weight_gradient) {
  EK_S(norm_weight_gradients)(rows, columns, x, NULL, rstd, g, weight_gradient, NULL);
  if (!dx) return;
  for (ek_int r = 0; r < rows; r++, x += columns, g += columns, dx += columns) {
    T dot = 0;
    for (ek_int c = 0; c < columns; c++) dot += (weight ? g[c] * weight[c] : g[c]) * x[c];
    dot *= rstd[r] * rstd[r] / (T)columns;
    for (ek_int c = 0; c < columns; c++)
      dx[c] = rstd[r] * ((weight ? g[c] * weight[c] : g[c]) - x[c] * dot);
  }
}

void EK_S(ek_column_moments)(ek_int rows, ek_int columns, const T *x, T *mean, T *variance) {
  for (ek_int c = 0; c < columns; c++) {
    T sum = 0, squares = 0;
    for (ek_int r = 0; r < rows; r++) sum += x[r * columns + c];
    mean[c] = sum / (T)rows;
    for (ek_int r = 0; r < rows; r++) {
      const T d = x[r * columns + c] - mean[c];
      squares += d * d;
    }
    variance[c] = squares / (T)rows;
  }
}

void EK_S(ek_batch_norm)(ek_int rows, ek_int columns, const T *x, const T *mean, const T *rstd,
                         const T *weight, const T *bias, ek_activation activation, T *y) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns)
    for (ek_int c = 0; c < columns; c++) {
      T n = (x[c] - mean[c]) * rstd[c];
      if (weight) n *= weight[c];
      if (bias) n += bias[c];
      y[c] = EK_S(activate)(activation, n);
    }
}

// With n = (x - mean) * rstd per column: dx = rstd * weight * (g - mean(g) - n * mean(g * n)).
void EK_S(ek_batch_norm_gradient)(ek_int rows, ek_int columns, const T *x, const T *mean,
                                  const T *rstd, const T *weight, const T *g, T *dx,
                                  T *weight_gradient, T *bias_gradient) {
  for (ek_int c = 0; c < columns; c++) {
    T sum = 0, dot = 0;
    for (ek_int r = 0; r < rows; r++) {
      const ek_int i = r * columns + c;
      sum += g[i];
      dot += g[i] * ((x[i] - mean[c]) * rstd[c]);
    }
    if (bias_gradient) bias_gradient[c] = sum;
    if (weight_gradient) weight_gradient[c] = dot;
    if (!dx) continue;
    const T factor = rstd[c] * (weight ? weight[c] : 1);
    sum /= (T)rows;
    dot /= (T)rows;
    for (ek_int r = 0; r < rows; r++) {
      const ek_int i = r * columns + c;
      dx[i] = factor * (g[i] - sum - (x[i] - mean[c]) * rstd[c] * dot);
    }
  }
}

void EK_S(ek_rotary)(ek_int rows, ek_int heads, ek_int dim, bool interleaved, bool inverse,
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
