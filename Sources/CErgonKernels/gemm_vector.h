// Products with a few rows on one side, which read a large matrix once and are bound by memory.
// Included after gemm_tile.h, for the same types.
//
// Both take x, `rows` contiguous rows of k numbers, and some columns of the large matrix; the sums
// come out as y[r * y_row + j]. Rows of x are taken MOST_ROWS at a time.

#define MOST_ROWS 4

// y[r][j] += sum over `deep` l of x[r][l] b[l][j], for a vector of columns, whole or `count` long.
INSIDE void NAME(sweep_vector)(const int rows, const int deep, const bool whole, int count,
                               const T *x, ek_int k, const T *b, ek_int ldb, T *y, ek_int y_row) {
#pragma clang fp contract(fast)
  VECTOR sum[MOST_ROWS];
  UNROLLED for (int r = 0; r < rows; r++) sum[r] = NAME(load)(y + r * y_row);
  UNROLLED for (int l = 0; l < deep; l++) {
    const VECTOR v = whole ? NAME(load)(b + l * ldb) : NAME(load_part)(b + l * ldb, count);
    UNROLLED for (int r = 0; r < rows; r++) sum[r] += NAME(all)(x[r * k + l]) * v;
  }
  UNROLLED for (int r = 0; r < rows; r++) NAME(store)(y + r * y_row, sum[r]);
}

// Rows of b are read in order, some at a time, while y stays in the first cache.
INSIDE void NAME(sweep_rows)(const int rows, const int deep, ek_int columns, const T *x, ek_int k,
                             const T *b, ek_int ldb, T *y, ek_int y_row) {
  ek_int j = 0;
  for (; j + LANES <= columns; j += LANES)
    NAME(sweep_vector)(rows, deep, true, LANES, x, k, b + j, ldb, y + j, y_row);
  if (j < columns)
    NAME(sweep_vector)(rows, deep, false, (int)(columns - j), x, k, b + j, ldb, y + j, y_row);
}

INSIDE void NAME(sweep_group)(int rows, const int deep, ek_int columns, const T *x, ek_int k,
                              const T *b, ek_int ldb, T *y, ek_int y_row) {
  for (; rows >= 4; rows -= 4, x += 4 * k, y += 4 * y_row)
    NAME(sweep_rows)(4, deep, columns, x, k, b, ldb, y, y_row);
  switch (rows) {
    case 1: NAME(sweep_rows)(1, deep, columns, x, k, b, ldb, y, y_row); break;
    case 2: NAME(sweep_rows)(2, deep, columns, x, k, b, ldb, y, y_row); break;
    case 3: NAME(sweep_rows)(3, deep, columns, x, k, b, ldb, y, y_row); break;
    default: break;
  }
}

TARGET static void NAME(sweep)(int rows, ek_int columns, ek_int k, const T *x, const T *b,
                               ek_int ldb, T *y, ek_int y_row) {
  ek_int l = 0;
  for (; l + 8 <= k; l += 8)
    NAME(sweep_group)(rows, 8, columns, x + l, k, b + l * ldb, ldb, y, y_row);
  for (; l < k; l++)
    NAME(sweep_group)(rows, 1, columns, x + l, k, b + l * ldb, ldb, y, y_row);
}

INSIDE T NAME(sum_of_lanes)(VECTOR v) {
  EK_ALIGNED T lanes[LANES];
  *(VECTOR *)lanes = v;
  UNROLLED for (int half = LANES / 2; half > 0; half /= 2) {
    UNROLLED for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

// y[r][j] = sum over l of x[r][l] b[j][l]: `many` rows of b at a time.
INSIDE void NAME(dot_rows)(const int rows, const int many, ek_int k, const T *x, const T *b,
                           ek_int ldb, T *y, ek_int y_row) {
#pragma clang fp contract(fast)
  VECTOR sum[MOST_ROWS][8];
  UNROLLED for (int r = 0; r < rows; r++) {
    UNROLLED for (int j = 0; j < many; j++) sum[r][j] = (VECTOR){0};
  }
  ek_int l = 0;
  for (; l + LANES <= k; l += LANES) {
    VECTOR row[MOST_ROWS];
    UNROLLED for (int r = 0; r < rows; r++) row[r] = NAME(load)(x + r * k + l);
    UNROLLED for (int j = 0; j < many; j++) {
      const VECTOR v = NAME(load)(b + j * ldb + l);
      UNROLLED for (int r = 0; r < rows; r++) sum[r][j] += row[r] * v;
    }
  }
  if (l < k) {
    const int count = (int)(k - l);
    UNROLLED for (int j = 0; j < many; j++) {
      const VECTOR v = NAME(load_part)(b + j * ldb + l, count);
      UNROLLED for (int r = 0; r < rows; r++)
        sum[r][j] += NAME(load_part)(x + r * k + l, count) * v;
    }
  }
  UNROLLED for (int r = 0; r < rows; r++) {
    UNROLLED for (int j = 0; j < many; j++) y[r * y_row + j] = NAME(sum_of_lanes)(sum[r][j]);
  }
}

// `rows` may be any number here: a group of rows of b stays in the first cache for all of them.
INSIDE void NAME(dot_group)(int rows, const int many, ek_int k, const T *x, const T *b, ek_int ldb,
                            T *y, ek_int y_row) {
  int r = 0;
  for (; r + 4 <= rows; r += 4)
    NAME(dot_rows)(4, many, k, x + r * k, b, ldb, y + r * y_row, y_row);
  x += r * k, y += r * y_row;
  switch (rows - r) {
    case 1: NAME(dot_rows)(1, many, k, x, b, ldb, y, y_row); break;
    case 2: NAME(dot_rows)(2, many, k, x, b, ldb, y, y_row); break;
    case 3: NAME(dot_rows)(3, many, k, x, b, ldb, y, y_row); break;
    default: break;
  }
}

TARGET static void NAME(dots)(int rows, ek_int columns, ek_int k, const T *x, const T *b,
                              ek_int ldb, T *y, ek_int y_row) {
  ek_int j = 0;
  if (rows == 1)
    for (; j + 8 <= columns; j += 8) NAME(dot_rows)(1, 8, k, x, b + j * ldb, ldb, y + j, y_row);
  for (; j + 4 <= columns; j += 4) NAME(dot_group)(rows, 4, k, x, b + j * ldb, ldb, y + j, y_row);
  for (; j < columns; j++) NAME(dot_group)(rows, 1, k, x, b + j * ldb, ldb, y + j, y_row);
}

const FUNCTIONS NAME(functions) = {NAME(product), NAME(sweep), NAME(dots)};
#undef MOST_ROWS
