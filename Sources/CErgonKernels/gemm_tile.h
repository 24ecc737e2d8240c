// Matrix products on one thread, for one element type and one instruction set: included once for
// each by the gemm_<isa>.c files, which define
//   T, PRODUCT      the element type and the product's description
//   NAME(x)         the name of x here
//   TARGET          the attribute of the functions
//   VECTOR_BYTES    the width of a vector register
//   TILE_ROWS       rows and
//   TILE_VECTORS    vectors of columns of C that stay in registers over the whole of k
//   EACH_ROW_COUNT(X), EACH_VECTOR_COUNT(X, ...)   X for each number from 1 to these
//   ZIP_LOW(v, w), ZIP_HIGH(v, w)   the lanes of two vectors in turn, lower and upper half
//   NAME(load_part)(p, n), NAME(store_part)(p, v, n)   the first n lanes, 1 <= n <= LANES
//   HAS_MASKS       load_part is fit for an inner loop
//   MASKS_ARE_FREE  load_part and store_part cost no more than whole vectors
//
// The product is cut as usual: B into blocks of `depth` rows and `wide` columns that are packed
// into panels as wide as a tile, A into blocks of `high` rows packed into tiles, so that the inner
// loop reads both in order. An operand used too rarely to repay packing is read in place: the inner
// loop takes any step from one k to the next. Every element of C is one chain of additions over k
// in order, however the product was cut, so that neither cuts nor threads change a bit.

#define LANES ((int)(VECTOR_BYTES / sizeof(T)))
#define TILE_COLUMNS (TILE_VECTORS * LANES)

typedef T NAME(vector) __attribute__((vector_size(VECTOR_BYTES)));
typedef T NAME(loose) __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(T)), may_alias));

// Vectors in a cache line.
#define LINE_VECTORS (VECTOR_BYTES < 64 ? 64 / VECTOR_BYTES : 1)

// Columns of B that are packed together, a whole number of panels.
#define TOGETHER (128 / TILE_COLUMNS * TILE_COLUMNS)

#define VECTOR NAME(vector)
#define INSIDE TARGET EK_INLINE
#define UNROLLED _Pragma("clang loop unroll(full)")

INSIDE VECTOR NAME(load)(const T *p) { return *(const NAME(loose) *)p; }
INSIDE void NAME(store)(T *p, VECTOR v) { *(NAME(loose) *)p = v; }
INSIDE VECTOR NAME(all)(T x) { return x - (VECTOR){0}; }

// MARK: The tile

// c[0 ..< rows][0 ..< columns] = start + A B, where start is c itself or the bias.
typedef struct {
  ek_int k;
  const T *a;
  ek_int a_row, a_step;  // a(i, l) is a[i * a_row + l * a_step]
  const T *b;
  ek_int b_step;         // b(l, j) is b[l * b_step + j]
  T *c;
  const T *next_c;       // the tile that comes next, fetched ahead
  ek_int c_row;
  const T *bias;         // read where c is not: TILE_COLUMNS numbers, if only zeros
  int columns;
  bool b_is_whole;       // B may be read to the end of the last vector
  bool accumulate, relu;
} NAME(tile);

// Vector j of a line of B or C.
INSIDE VECTOR NAME(line_vector)(const T *b, int j, int vectors, bool whole, int rest) {
  const T *p = b + j * LANES;
  return whole || j < vectors - 1 ? NAME(load)(p) : NAME(load_part)(p, rest);
}

// sum += A B. Constants at every call: `rows`, `vectors`, `whole` (B can be read to the end of the
// last vector) and `close` (the rows of a column of A are neighbours).
INSIDE void NAME(multiply)(const NAME(tile) *t, VECTOR sum[TILE_ROWS][TILE_VECTORS],
                           const int rows, const int vectors, const bool whole, const bool close) {
#pragma clang fp contract(fast)
  const int rest = t->columns - (vectors - 1) * LANES;
  const ek_int a_row = close ? 1 : t->a_row, a_step = close ? t->a_step : 1, b_step = t->b_step;
  const T *a = t->a, *b = t->b;
  for (ek_int l = 0; l < t->k; l++) {
    VECTOR row[TILE_VECTORS];
    UNROLLED for (int j = 0; j < vectors; j++)
      row[j] = NAME(line_vector)(b, j, vectors, whole, rest);
    __builtin_prefetch(b + 8 * b_step);
    UNROLLED for (int i = 0; i < rows; i++) {
      const VECTOR x = NAME(all)(a[i * a_row]);
      UNROLLED for (int j = 0; j < vectors; j++) sum[i][j] += x * row[j];
    }
    a += a_step, b += b_step;
  }
}

INSIDE void NAME(run_tile)(const NAME(tile) *t, const int rows, const int vectors,
                           const bool close) {
  VECTOR sum[TILE_ROWS][TILE_VECTORS];
  const int rest = t->columns - (vectors - 1) * LANES;
  T *c = t->c;
  UNROLLED for (int i = 0; i < rows; i++) {
    UNROLLED for (int j = 0; j < vectors; j += LINE_VECTORS)
      __builtin_prefetch(t->next_c + i * t->c_row + j * LANES, 1);
  }
  if (t->accumulate) {
    UNROLLED for (int i = 0; i < rows; i++) {
      UNROLLED for (int j = 0; j < vectors; j++)
        sum[i][j] = NAME(line_vector)(c + i * t->c_row, j, vectors, false, rest);
    }
  } else {
    UNROLLED for (int j = 0; j < vectors; j++) {
      const VECTOR bias = NAME(load)(t->bias + j * LANES);
      UNROLLED for (int i = 0; i < rows; i++) sum[i][j] = bias;
    }
  }
  if (!MASKS_ARE_FREE && t->b_is_whole) NAME(multiply)(t, sum, rows, vectors, true, close);
  else if (HAS_MASKS) NAME(multiply)(t, sum, rows, vectors, false, close);
  if (t->relu) {
    const VECTOR zero = {0};
    typedef __typeof__(zero < zero) lane_mask;
    UNROLLED for (int i = 0; i < rows; i++) {
      UNROLLED for (int j = 0; j < vectors; j++)
        sum[i][j] = (VECTOR)((lane_mask)sum[i][j] & ~(sum[i][j] < zero));  // Keeps NaN.
    }
  }
  UNROLLED for (int i = 0; i < rows; i++) {
    UNROLLED for (int j = 0; j < vectors; j++) {
      T *to = c + i * t->c_row + j * LANES;
      if (j < vectors - 1 || (!MASKS_ARE_FREE && rest == LANES)) NAME(store)(to, sum[i][j]);
      else NAME(store_part)(to, sum[i][j], rest);
    }
  }
}

typedef void (*NAME(tile_function))(const NAME(tile) *);

#define TILE_FUNCTION(ROWS, VECTORS, CLOSE)                                          \
  TARGET static void NAME(tile_##ROWS##_##VECTORS##_##CLOSE)(const NAME(tile) * t) { \
    NAME(run_tile)(t, ROWS, VECTORS, CLOSE);                                         \
  }
#define TILE_FUNCTIONS(ROWS) \
  EACH_VECTOR_COUNT(TILE_FUNCTION, ROWS, 0) EACH_VECTOR_COUNT(TILE_FUNCTION, ROWS, 1)
EACH_ROW_COUNT(TILE_FUNCTIONS)

#define TILE_ENTRY(ROWS, VECTORS, CLOSE) NAME(tile_##ROWS##_##VECTORS##_##CLOSE),
#define TILE_ENTRIES(ROWS)                   \
  {{EACH_VECTOR_COUNT(TILE_ENTRY, ROWS, 0)}, \
   {EACH_VECTOR_COUNT(TILE_ENTRY, ROWS, 1)}},
// [rows - 1][close][vectors - 1]
static const NAME(tile_function) NAME(tiles)[TILE_ROWS][2][TILE_VECTORS] = {
    EACH_ROW_COUNT(TILE_ENTRIES)};

// MARK: Packing

// Turns LANES vectors read along one axis into LANES vectors along the other.
INSIDE void NAME(transpose)(VECTOR v[LANES]) {
  UNROLLED for (int half = 1; half < LANES; half *= 2) {
    VECTOR w[LANES];
    UNROLLED for (int i = 0; i < LANES / 2; i++) {
      w[2 * i] = ZIP_LOW(v[i], v[i + LANES / 2]);
      w[2 * i + 1] = ZIP_HIGH(v[i], v[i + LANES / 2]);
    }
    UNROLLED for (int i = 0; i < LANES; i++) v[i] = w[i];
  }
}

// to[l * to_step + j] = scale * from[j * from_row + l] for j < count <= LANES, l < k. Where `spill`
// is set what lies behind the last j is overwritten too, up to LANES numbers, in the order of l.
TARGET static void NAME(pack_across)(ek_int k, int count, T scale, const T *from, ek_int from_row,
                                     T *to, ek_int to_step, bool spill) {
  for (ek_int l = 0; l < k; l += LANES) {
    const int deep = (int)ek_least(LANES, k - l);
    VECTOR v[LANES];
    UNROLLED for (int j = 0; j < LANES; j++) {
      const T *x = from + j * from_row + l;
      if (j >= count) v[j] = (VECTOR){0};
      else v[j] = EK_LIKELY(deep == LANES) ? NAME(load)(x) : NAME(load_part)(x, deep);
    }
    NAME(transpose)(v);
    UNROLLED for (int i = 0; i < LANES; i++) {
      T *y = to + (l + i) * to_step;
      if (i >= deep) break;
      if (spill) NAME(store)(y, v[i] * scale);
      else NAME(store_part)(y, v[i] * scale, count);
    }
  }
}

// to[l * to_step + j] = scale * from[l * from_row + j] for j < count, zero behind it up to whole
// vectors.
TARGET static void NAME(pack_along)(ek_int k, int count, T scale, const T *from, ek_int from_row,
                                    T *to, ek_int to_step) {
  for (ek_int l = 0; l < k; l++) {
    const T *x = from + l * from_row;
    T *y = to + l * to_step;
    int j = 0;
    for (; j + LANES <= count; j += LANES) NAME(store)(y + j, NAME(load)(x + j) * scale);
    if (j < count) NAME(store)(y + j, NAME(load_part)(x + j, count - j) * scale);
  }
}

// MARK: The product

// How a product is cut.
typedef struct {
  bool pack_a, pack_b;
  ek_int depth, high, wide;
  T *a, *b;  // packed
} NAME(cut);

static NAME(cut) NAME(choose_cut)(const PRODUCT *p) {
  // Deep blocks visit C seldom; 84 rows of A so deep and one panel of B fit the second cache.
  const ek_int depth_limit = 4096 / sizeof(T), high_limit = 84 / TILE_ROWS * TILE_ROWS;
  const ek_int wide_limit = 512 / TILE_COLUMNS * TILE_COLUMNS;
  // In place, B is read again for each row of tiles. That is free while B is near, and cheap from
  // further away unless its lines are a multiple of 2 KB apart: such lines share few places in a
  // cache and have left it by the next row of tiles.
  const bool b_is_near = p->k * p->ldb * (ek_int)sizeof(T) <= 384 * 1024;
  const bool crowds = p->ldb * sizeof(T) % 2048 == 0;
  const bool b_repays = !b_is_near && p->m > (crowds ? 1 : 6) * TILE_ROWS;
  const bool needs_whole = !HAS_MASKS && p->n % LANES != 0;
  NAME(cut) cut = {.a = NULL, .b = NULL};
  cut.pack_b = p->transpose_b || b_repays || needs_whole;
  cut.pack_a = p->alpha != 1 || (cut.pack_b && p->m > 4 * TILE_ROWS) ||
               (!p->transpose_a && p->n > 3 * TILE_COLUMNS);
  // Equal parts: a last part of a few rows would cost as much as a whole one.
  const ek_int parts_deep = ek_ceil_div(p->k, cut.pack_a || cut.pack_b ? depth_limit : 2048);
  cut.depth = parts_deep > 1 ? ek_ceil_div(p->k, parts_deep) : p->k;
  const ek_int part_high = ek_ceil_div(p->m, ek_ceil_div(p->m, high_limit));
  cut.high = ek_ceil_div(part_high, TILE_ROWS) * TILE_ROWS;
  // With one block of A a panel of B is used up as soon as it is packed.
  const ek_int all = ek_ceil_div(p->n, TILE_COLUMNS) * TILE_COLUMNS;
  cut.wide = ek_least(all, p->m <= cut.high ? TOGETHER : wide_limit);
  return cut;
}

TARGET static void NAME(pack_b)(const PRODUCT *p, T *to, ek_int l0, ek_int k, ek_int j0,
                                ek_int columns) {
  if (p->transpose_b) {
    for (ek_int j = 0; j < columns; j += LANES) {
      const ek_int panel = j / TILE_COLUMNS * TILE_COLUMNS;
      NAME(pack_across)(k, (int)ek_least(LANES, columns - j), 1, p->b + (j0 + j) * p->ldb + l0,
                        p->ldb, to + panel * k + (j - panel), TILE_COLUMNS, true);
    }
    return;
  }
  // Some panels at a time, as what of a row lies together is read together.
  const ek_int together = TOGETHER;
  for (ek_int j1 = 0; j1 < columns; j1 += together) {
    const ek_int end = ek_least(columns, j1 + together);
    for (ek_int l = 0; l < k; l++) {
      const T *row = p->b + (l0 + l) * p->ldb + j0;
      for (ek_int j = j1; j < end; j += TILE_COLUMNS) {
        T *y = to + j * k + l * TILE_COLUMNS;
        UNROLLED for (int v = 0; v < TILE_VECTORS; v++) {
          if (v % LINE_VECTORS == 0) __builtin_prefetch(row + j + v * LANES + 8 * p->ldb);
          const ek_int left = end - j - v * LANES;
          if (left >= LANES) NAME(store)(y + v * LANES, NAME(load)(row + j + v * LANES));
          else if (left > 0)
            NAME(store)(y + v * LANES, NAME(load_part)(row + j + v * LANES, (int)left));
        }
      }
    }
  }
}

TARGET static void NAME(pack_a)(const PRODUCT *p, T *to, ek_int l0, ek_int k, ek_int i0,
                                ek_int rows, ek_int tiles) {
  for (ek_int tile = 0; tile < tiles; tile++) {
    const ek_int i = rows * tile / tiles, count = rows * (tile + 1) / tiles - i;
    if (p->transpose_a) {
      NAME(pack_along)(k, (int)count, p->alpha, p->a + l0 * p->lda + i0 + i, p->lda, to + i * k,
                       count);
    } else {
      const T *from = p->a + (i0 + i) * p->lda + l0;
      for (ek_int r = 0; r < count; r += LANES)
        NAME(pack_across)(k, (int)ek_least(LANES, count - r), p->alpha, from + r * p->lda, p->lda,
                          to + i * k + r, count, count <= LANES);
    }
  }
}

// The part of C in rows i0 ..< i0 + rows and columns j0 ..< j0 + columns, and of k what lies in
// l0 ..< l0 + k.
TARGET static void NAME(part)(const PRODUCT *p, const NAME(cut) *cut, ek_int l0, ek_int k,
                              ek_int i0, ek_int rows, ek_int tiles, ek_int j0, ek_int columns) {
  const bool first = l0 == 0, last = l0 + k >= p->k;
  const bool close = cut->pack_a || p->transpose_a;
  EK_ALIGNED T bias[TILE_COLUMNS] = {0};
  for (ek_int j = 0; j < columns; j += TILE_COLUMNS) {
    const int count = (int)ek_least(TILE_COLUMNS, columns - j);
    const int vectors = (count + LANES - 1) / LANES;
    if (p->bias && first)
      for (int c = 0; c < TILE_COLUMNS; c++) bias[c] = c < count ? p->bias[j0 + j + c] : 0;
    NAME(tile) t = {
        .k = k,
        .b = cut->pack_b ? cut->b + j * k : p->b + l0 * p->ldb + j0 + j,
        .b_step = cut->pack_b ? TILE_COLUMNS : p->ldb,
        .b_is_whole = cut->pack_b || count % LANES == 0,
        .c_row = p->ldc,
        .bias = bias,
        .columns = count,
        .accumulate = !first || p->beta != 0,
        .relu = last && p->activation == EK_ACTIVATE_RELU,
    };
    for (ek_int tile = 0; tile < tiles; tile++) {
      const ek_int i = rows * tile / tiles, tile_rows = rows * (tile + 1) / tiles - i;
      if (cut->pack_a) {
        t.a = cut->a + i * k, t.a_step = tile_rows;
      } else if (p->transpose_a) {
        t.a = p->a + l0 * p->lda + i0 + i, t.a_step = p->lda;
      } else {
        t.a = p->a + (i0 + i) * p->lda + l0, t.a_row = p->lda;
      }
      t.c = p->c + (i0 + i) * p->ldc + j0 + j;
      t.next_c = t.c + tile_rows * p->ldc;
      NAME(tiles)[tile_rows - 1][close][vectors - 1](&t);
    }
  }
}

// c = relu(alpha op(a) op(b) + bias), or added to c where beta is 1; ek_gemm_functions says more.
TARGET static void NAME(product)(const PRODUCT *p) {
  NAME(cut) cut = NAME(choose_cut)(p);
  // Tiles are packed with stores of whole vectors, the last of which may reach a vector too far.
  const size_t a_bytes = (size_t)(cut.high * cut.depth + LANES) * sizeof(T);
  const size_t b_bytes = (size_t)(cut.wide * cut.depth) * sizeof(T);
  if (cut.pack_a) cut.a = ek_allocate(a_bytes);
  if (cut.pack_b) cut.b = ek_allocate(b_bytes);
  const bool one_high = p->m <= cut.high;
  ek_int l0 = 0;
  do {
    const ek_int k = ek_least(cut.depth, p->k - l0);
    if (cut.pack_a && one_high)
      NAME(pack_a)(p, cut.a, l0, k, 0, p->m, ek_ceil_div(p->m, TILE_ROWS));
    for (ek_int j0 = 0; j0 < p->n; j0 += cut.wide) {
      const ek_int columns = ek_least(cut.wide, p->n - j0);
      if (cut.pack_b) NAME(pack_b)(p, cut.b, l0, k, j0, columns);
      for (ek_int i0 = 0; i0 < p->m; i0 += cut.high) {
        const ek_int rows = ek_least(cut.high, p->m - i0), tiles = ek_ceil_div(rows, TILE_ROWS);
        if (cut.pack_a && !one_high) NAME(pack_a)(p, cut.a, l0, k, i0, rows, tiles);
        NAME(part)(p, &cut, l0, k, i0, rows, tiles, j0, columns);
      }
    }
    l0 += k;
  } while (l0 < p->k);
  if (cut.pack_a) ek_deallocate(cut.a, a_bytes);
  if (cut.pack_b) ek_deallocate(cut.b, b_bytes);
}
