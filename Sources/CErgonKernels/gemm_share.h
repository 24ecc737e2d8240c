// The public products for one element type; included by gemm.c for each.

static const FUNCTIONS *NAME(functions)(void) {
  switch (ek_isa_now()) {
#if defined(__x86_64__)
    case EK_ISA_AVX512: return &NAME(ek_gemm_avx512_functions);
    case EK_ISA_AVX2: return &NAME(ek_gemm_avx2_functions);
#elif defined(__aarch64__)
    case EK_ISA_NEON: return &NAME(ek_gemm_neon_functions);
#endif
    default: return NULL;
  }
}

// The way a product is done is chosen by its size alone, as it decides the order of additions.
static way NAME(choose_way)(const PRODUCT *p) {
  const ek_int vector = 16;
  if (p->transpose_b && p->m <= 16 && p->n >= vector && p->k >= 4 * vector) return by_rows;
  if (p->m <= 4 && (p->transpose_b || p->n >= vector)) return by_rows;
  if (p->n <= 4 && (!p->transpose_a || p->m >= vector)) return by_columns;
  return by_tiles;
}

// A product with few rows, or few columns: x is the small operand, with lines along k.
static void NAME(narrow_product)(const FUNCTIONS *f, const PRODUCT *p, way way) {
  const bool rows_of_c = way == by_rows;
  const int rows = (int)(rows_of_c ? p->m : p->n);
  const ek_int columns = rows_of_c ? p->n : p->m, k = p->k;
  const T *small = rows_of_c ? p->a : p->b, *large = rows_of_c ? p->b : p->a;
  const bool is_across = rows_of_c ? p->transpose_a : !p->transpose_b;
  const ek_int ld = rows_of_c ? p->lda : p->ldb;
  const ek_int x_row = is_across ? 1 : ld, x_step = is_across ? ld : 1;

  const size_t bytes = (size_t)(rows * k) * sizeof(T);
  T *x = ek_allocate(bytes);
  for (int r = 0; r < rows; r++)
    for (ek_int l = 0; l < k; l++) x[r * k + l] = p->alpha * small[r * x_row + l * x_step];

  const bool dots = rows_of_c ? p->transpose_b : !p->transpose_a;
  const ek_int large_ld = rows_of_c ? p->ldb : p->lda;
  const ek_int c_row = rows_of_c ? p->ldc : 1, c_step = rows_of_c ? 1 : p->ldc;
  EK_ALIGNED T y[4096];
  const ek_int chunk = rows <= 4 ? 1024 : rows <= 8 ? 512 : 256;
  for (ek_int j0 = 0; j0 < columns; j0 += chunk) {
    const ek_int count = ek_least(chunk, columns - j0);
    if (dots) {
      f->dots(rows, count, k, x, large + j0 * large_ld, large_ld, y, chunk);
    } else {
      const ek_int whole = ek_ceil_div(count, column_step) * column_step;
      for (int r = 0; r < rows; r++) memset(y + r * chunk, 0, (size_t)whole * sizeof(T));
      f->sweep(rows, count, k, x, large + j0, large_ld, y, chunk);
    }
    for (int r = 0; r < rows; r++) {
      T *c = p->c + r * c_row + j0 * c_step;
      const T *sum = y + r * chunk;
      const bool relu = p->activation == EK_ACTIVATE_RELU;
      for (ek_int j = 0; j < count; j++) {
        T value = sum[j];
        if (p->beta != 0) value += p->beta * c[j * c_step];
        if (p->bias) value += p->bias[rows_of_c ? j0 + j : r];
        c[j * c_step] = relu && value < 0 ? 0 : value;
      }
    }
  }
  ek_deallocate(x, bytes);
}

// One piece of a product, whole in k, on this thread.
static void NAME(run_piece)(const FUNCTIONS *f, const PRODUCT *p, way way) {
  if (f == NULL) {
    NAME(ek_gemm_scalar)(p);
    return;
  }
  if (way != by_tiles) {
    NAME(narrow_product)(f, p, way);
  } else if (p->beta == 0 || (p->beta == 1 && p->bias == NULL)) {
    f->product(p);
  } else {
    for (ek_int i = 0; i < p->m; i++) {
      T *c = p->c + i * p->ldc;
      for (ek_int j = 0; j < p->n; j++) c[j] = p->beta * c[j] + (p->bias ? p->bias[j] : 0);
    }
    PRODUCT added = *p;
    added.beta = 1, added.bias = NULL;
    f->product(&added);
  }
  if (p->activation != EK_NO_ACTIVATION && p->activation != EK_ACTIVATE_RELU) {
    const bool is_one_line = p->ldc == p->n;
    const ek_int rows = is_one_line ? 1 : p->m, columns = is_one_line ? p->m * p->n : p->n;
    for (ek_int i = 0; i < rows; i++) {
      T *c = p->c + i * p->ldc;
      NAME(ek_bias_activation)(1, columns, c, NULL, p->activation, c);
    }
  }
}

// Products a step apart, each cut into high x wide pieces.
typedef struct {
  const FUNCTIONS *f;
  const PRODUCT *p;
  way way;
  ek_int step_a, step_b, step_c;
  ek_int high, wide;
} NAME(share);

static void NAME(run_share)(void *context, ek_int begin, ek_int end) {
  const NAME(share) *s = context;
  for (ek_int piece = begin; piece < end; piece++) {
    const ek_int column = piece % s->wide, row = piece / s->wide % s->high;
    const ek_int item = piece / (s->wide * s->high);
    PRODUCT p = *s->p;
    const ek_int steps = ek_ceil_div(p.n, column_step);
    const ek_int i0 = p.m * row / s->high, i1 = p.m * (row + 1) / s->high;
    const ek_int j0 = steps * column / s->wide * column_step;
    const ek_int j1 = ek_least(p.n, steps * (column + 1) / s->wide * column_step);
    p.m = i1 - i0, p.n = j1 - j0;
    p.a += item * s->step_a + (p.transpose_a ? i0 : i0 * p.lda);
    p.b += item * s->step_b + (p.transpose_b ? j0 * p.ldb : j0);
    p.c += item * s->step_c + i0 * p.ldc + j0;
    if (p.bias) p.bias += j0;
    NAME(run_piece)(s->f, &p, s->way);
  }
}

static void NAME(run)(ek_int batch, PRODUCT *p, ek_int step_a, ek_int step_b, ek_int step_c) {
  if (batch <= 0 || p->m <= 0 || p->n <= 0) return;
  // A vector without gaps lies along k either way; this way whole vectors of it can be read.
  if (p->m == 1 && p->transpose_a && p->lda == 1) p->transpose_a = false, p->lda = p->k;
  if (p->n == 1 && !p->transpose_b && p->ldb == 1) p->transpose_b = true, p->ldb = p->k;
  NAME(share) s = {NAME(functions)(), p, NAME(choose_way)(p), step_a, step_b, step_c, 1, 1};

  // Two hundred operations or twelve numbers read a nanosecond.
  const double one_ns = (double)p->m * p->n * p->k / 100 +
                        ((double)p->m * p->k + (double)p->k * p->n + (double)p->m * p->n) / 12;
  const int32_t threads = one_ns * batch < 2 * worth_a_thread_ns ? 1 : ek_threads();
  if (threads == 1) {
    NAME(run_share)(&s, 0, batch);
    return;
  }
  // Enough pieces for every thread, or a few each where they stay large: a thread that is held up
  // then delays the others less.
  ek_int wanted = threads;
  if (one_ns * batch > (double)worth_more_pieces_ns * threads) wanted *= 4;
  while (batch * s.high * s.wide < wanted &&
         one_ns / (double)(2 * s.high * s.wide) > worth_a_thread_ns) {
    const ek_int rows = p->m / s.high, columns = p->n / s.wide;
    if (columns >= rows && columns >= 2 * column_step) s.wide *= 2;
    else if (rows >= 8) s.high *= 2;
    else break;
  }
  const ek_int pieces = batch * s.high * s.wide;
  const double piece_ns = one_ns / (double)(s.high * s.wide);
  ek_int grain = 1 + (ek_int)(worth_a_thread_ns / (piece_ns + 1));
  ek_parallel_for(pieces, ek_least(grain, ek_ceil_div(pieces, threads)), NAME(run_share), &s);
}

void NAME(ek_gemm)(bool transpose_a, bool transpose_b, ek_int m, ek_int n, ek_int k, T alpha,
                   const T *a, ek_int lda, const T *b, ek_int ldb, T beta, T *c, ek_int ldc,
                   const T *bias, ek_activation activation) {
  PRODUCT p = {.transpose_a = transpose_a, .transpose_b = transpose_b, .m = m, .n = n, .k = k,
               .alpha = alpha, .beta = beta, .a = a, .b = b, .lda = lda, .ldb = ldb,
               .c = c, .ldc = ldc, .bias = bias, .activation = activation};
  NAME(run)(1, &p, 0, 0, 0);
}

void NAME(ek_gemm_batched)(ek_int batch, bool transpose_a, bool transpose_b, ek_int m, ek_int n,
                           ek_int k, T alpha, const T *a, ek_int lda, ek_int step_a, const T *b,
                           ek_int ldb, ek_int step_b, T beta, T *c, ek_int ldc, ek_int step_c) {
  PRODUCT p = {.transpose_a = transpose_a, .transpose_b = transpose_b, .m = m, .n = n, .k = k,
               .alpha = alpha, .beta = beta, .a = a, .b = b, .lda = lda, .ldb = ldb,
               .c = c, .ldc = ldc, .activation = EK_NO_ACTIVATION};
  // A right operand that all share makes one tall product of them.
  if (batch > 1 && step_b == 0 && !transpose_a && step_a == m * lda && step_c == m * ldc) {
    p.m *= batch;
    batch = 1;
  }
  NAME(run)(batch, &p, step_a, step_b, step_c);
}

#undef T
#undef PRODUCT
#undef FUNCTIONS
#undef NAME
