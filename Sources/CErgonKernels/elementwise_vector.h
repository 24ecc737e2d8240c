// Elementwise kernels on contiguous vectors for one floating-point type and one instruction set.
#include "elementwise.h"

static void EK_S(unary)(ek_unary_op op, ek_int count, const T *x, T *y) {
#define EK_EACH(value)                                              \
  EK_VECTORS(count, const V v = LOAD(x + i); STORE(y + i, value);); \
  return
  switch (op) {
    case EK_NEGATE: EK_EACH(-v);
    case EK_ABS: EK_EACH(EK_S(size)(v));
    case EK_SIGN: EK_EACH(v > 0 ? ALL(1) : v < 0 ? ALL(-1) : v);
    case EK_SQUARE: EK_EACH(v * v);
    case EK_SQRT: EK_EACH(EK_S(root)(v));
    case EK_RSQRT: EK_EACH(1 / EK_S(root)(v));
    case EK_RECIPROCAL: EK_EACH(1 / v);
    case EK_EXP: EK_EACH(EK_S(vector_exp)(v));
    case EK_EXPM1: EK_EACH(EK_S(vector_expm1)(v));
    case EK_LOG: EK_EACH(EK_S(vector_log)(v));
    case EK_LOG1P: EK_EACH(EK_S(vector_log1p)(v));
    case EK_SIN: EK_EACH(EK_S(vector_sin)(v));
    case EK_COS: EK_EACH(EK_S(vector_cos)(v));
    case EK_TANH: EK_EACH(EK_S(vector_tanh)(v));
    case EK_ERF: EK_EACH(EK_S(vector_erf)(v));
    case EK_SIGMOID: EK_EACH(EK_S(vector_sigmoid)(v));
    case EK_SOFTPLUS: EK_EACH(EK_S(vector_softplus)(v));
    case EK_RELU: EK_EACH(EK_S(vector_relu)(v));
    case EK_SQUARED_RELU: EK_EACH(EK_S(vector_relu)(v) * EK_S(vector_relu)(v));
    case EK_SILU: EK_EACH(v * EK_S(vector_sigmoid)(v));
    case EK_GELU: EK_EACH(EK_S(vector_gelu)(v));
    case EK_GELU_TANH: EK_EACH(v * EK_S(gelu_tanh_gate)(v));
    case EK_FLOOR: EK_EACH(__builtin_elementwise_floor(v));
    case EK_CEIL: EK_EACH(__builtin_elementwise_ceil(v));
    case EK_ROUND: EK_EACH(EK_S(nearest)(v));
    case EK_COPY: EK_EACH(v);
    case EK_TAN:
    case EK_ASIN:
    case EK_ACOS:
    case EK_ATAN:
    case EK_SINH:
    case EK_COSH: EK_PLAIN(ek_elementwise).unary(op, count, x, y);
  }
#undef EK_EACH
}

// Reads of x and y only where the derivative needs them.
static void EK_S(unary_gradient)(ek_unary_op op, ek_int count, const T *x, const T *y, const T *g,
                                 T *out) {
#define EK_EACH(from, value)                                                              \
  EK_VECTORS(count, const V v = LOAD(from + i), d = LOAD(g + i); STORE(out + i, value);); \
  return
  switch (op) {
    case EK_NEGATE: EK_S(unary)(EK_NEGATE, count, g, out); return;
    case EK_ABS: EK_EACH(x, d * (v > 0 ? ALL(1) : v < 0 ? ALL(-1) : v));
    case EK_SQUARE: EK_EACH(x, d * (v + v));
    case EK_SQRT: EK_EACH(y, d * (ALL(0.5) / v));
    case EK_RSQRT: EK_EACH(y, d * (v * v * v * (T)-0.5));
    case EK_RECIPROCAL: EK_EACH(y, d * (-v * v));
    case EK_EXP: EK_EACH(y, d * v);
    case EK_EXPM1: EK_EACH(x, d * EK_S(vector_exp)(v));
    case EK_LOG: EK_EACH(x, d * (1 / v));
    case EK_LOG1P: EK_EACH(x, d * (1 / (v + 1)));
    case EK_SIN: EK_EACH(x, d * EK_S(vector_cos)(v));
    case EK_COS: EK_EACH(x, d * -EK_S(vector_sin)(v));
    case EK_TANH: EK_EACH(y, d * ((1 - v) * (1 + v)));
    case EK_ERF: EK_EACH(x, d * (EK_S(vector_exp)(-v * v) * (T)M_2_SQRTPI));
    case EK_SIGMOID: EK_EACH(y, d * (v * (1 - v)));
    case EK_SOFTPLUS: EK_EACH(x, d * EK_S(vector_sigmoid)(v));
    case EK_RELU: EK_EACH(y, d * (v > 0 ? ALL(1) : ALL(0)));
    case EK_SQUARED_RELU: EK_EACH(x, d * (EK_S(vector_relu)(v) * 2));
    case EK_SILU: EK_EACH(x, d * EK_S(vector_silu_slope)(v));
    case EK_GELU: EK_EACH(x, d * EK_S(vector_gelu_slope)(v));
    case EK_GELU_TANH: EK_EACH(x, d * EK_S(vector_gelu_tanh_slope)(v));
    case EK_COPY: EK_S(unary)(EK_COPY, count, g, out); return;
    case EK_SIGN:
    case EK_FLOOR:
    case EK_CEIL:
    case EK_ROUND:
    case EK_TAN:
    case EK_ASIN:
    case EK_ACOS:
    case EK_ATAN:
    case EK_SINH:
    case EK_COSH: EK_PLAIN(ek_elementwise).unary_gradient(op, count, x, y, g, out);
  }
#undef EK_EACH
}

// Inlined three times: both sides arrays, or either a number.
EK_INLINE bool EK_S(binary_lines)(ek_binary_op op, ek_int count, const T *a, bool a_varies,
                                  const T *b, bool b_varies, T *y) {
  const V a_all = ALL(a_varies ? 0 : *a), b_all = ALL(b_varies ? 0 : *b);
#define EK_EACH(value)                                                          \
  EK_VECTORS(count, const V u = a_varies ? LOAD(a + i) : a_all;                 \
             const V v = b_varies ? LOAD(b + i) : b_all; STORE(y + i, value);); \
  return true
  switch (op) {
    case EK_ADD: EK_EACH(u + v);
    case EK_SUBTRACT: EK_EACH(u - v);
    case EK_MULTIPLY: EK_EACH(u * v);
    case EK_DIVIDE: EK_EACH(u / v);
    case EK_MINIMUM: EK_EACH(((u < v) | (u != u)) ? u : v);
    case EK_MAXIMUM: EK_EACH(((u > v) | (u != u)) ? u : v);
    case EK_POWER:
    case EK_ATAN2:
    case EK_REMAINDER: return false;
  }
#undef EK_EACH
  return false;
}

static void EK_S(binary)(ek_binary_op op, ek_int count, const T *a, const T *b, T *y) {
  if (!EK_S(binary_lines)(op, count, a, true, b, true, y))
    EK_PLAIN(ek_elementwise).binary(op, count, a, b, y);
}

static void EK_S(binary_scalar)(ek_binary_op op, bool reversed, ek_int count, const T *a, T scalar,
                                T *y) {
  // A square is worth more than a call of the library for each element, and no less exact.
  if (op == EK_POWER && !reversed && scalar == 2) {
    EK_S(binary_lines)(EK_MULTIPLY, count, a, true, a, true, y);
    return;
  }
  const bool done = reversed ? EK_S(binary_lines)(op, count, &scalar, false, a, true, y)
                             : EK_S(binary_lines)(op, count, a, true, &scalar, false, y);
  if (!done) EK_PLAIN(ek_elementwise).binary_scalar(op, reversed, count, a, scalar, y);
}

static void EK_S(axpy)(ek_int count, T scale, const T *x, T *y) {
  EK_VECTORS(count, STORE(y + i, FMA(ALL(scale), LOAD(x + i), LOAD(y + i))););
}

// Four running sums over at most 1,024 elements; longer lines by halves.
static T EK_S(dot)(ek_int count, const T *a, const T *b) {
  if (count > 1024) {
    const ek_int half = (count / 2 + 1023) / 1024 * 1024;
    return EK_S(dot)(half, a, b) + EK_S(dot)(count - half, a + half, b + half);
  }
  V sum[4] = {0, 0, 0, 0};
  ek_int i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES)
    for (int k = 0; k < 4; k++)
      sum[k] = FMA(EK_S(load)(a + i + k * LANES), EK_S(load)(b + i + k * LANES), sum[k]);
  a += i;
  b += i;
  EK_VECTORS(count - i, sum[0] = FMA(LOAD(a + i), LOAD(b + i), sum[0]););
  return EK_S(sum_across)((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

static void EK_S(bias_activation)(ek_int rows, ek_int columns, const T *x, const T *bias,
                                  ek_activation activation, T *y) {
  if (!bias) {
    columns *= rows;
    rows = 1;
  }
  // Few columns leave lanes empty: as many rows as there are lanes, end to end, fill vectors.
  if (columns < LANES && rows >= 4 * LANES) {
    T repeated[LANES * LANES];
    const ek_int wide = LANES * columns, taken = rows / LANES * LANES;
    for (ek_int i = 0; i < wide; i++) repeated[i] = bias[i % columns];
    EK_S(bias_activation)(rows / LANES, wide, x, repeated, activation, y);
    rows -= taken;
    x += taken * columns;
    y += taken * columns;
  }
#define EK_CASE(name)                                                                     \
  case name:                                                                              \
    for (ek_int r = 0; r < rows; r++, x += columns, y += columns)                         \
      EK_VECTORS(columns, V v = LOAD(x + i); if (bias) v += LOAD(bias + i);               \
                 STORE(y + i, EK_S(vector_activate)(name, v)););                          \
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

static void EK_S(activation_gradient)(ek_activation activation, ek_int count, const T *x,
                                      const T *y, const T *g, T *dx) {
#define EK_EACH(from, value)                                                             \
  EK_VECTORS(count, const V v = LOAD(from + i), d = LOAD(g + i); STORE(dx + i, value);); \
  return
  switch (activation) {
    case EK_NO_ACTIVATION: EK_S(unary)(EK_COPY, count, g, dx); return;
    case EK_ACTIVATE_RELU: EK_EACH(y, d * (v > 0 ? ALL(1) : ALL(0)));
    case EK_ACTIVATE_SQUARED_RELU: EK_EACH(y, d * (EK_S(root)(v) * 2));
    case EK_ACTIVATE_SIGMOID: EK_EACH(y, d * (v * (1 - v)));
    case EK_ACTIVATE_TANH: EK_EACH(y, d * ((1 - v) * (1 + v)));
    case EK_ACTIVATE_SILU: EK_EACH(x, d * EK_S(vector_silu_slope)(v));
    case EK_ACTIVATE_GELU: EK_EACH(x, d * EK_S(vector_gelu_slope)(v));
    case EK_ACTIVATE_GELU_TANH: EK_EACH(x, d * EK_S(vector_gelu_tanh_slope)(v));
  }
#undef EK_EACH
}

const EK_S(ek_elementwise) EK_TABLE(ek_elementwise) = {
    EK_S(unary), EK_S(unary_gradient), EK_S(binary), EK_S(binary_scalar), EK_S(axpy), EK_S(dot),
    EK_S(bias_activation), EK_S(activation_gradient),
};
