// Row kernels for one floating-point type and one instruction set. A row is read once for its
// extreme, once for sums and once to write the result; all but the first find it in the cache. Sums
// run in the lanes of a vector.
#include "rows.h"
#include "scalar_arithmetic.h"

// The lanes from n on hold `fill`.
#define LOAD_OR(x, fill) (n == LANES ? LOAD(x) : EK_S(first)(n) ? LOAD(x) : ALL(fill))
#define KEEP(v) (n == LANES ? (v) : EK_S(first)(n) ? (v) : ALL(0))

// MARK: Softmax and its relatives

EK_INLINE T EK_S(row_greatest)(ek_int columns, const T *x) {
  const V start = ALL(-(T)INFINITY);
  V most[4] = {start, start, start, start};
  ek_int done = 0;
  // more() gives its second argument where either is NaN, so that a NaN already met may be lost
  // here; it then comes out of the exponentials and their sum.
  for (; done + 4 * LANES <= columns; done += 4 * LANES)
    for (int k = 0; k < 4; k++) most[k] = EK_S(more)(most[k], EK_S(load)(x + done + k * LANES));
  x += done;
  EK_VECTORS(columns - done, most[0] = EK_S(more)(most[0], LOAD_OR(x + i, -(T)INFINITY)););
  return EK_S(greatest_across)(
      EK_S(more)(EK_S(more)(most[0], most[1]), EK_S(more)(most[2], most[3])));
}

EK_INLINE T EK_S(row_least)(ek_int columns, const T *x) {
  V least = ALL((T)INFINITY);
  EK_VECTORS(columns, least = EK_S(less)(least, LOAD_OR(x + i, (T)INFINITY)););
  return EK_S(least_across)(least);
}

// The sum of exp(scale * (x - extreme)), which y holds then unless it is null.
EK_INLINE T EK_S(row_exponentials)(ek_int columns, T scale, T extreme, const T *x, T *y) {
  V sum = ALL(0);
  EK_VECTORS(columns, const V e = EK_S(vector_exp_weight)((LOAD(x + i) - extreme) * scale);
             if (y) STORE(y + i, e); sum += KEEP(e););
  return EK_S(sum_across)(sum);
}

EK_INLINE void EK_S(row_softmax)(ek_int columns, T scale, const T *x, T *y) {
  const T extreme = scale < 0 ? EK_S(row_least)(columns, x) : EK_S(row_greatest)(columns, x);
  const T share = 1 / EK_S(row_exponentials)(columns, scale, extreme, x, y);
  EK_VECTORS(columns, STORE(y + i, LOAD(y + i) * share););
}

static void EK_S(softmax)(ek_int rows, ek_int columns, T scale, const T *x, T *y) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns)
    EK_S(row_softmax)(columns, scale, x, y);
}

static void EK_S(softmax_causal)(ek_int first, ek_int rows, ek_int columns, ek_int period,
                                 ek_int offset, T scale, const T *x, T *y) {
  for (ek_int r = first; r < first + rows; r++, x += columns, y += columns) {
    const ek_int limit = ek_least(columns, r % period + offset + 1);
    EK_S(row_softmax)(limit, scale, x, y);
    memset(y + limit, 0, (size_t)(columns - limit) * sizeof(T));
  }
}

static void EK_S(softmax_gradient)(ek_int rows, ek_int columns, T scale, const T *y, const T *g,
                                   T *dx) {
  for (ek_int r = 0; r < rows; r++, y += columns, g += columns, dx += columns) {
    V sum = ALL(0);
    EK_VECTORS(columns, sum = FMA(LOAD(y + i), LOAD(g + i), sum););
    const T dot = EK_S(sum_across)(sum);
    EK_VECTORS(columns, STORE(dx + i, LOAD(y + i) * scale * (LOAD(g + i) - dot)););
  }
}

static void EK_S(log_softmax)(ek_int rows, ek_int columns, const T *x, T *y) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns) {
    const T most = EK_S(row_greatest)(columns, x);
    const T log = EK_S(log)(EK_S(row_exponentials)(columns, 1, most, x, NULL));
    EK_VECTORS(columns, STORE(y + i, (LOAD(x + i) - most) - log););
  }
}

static void EK_S(log_softmax_gradient)(ek_int rows, ek_int columns, const T *y, const T *g,
                                       T *dx) {
  for (ek_int r = 0; r < rows; r++, y += columns, g += columns, dx += columns) {
    V total = ALL(0);
    EK_VECTORS(columns, total += LOAD(g + i););
    const V sum = ALL(EK_S(sum_across)(total));
    EK_VECTORS(columns,
               STORE(dx + i, FMA(-EK_S(vector_exp)(LOAD(y + i)), sum, LOAD(g + i))););
  }
}

static void EK_S(log_sum_exp)(ek_int rows, ek_int columns, const T *x, T *y) {
  for (ek_int r = 0; r < rows; r++, x += columns) {
    const T most = EK_S(row_greatest)(columns, x);
    if (most - most == 0) {
      y[r] = most + EK_S(log)(EK_S(row_exponentials)(columns, 1, most, x, NULL));
      continue;
    }
    // An infinite maximum is the answer itself, where x - most would be NaN, unless there is a NaN.
    y[r] = most;
    for (ek_int c = 0; c < columns; c++)
      if (x[c] != x[c]) y[r] = x[c];
  }
}

static void EK_S(cross_entropy)(ek_int rows, ek_int columns, const T *logits,
                                const int32_t *labels, T smoothing, T *losses, T *gradient) {
  const T share = smoothing / (T)columns;  // what every class gets of the smoothed target
  for (ek_int r = 0; r < rows; r++) {
    const T *x = logits + r * columns;
    T *dx = gradient ? gradient + r * columns : NULL;
    const ek_int label = labels[r];
    if (label < 0) {
      losses[r] = 0;
      if (dx) memset(dx, 0, (size_t)columns * sizeof(T));
      continue;
    }
    const T most = EK_S(row_greatest)(columns, x), target = x[label];
    const T sum = EK_S(row_exponentials)(columns, 1, most, x, dx), log = EK_S(log)(sum);
    T loss = (1 - smoothing) * (log - (target - most));
    if (smoothing != 0) {
      V total = ALL(0);
      EK_VECTORS(columns, total += KEEP(LOAD(x + i) - most););
      loss += share * ((T)columns * log - EK_S(sum_across)(total));
    }
    losses[r] = loss;
    if (!dx) continue;
    const V factor = ALL(1 / sum);
    EK_VECTORS(columns, STORE(dx + i, FMA(LOAD(dx + i), factor, ALL(-share))););
    dx[label] -= 1 - smoothing;
  }
}

// MARK: Norms of rows

static void EK_S(layer_norm)(ek_int rows, ek_int columns, T epsilon, const T *x, const T *weight,
                             const T *bias, T *y, T *mean, T *rstd) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns) {
    V sum = ALL(0), squares = ALL(0);
    EK_VECTORS(columns, sum += LOAD(x + i););
    const V m = ALL(mean[r] = EK_S(sum_across)(sum) / (T)columns);
    EK_VECTORS(columns, const V d = KEEP(LOAD(x + i) - m); squares = FMA(d, d, squares););
    const T variance = EK_S(sum_across)(squares) / (T)columns;
    const V s = ALL(rstd[r] = 1 / EK_S(sqrt)(variance + epsilon));
    EK_VECTORS(columns, V v = (LOAD(x + i) - m) * s; if (weight) v *= LOAD(weight + i);
               if (bias) v += LOAD(bias + i); STORE(y + i, v););
  }
}

static void EK_S(rms_norm)(ek_int rows, ek_int columns, T epsilon, const T *x, const T *weight,
                           T *y, T *rstd) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns) {
    V squares = ALL(0);
    EK_VECTORS(columns, const V v = LOAD(x + i); squares = FMA(v, v, squares););
    const T mean = EK_S(sum_across)(squares) / (T)columns;
    const V s = ALL(rstd[r] = 1 / EK_S(sqrt)(mean + epsilon));
    EK_VECTORS(columns, V v = LOAD(x + i) * s; if (weight) v *= LOAD(weight + i);
               STORE(y + i, v););
  }
}

// With n = (x - mean) * rstd and h = g * weight: dx = rstd * (h - mean(h) - n * mean(h * n)), and
// for RMS norm without the means of x and h. The weights' gradients are the sums of g * n and g.
EK_INLINE void EK_S(norm_gradient_of)(bool centred, ek_int rows, ek_int columns, const T *x,
                                      const T *weight, const T *mean, const T *rstd, const T *g,
                                      T *dx, T *weight_gradient, T *bias_gradient) {
  if (weight_gradient) memset(weight_gradient, 0, (size_t)columns * sizeof(T));
  if (bias_gradient) memset(bias_gradient, 0, (size_t)columns * sizeof(T));
  for (ek_int r = 0; r < rows; r++, x += columns, g += columns) {
    const V s = ALL(rstd[r]), m = ALL(centred ? mean[r] : 0);
    V sum = ALL(0), dot = ALL(0);
    EK_VECTORS(columns, const V d = LOAD(g + i); const V v = (LOAD(x + i) - m) * s;
               const V h = weight ? d * LOAD(weight + i) : d;
               if (centred) sum += h;
               dot = FMA(h, KEEP(v), dot);
               if (weight_gradient) {
                 T *to = weight_gradient + i;
                 STORE(to, FMA(d, v, LOAD(to)));
               }
               if (bias_gradient) STORE(bias_gradient + i, LOAD(bias_gradient + i) + d););
    if (!dx) continue;
    const V mean_h = ALL(centred ? EK_S(sum_across)(sum) / (T)columns : 0);
    const V mean_hn = ALL(EK_S(sum_across)(dot) / (T)columns);
    EK_VECTORS(columns, const V d = LOAD(g + i); const V v = (LOAD(x + i) - m) * s;
               const V h = weight ? d * LOAD(weight + i) : d;
               STORE(dx + i, s * FMA(-v, mean_hn, h - mean_h)););
    dx += columns;
  }
}

static void EK_S(norm_gradient)(ek_int rows, ek_int columns, const T *x, const T *weight,
                                const T *mean, const T *rstd, const T *g, T *dx,
                                T *weight_gradient, T *bias_gradient) {
  if (mean)
    EK_S(norm_gradient_of)(true, rows, columns, x, weight, mean, rstd, g, dx, weight_gradient,
                           bias_gradient);
  else
    EK_S(norm_gradient_of)(false, rows, columns, x, weight, NULL, rstd, g, dx, weight_gradient,
                           bias_gradient);
}

// MARK: Columns, for batch norm

// `vectors` vectors of columns side by side, the last of n lanes.
EK_INLINE void EK_S(column_sums_strip)(const int vectors, ek_int n, ek_int rows, ek_int stride,
                                       const T *x, const T *shift, const T *g, T *sum,
                                       T *product) {
  V s[4], p[4], m[4];
  for (int k = 0; k < vectors; k++) {
    s[k] = p[k] = ALL(0);
    m[k] = LOAD(shift + k * LANES);
  }
  for (ek_int at = 0; at < rows * stride; at += stride)
    for (int k = 0; k < vectors; k++) {
      const V v = LOAD(x + at + k * LANES) - m[k], d = g ? LOAD(g + at + k * LANES) : v;
      s[k] += d;
      p[k] = FMA(d, v, p[k]);
    }
  for (int k = 0; k < vectors; k++) {
    STORE(sum + k * LANES, s[k]);
    STORE(product + k * LANES, p[k]);
  }
}

static void EK_S(column_sums)(ek_int rows, ek_int columns, const T *x, const T *shift, const T *g,
                              T *sum, T *product) {
  ek_int c = 0;
  for (; c + 4 * LANES <= columns; c += 4 * LANES)
    EK_S(column_sums_strip)(4, LANES, rows, columns, x + c, shift + c, g ? g + c : NULL, sum + c,
                            product + c);
  EK_VECTORS(columns - c, EK_S(column_sums_strip)(1, n, rows, columns, x + c + i, shift + c + i,
                                                  g ? g + c + i : NULL, sum + c + i,
                                                  product + c + i););
}

static void EK_S(column_scale)(ek_int rows, ek_int columns, const T *x, const T *shift,
                               const T *scale, const T *bias, ek_activation activation, T *y) {
#define EK_CASE(name)                                                                       \
  case name:                                                                                \
    for (ek_int r = 0; r < rows; r++, x += columns, y += columns)                           \
      EK_VECTORS(columns, const V v = (LOAD(x + i) - LOAD(shift + i)) * LOAD(scale + i);    \
                 const V u = bias ? v + LOAD(bias + i) : v;                                 \
                 STORE(y + i, EK_S(vector_activate)(name, u)););                            \
    return;
  switch (activation) {
    EK_CASE(EK_NO_ACTIVATION)
    EK_CASE(EK_ACTIVATE_RELU)
    EK_CASE(EK_ACTIVATE_SQUARED_RELU)
    EK_CASE(EK_ACTIVATE_SIGMOID)
    EK_CASE(EK_ACTIVATE_TANH)
    EK_CASE(EK_ACTIVATE_SILU)
    EK_CASE(EK_ACTIVATE_GELU)
    EK_CASE(EK_ACTIVATE_GELU_TANH)
  }
#undef EK_CASE
}

static void EK_S(column_blend)(ek_int rows, ek_int columns, const T *x, const T *shift, const T *g,
                               const T *scale, const T *slope, const T *constant, T *dx) {
  for (ek_int r = 0; r < rows; r++, x += columns, g += columns, dx += columns)
    EK_VECTORS(columns,
               const V v = FMA(LOAD(x + i) - LOAD(shift + i), LOAD(slope + i), LOAD(constant + i));
               STORE(dx + i, FMA(LOAD(g + i), LOAD(scale + i), v)););
}

// MARK: Rotary embedding

static void EK_S(rotary)(ek_int rows, ek_int heads, ek_int dim, bool interleaved, bool inverse,
                         const int32_t *positions, const T *cosine, const T *sine, const T *x,
                         T *y) {
  if (interleaved) {
    EK_PLAIN(ek_rows).rotary(rows, heads, dim, true, inverse, positions, cosine, sine, x, y);
    return;
  }
  const ek_int half = dim / 2;
  for (ek_int r = 0; r < rows; r++) {
    const T *c = cosine + positions[r] * half, *s = sine + positions[r] * half;
    for (ek_int h = 0; h < heads; h++, x += dim, y += dim)
      EK_VECTORS(half, const V a = LOAD(x + i); const V b = LOAD(x + half + i);
                 const V u = LOAD(c + i); const V v = inverse ? -LOAD(s + i) : LOAD(s + i);
                 STORE(y + i, a * u - b * v); STORE(y + half + i, a * v + b * u););
  }
}

const EK_S(ek_rows) EK_TABLE(ek_rows) = {
    EK_S(softmax), EK_S(softmax_causal), EK_S(softmax_gradient), EK_S(log_softmax),
    EK_S(log_softmax_gradient), EK_S(log_sum_exp), EK_S(cross_entropy), EK_S(layer_norm),
    EK_S(rms_norm), EK_S(norm_gradient), EK_S(column_sums), EK_S(column_scale),
    EK_S(column_blend), EK_S(rotary),
};

#undef LOAD_OR
#undef KEEP
