// Reductions for one floating-point type and one instruction set. Sums run in several lanes and
// registers over blocks, and the blocks are added in pairs, pairs of pairs and so on.
#include "reduce.h"

EK_INLINE T EK_S(reduce_start)(ek_reduce_op op) {
  switch (op) {
    case EK_SUM:
    case EK_SUM_OF_SQUARES: return 0;
    case EK_PRODUCT: return 1;
    case EK_MIN: return (T)INFINITY;
    case EK_MAX: return -(T)INFINITY;
  }
  return 0;
}

// A NaN in x replaces the extreme, and no comparison replaces a NaN.
EK_INLINE V EK_S(reduce_step)(ek_reduce_op op, V sum, V x) {
  switch (op) {
    case EK_SUM: return sum + x;
    case EK_PRODUCT: return sum * x;
    case EK_MIN: return ((x < sum) | (x != x)) ? x : sum;
    case EK_MAX: return ((x > sum) | (x != x)) ? x : sum;
    case EK_SUM_OF_SQUARES: return FMA(x, x, sum);
  }
  return sum;
}

EK_INLINE T EK_S(reduce_across)(ek_reduce_op op, V v) {
  switch (op) {
    case EK_SUM:
    case EK_SUM_OF_SQUARES: return EK_S(sum_across)(v);
    case EK_PRODUCT: return EK_S(product_across)(v);
    case EK_MIN: return EK_S(least_across)(v);
    case EK_MAX: return EK_S(greatest_across)(v);
  }
  return v[0];
}

EK_INLINE T EK_S(line_block)(ek_reduce_op op, ek_int count, const T *x) {
  const V start = ALL(EK_S(reduce_start)(op));
  V sum[4] = {start, start, start, start};
  ek_int done = 0;
  for (; done + 4 * LANES <= count; done += 4 * LANES)
    for (int k = 0; k < 4; k++)
      sum[k] = EK_S(reduce_step)(op, sum[k], EK_S(load)(x + done + k * LANES));
  x += done;
  EK_VECTORS(count - done,
             const V v = n == LANES ? LOAD(x + i) : EK_S(first)(n) ? LOAD(x + i) : start;
             sum[0] = EK_S(reduce_step)(op, sum[0], v););
  const ek_reduce_op join = ek_joining(op);
  return EK_S(reduce_across)(op, EK_S(reduce_step)(join, EK_S(reduce_step)(join, sum[0], sum[1]),
                                                   EK_S(reduce_step)(join, sum[2], sum[3])));
}

static T EK_S(line)(ek_reduce_op op, ek_int count, const T *x) {
  enum { block = 2048 };
  if (count > block) {
    const ek_int half = (count / 2 + block - 1) / block * block;
    const T parts[2] = {EK_S(line)(op, half, x), EK_S(line)(op, count - half, x + half)};
    return EK_S(line)(ek_joining(op), 2, parts);
  }
  switch (op) {
    case EK_SUM: return EK_S(line_block)(EK_SUM, count, x);
    case EK_PRODUCT: return EK_S(line_block)(EK_PRODUCT, count, x);
    case EK_MIN: return EK_S(line_block)(EK_MIN, count, x);
    case EK_MAX: return EK_S(line_block)(EK_MAX, count, x);
    case EK_SUM_OF_SQUARES: return EK_S(line_block)(EK_SUM_OF_SQUARES, count, x);
  }
  return 0;
}

// `vectors` vectors of columns side by side, of the last n lanes. The blocks of 64 rows are joined
// as a binary counter carries: level k of the stack holds 2^k blocks.
EK_INLINE void EK_S(column_strip)(ek_reduce_op op, const int vectors, ek_int n, ek_int rows,
                                  ek_int stride, const T *x, T *y) {
  enum { most = 8, block = 64, levels = 56 };
  const V start = ALL(EK_S(reduce_start)(op));
  const ek_reduce_op join = ek_joining(op);
  V stack[levels][most], sum[most];
  ek_int blocks = 0;
  for (ek_int row = 0; row < rows || blocks == 0; row += block) {
    for (int k = 0; k < vectors; k++) sum[k] = start;
    const ek_int end = ek_least(rows, row + block);
    for (ek_int r = row; r < end; r++)
      for (int k = 0; k < vectors; k++)
        sum[k] = EK_S(reduce_step)(op, sum[k], LOAD(x + r * stride + k * LANES));
    blocks++;
    int level = 0;
    for (ek_int carry = blocks; !(carry & 1); carry >>= 1, level++)
      for (int k = 0; k < vectors; k++)
        sum[k] = EK_S(reduce_step)(join, stack[level][k], sum[k]);
    for (int k = 0; k < vectors; k++) stack[level][k] = sum[k];
  }
  // What remains at lower levels was added later.
  int level = 0;
  while (!(blocks >> level & 1)) level++;
  for (int k = 0; k < vectors; k++) sum[k] = stack[level][k];
  for (level++; blocks >> level; level++)
    if (blocks >> level & 1)
      for (int k = 0; k < vectors; k++)
        sum[k] = EK_S(reduce_step)(join, stack[level][k], sum[k]);
  for (int k = 0; k < vectors; k++) STORE(y + k * LANES, sum[k]);
}

EK_INLINE void EK_S(columns_of)(ek_reduce_op op, ek_int rows, ek_int columns, ek_int stride,
                                const T *x, T *y) {
  ek_int c = 0;
  for (; c + 8 * LANES <= columns; c += 8 * LANES)
    EK_S(column_strip)(op, 8, LANES, rows, stride, x + c, y + c);
  for (; c + 2 * LANES <= columns; c += 2 * LANES)
    EK_S(column_strip)(op, 2, LANES, rows, stride, x + c, y + c);
  EK_VECTORS(columns - c, EK_S(column_strip)(op, 1, n, rows, stride, x + c + i, y + c + i););
}

static void EK_S(columns)(ek_reduce_op op, ek_int rows, ek_int columns, ek_int stride, const T *x,
                          T *y) {
  // Few columns leave lanes empty: as many rows as there are lanes, end to end, fill vectors.
  if (columns < LANES && stride == columns && rows >= 4 * LANES) {
    T parts[(LANES + 1) * LANES];
    const ek_int wide = LANES * columns, taken = rows / LANES * LANES;
    EK_S(columns)(op, rows / LANES, wide, wide, x, parts);
    EK_S(columns)(op, rows - taken, columns, columns, x + taken * columns, parts + wide);
    EK_S(columns)(ek_joining(op), LANES + 1, columns, columns, parts, y);
    return;
  }
  switch (op) {
    case EK_SUM: EK_S(columns_of)(EK_SUM, rows, columns, stride, x, y); return;
    case EK_PRODUCT: EK_S(columns_of)(EK_PRODUCT, rows, columns, stride, x, y); return;
    case EK_MIN: EK_S(columns_of)(EK_MIN, rows, columns, stride, x, y); return;
    case EK_MAX: EK_S(columns_of)(EK_MAX, rows, columns, stride, x, y); return;
    case EK_SUM_OF_SQUARES:
      EK_S(columns_of)(EK_SUM_OF_SQUARES, rows, columns, stride, x, y);
      return;
  }
}

const EK_S(ek_reductions) EK_TABLE(ek_reductions) = {EK_S(line), EK_S(columns)};
