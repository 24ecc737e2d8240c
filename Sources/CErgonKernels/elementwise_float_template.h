// Functions of one variable, their gradients, bias and activation for one floating-point type.
#include "scalar_arithmetic.h"
#include "strided.h"

EK_INLINE void EK_S(unary_line)(ek_unary_op op, ek_int count, const T *x, ek_int step, T *y) {
#define EK_EACH(value)                                       \
  for (ek_int i = 0; i < count; i++) {                       \
    const T v = x[i * step];                                 \
    y[i] = (value);                                          \
  }                                                          \
  return
  switch (op) {
    case EK_NEGATE: EK_EACH(-v);
    case EK_ABS: EK_EACH(EK_S(fabs)(v));
    case EK_SIGN: EK_EACH(EK_S(sign)(v));
    case EK_SQUARE: EK_EACH(v * v);
    case EK_SQRT: EK_EACH(EK_S(sqrt)(v));
    case EK_RSQRT: EK_EACH(1 / EK_S(sqrt)(v));
    case EK_RECIPROCAL: EK_EACH(1 / v);
    case EK_EXP: EK_EACH(EK_S(exp)(v));
    case EK_EXPM1: EK_EACH(EK_S(expm1)(v));
    case EK_LOG: EK_EACH(EK_S(log)(v));
    case EK_LOG1P: EK_EACH(EK_S(log1p)(v));
    case EK_SIN: EK_EACH(EK_S(sin)(v));
    case EK_COS: EK_EACH(EK_S(cos)(v));
    case EK_TAN: EK_EACH(EK_S(tan)(v));
    case EK_ASIN: EK_EACH(EK_S(asin)(v));
    case EK_ACOS: EK_EACH(EK_S(acos)(v));
    case EK_ATAN: EK_EACH(EK_S(atan)(v));
    case EK_SINH: EK_EACH(EK_S(sinh)(v));
    case EK_COSH: EK_EACH(EK_S(cosh)(v));
    case EK_TANH: EK_EACH(EK_S(tanh)(v));
    case EK_ERF: EK_EACH(EK_S(erf)(v));
    case EK_SIGMOID: EK_EACH(EK_S(sigmoid)(v));
    case EK_SOFTPLUS: EK_EACH(EK_S(softplus)(v));
    case EK_RELU: EK_EACH(EK_S(relu)(v));
    case EK_SQUARED_RELU: EK_EACH(EK_S(squared_relu)(v));
    case EK_SILU: EK_EACH(EK_S(silu)(v));
    case EK_GELU: EK_EACH(EK_S(gelu)(v));
    case EK_GELU_TANH: EK_EACH(EK_S(gelu_tanh)(v));
    case EK_FLOOR: EK_EACH(EK_S(floor)(v));
    case EK_CEIL: EK_EACH(EK_S(ceil)(v));
    case EK_ROUND: EK_EACH(EK_S(rint)(v));
    case EK_COPY: EK_EACH(v);
  }
#undef EK_EACH
}

void EK_S(ek_unary_flat)(ek_unary_op op, ek_int count, const T *x, T *y) {
  EK_S(unary_line)(op, count, x, 1, y);
}

void EK_S(ek_unary)(ek_unary_op op, ek_int rank, const ek_int *shape, const ek_int *xs,
                    const T *x, T *y) {
  ek_walk walk;
  ek_walk_begin(&walk, rank, shape, 1, (const ek_int *const[]){xs});
  const ek_int length = walk.length, step = walk.step[0];
  for (ek_int run = 0; run < walk.runs; run++, ek_walk_next(&walk), y += length) {
    const T *line = x + walk.offset[0];
    if (step == 1) EK_S(ek_unary_flat)(op, length, line, y);
    else EK_S(unary_line)(op, length, line, step, y);
  }
}

void EK_S(ek_unary_gradient)(ek_unary_op op, ek_int count, const T *x, const T *y, const T *g,
                             T *out) {
#define EK_EACH(slope)                                       \
  for (ek_int i = 0; i < count; i++) out[i] = g[i] * (slope); \
  return
  switch (op) {
    case EK_NEGATE: EK_EACH(-1);
    case EK_ABS: EK_EACH(EK_S(sign)(x[i]));
    case EK_SQUARE: EK_EACH(2 * x[i]);
    case EK_SQRT: EK_EACH((T)0.5 / y[i]);
    case EK_RSQRT: EK_EACH((T)-0.5 * y[i] * y[i] * y[i]);
    case EK_RECIPROCAL: EK_EACH(-y[i] * y[i]);
    case EK_EXP: EK_EACH(y[i]);
    case EK_EXPM1: EK_EACH(EK_S(exp)(x[i]));
    case EK_LOG: EK_EACH(1 / x[i]);
    case EK_LOG1P: EK_EACH(1 / (1 + x[i]));
    case EK_SIN: EK_EACH(EK_S(cos)(x[i]));
    case EK_COS: EK_EACH(-EK_S(sin)(x[i]));
    case EK_TAN: EK_EACH(1 + EK_S(tan)(x[i]) * EK_S(tan)(x[i]));
    case EK_ASIN: EK_EACH(1 / EK_S(sqrt)((1 - x[i]) * (1 + x[i])));
    case EK_ACOS: EK_EACH(-1 / EK_S(sqrt)((1 - x[i]) * (1 + x[i])));
    case EK_ATAN: EK_EACH(1 / (1 + x[i] * x[i]));
    case EK_SINH: EK_EACH(EK_S(cosh)(x[i]));
    case EK_COSH: EK_EACH(EK_S(sinh)(x[i]));
    case EK_TANH: EK_EACH((1 - y[i]) * (1 + y[i]));
    case EK_ERF: EK_EACH((T)M_2_SQRTPI * EK_S(exp)(-x[i] * x[i]));
    case EK_SIGMOID: EK_EACH(y[i] * (1 - y[i]));
    case EK_SOFTPLUS: EK_EACH(EK_S(sigmoid)(x[i]));
    case EK_RELU: EK_EACH(y[i] > 0 ? 1 : 0);
    case EK_SQUARED_RELU: EK_EACH(2 * EK_S(relu)(x[i]));
    case EK_SILU: EK_EACH(EK_S(silu_slope)(x[i]));
    case EK_GELU: EK_EACH(EK_S(gelu_slope)(x[i]));
    case EK_GELU_TANH: EK_EACH(EK_S(gelu_tanh_slope)(x[i]));
    case EK_SIGN:
    case EK_FLOOR:
    case EK_CEIL:
    case EK_ROUND: EK_EACH(0);
    case EK_COPY: EK_EACH(1);
  }
#undef EK_EACH
}

void EK_S(ek_axpy)(ek_int count, T scale, const T *x, T *y) {
  for (ek_int i = 0; i < count; i++) y[i] += scale * x[i];
}

// By halves, as the sums.
T EK_S(ek_dot)(ek_int count, const T *a, const T *b) {
  if (count > 128) {
    const ek_int half = (count / 2 + 127) / 128 * 128;
    return EK_S(ek_dot)(half, a, b) + EK_S(ek_dot)(count - half, a + half, b + half);
  }
  T sum = 0;
  for (ek_int i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

void EK_S(ek_bias_activation)(ek_int rows, ek_int columns, const T *x, const T *bias,
                              ek_activation activation, T *y) {
  for (ek_int r = 0; r < rows; r++, x += columns, y += columns)
    for (ek_int c = 0; c < columns; c++)
      y[c] = EK_S(activate)(activation, bias ? x[c] + bias[c] : x[c]);
}

// The derivative of an activation; x may be null where y is enough.
EK_INLINE T EK_S(activation_slope)(ek_activation activation, const T *x, const T *y, ek_int i) {
  switch (activation) {
    case EK_NO_ACTIVATION: return 1;
    case EK_ACTIVATE_RELU: return y[i] > 0 ? 1 : 0;
    case EK_ACTIVATE_SQUARED_RELU: return 2 * EK_S(sqrt)(y[i]);
    case EK_ACTIVATE_SIGMOID: return y[i] * (1 - y[i]);
    case EK_ACTIVATE_TANH: return (1 - y[i]) * (1 + y[i]);
    case EK_ACTIVATE_SILU: return EK_S(silu_slope)(x[i]);
    case EK_ACTIVATE_GELU: return EK_S(gelu_slope)(x[i]);
    case EK_ACTIVATE_GELU_TANH: return EK_S(gelu_tanh_slope)(x[i]);
  }
  return 1;
}

void EK_S(ek_bias_activation_gradient)(ek_int rows, ek_int columns, const T *x, const T *y,
                                       const T *g, ek_activation activation, T *dx,
                                       T *bias_gradient) {
  for (ek_int i = 0; i < rows * columns; i++)
    dx[i] = g[i] * EK_S(activation_slope)(activation, x, y, i);
  if (bias_gradient) EK_S(ek_reduce)(EK_SUM, 1, rows, columns, dx, bias_gradient);
}
