// The plain twins of the elementwise kernels for one floating-point type.
#include "elementwise.h"
#include "elementwise_line.h"

static void EK_S(unary)(ek_unary_op op, ek_int count, const T *x, T *y) {
#define EK_EACH(value)                                       \
  for (ek_int i = 0; i < count; i++) {                       \
    const T v = x[i];                                 \
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

static void EK_S(unary_gradient)(ek_unary_op op, ek_int count, const T *x, const T *y, const T *g,
                                 T *out) {
#define EK_EACH(slope)                                        \
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

static void EK_S(binary)(ek_binary_op op, ek_int count, const T *a, const T *b, T *y) {
  EK_S(binary_line)(op, count, a, 1, b, 1, y);
}

static void EK_S(binary_scalar)(ek_binary_op op, bool reversed, ek_int count, const T *a, T scalar,
                                T *y) {
  if (reversed) EK_S(binary_line)(op, count, &scalar, 0, a, 1, y);
  else EK_S(binary_line)(op, count, a, 1, &scalar, 0, y);
}

static void EK_S(axpy)(ek_int count, T scale, const T *x, T *y) {
  for (ek_int i = 0; i < count; i++) y[i] += scale * x[i];
}

// By halves, as the sums.
static T EK_S(dot)(ek_int count, const T *a, const T *b) {
  if (count > 32) {
    const ek_int half = (count / 2 + 31) / 32 * 32;
    return EK_S(dot)(half, a, b) + EK_S(dot)(count - half, a + half, b + half);
  }
  T sum = 0;
  for (ek_int i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

static void EK_S(bias_activation)(ek_int rows, ek_int columns, const T *x, const T *bias,
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

static void EK_S(activation_gradient)(ek_activation activation, ek_int count, const T *x,
                                      const T *y, const T *g, T *dx) {
  for (ek_int i = 0; i < count; i++) dx[i] = g[i] * EK_S(activation_slope)(activation, x, y, i);
}

const EK_S(ek_elementwise) EK_TABLE(ek_elementwise) = {
    EK_S(unary), EK_S(unary_gradient), EK_S(binary), EK_S(binary_scalar), EK_S(axpy), EK_S(dot),
    EK_S(bias_activation), EK_S(activation_gradient),
};
