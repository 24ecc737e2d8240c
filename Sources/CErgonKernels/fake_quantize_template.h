// Rounding to a few levels, for learning: included once for each instruction set, which the
// compiler then uses for these plain loops. EK_NAME(x) names a function, EK_MARK marks it.

// The greatest |x| as bits, so that a NaN counts as greater than anything.
EK_MARK static uint32_t EK_NAME(greatest)(ek_int count, const float *x) {
  uint32_t greatest = 0;
  for (ek_int i = 0; i < count; i++) {
    uint32_t size = bits_of_float(x[i]) & 0x7FFFFFFF;
    greatest = size > greatest ? size : greatest;
  }
  return greatest;
}

EK_MARK static void EK_NAME(round_row)(ek_int count, const float *x, float scale, float *y) {
  for (ek_int i = 0; i < count; i++) {
    float code = rintf(x[i] * scale);
    code = code > 127 ? 127 : code;
    code = code < -128 ? -128 : code;
    y[i] = code / scale;
  }
}

EK_MARK static void EK_NAME(round_rows)(const void *context, ek_int begin, ek_int end) {
  const ek_round_rows *task = context;
  for (ek_int row = begin; row < end; row++) {
    const float *x = task->x + row * task->columns;
    uint32_t greatest = EK_NAME(greatest)(task->columns, x);
    float size = float_of_bits(greatest);
    float scale = greatest < 0x7F800000 ? 127 / (size > 1e-5f ? size : 1e-5f) : NAN;
    EK_NAME(round_row)(task->columns, x, scale, task->y + row * task->columns);
  }
}

// The sum of |x| of one piece. Sixteen sums side by side, in an order that no instruction set
// changes.
EK_MARK static double EK_NAME(sum_of_sizes)(ek_int count, const float *x) {
  double sums[16] = {0};
  ek_int i = 0;
  for (; i + 16 <= count; i += 16) {
    for (int k = 0; k < 16; k++) sums[k] += fabsf(x[i + k]);
  }
  for (int k = 0; i < count; i++, k++) sums[k] += fabsf(x[i]);
  for (int width = 8; width > 0; width /= 2) {
    for (int k = 0; k < width; k++) sums[k] += sums[k + width];
  }
  return sums[0];
}

EK_MARK static void EK_NAME(trits)(ek_int count, const float *w, float scale, float *y) {
  // The two values that trits have, divided as the definition does it.
  const float unit = 1 / scale;
  for (ek_int i = 0; i < count; i++) {
    float code = rintf(w[i] * scale);
    code = code > 1 ? 1 : code;
    code = code < -1 ? -1 : code;
    y[i] = code * unit;
  }
}

#undef EK_NAME
#undef EK_MARK
