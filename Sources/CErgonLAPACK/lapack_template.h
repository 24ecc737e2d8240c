// One table. Define T (element), R (its real type), LETTER and SUFFIX first, and IS_COMPLEX where
// it is; all are undefined again at the end.
#define F(name) PASTE3(LETTER, name, _)
#define S(name) PASTE3(name, _, SUFFIX)
// Real matrices have orthogonal factors and symmetric ones, complex matrices unitary and Hermitian.
#ifdef IS_COMPLEX
#define ORGQR F(ungqr)
#define SYEVD F(heevd)
#else
#define ORGQR F(orgqr)
#define SYEVD F(syevd)
#endif

void F(getrf)(const int32_t *m, const int32_t *n, T *a, const int32_t *lda, int32_t *pivots,
              int32_t *info);
void F(getrs)(const char *trans, const int32_t *n, const int32_t *columns, const T *a,
              const int32_t *lda, const int32_t *pivots, T *b, const int32_t *ldb, int32_t *info,
              length);
void F(potrf)(const char *uplo, const int32_t *n, T *a, const int32_t *lda, int32_t *info, length);
void F(geqrf)(const int32_t *m, const int32_t *n, T *a, const int32_t *lda, T *tau, T *work,
              const int32_t *lwork, int32_t *info);
void ORGQR(const int32_t *m, const int32_t *n, const int32_t *k, T *a, const int32_t *lda,
           const T *tau, T *work, const int32_t *lwork, int32_t *info);
#ifdef IS_COMPLEX
void F(gesdd)(const char *job, const int32_t *m, const int32_t *n, T *a, const int32_t *lda, R *s,
              T *u, const int32_t *ldu, T *vt, const int32_t *ldvt, T *work, const int32_t *lwork,
              R *rwork, int32_t *iwork, int32_t *info, length);
void SYEVD(const char *job, const char *uplo, const int32_t *n, T *a, const int32_t *lda, R *w,
           T *work, const int32_t *lwork, R *rwork, const int32_t *lrwork, int32_t *iwork,
           const int32_t *liwork, int32_t *info, length, length);
void F(geev)(const char *left, const char *right, const int32_t *n, T *a, const int32_t *lda, T *w,
             T *vl, const int32_t *ldvl, T *vr, const int32_t *ldvr, T *work, const int32_t *lwork,
             R *rwork, int32_t *info, length, length);
void F(gelsd)(const int32_t *m, const int32_t *n, const int32_t *columns, T *a, const int32_t *lda,
              T *b, const int32_t *ldb, R *s, const R *rcond, int32_t *rank, T *work,
              const int32_t *lwork, R *rwork, int32_t *iwork, int32_t *info);
#else
void F(gesdd)(const char *job, const int32_t *m, const int32_t *n, T *a, const int32_t *lda, R *s,
              T *u, const int32_t *ldu, T *vt, const int32_t *ldvt, T *work, const int32_t *lwork,
              int32_t *iwork, int32_t *info, length);
void SYEVD(const char *job, const char *uplo, const int32_t *n, T *a, const int32_t *lda, R *w,
           T *work, const int32_t *lwork, int32_t *iwork, const int32_t *liwork, int32_t *info,
           length, length);
void F(geev)(const char *left, const char *right, const int32_t *n, T *a, const int32_t *lda, R *wr,
             R *wi, T *vl, const int32_t *ldvl, T *vr, const int32_t *ldvr, T *work,
             const int32_t *lwork, int32_t *info, length, length);
void F(gelsd)(const int32_t *m, const int32_t *n, const int32_t *columns, T *a, const int32_t *lda,
              T *b, const int32_t *ldb, R *s, const R *rcond, int32_t *rank, T *work,
              const int32_t *lwork, int32_t *iwork, int32_t *info);
#endif

// LAPACK tells the workspace it wants as a number of its element type, which in single precision
// may be a little below the true count.
static int32_t S(wanted)(T told) {
  const double count = (double)told;  // of a complex number, its real part
  return (int32_t)(count * (1 + 1e-6)) + 1;
}

static int32_t S(lu)(int32_t m, int32_t n, void *a, int32_t *pivots) {
  int32_t info;
  const int32_t lda = larger(m, 1);
  F(getrf)(&m, &n, a, &lda, pivots, &info);
  return info;
}

static int32_t S(solve)(bool transposed, int32_t n, int32_t columns, const void *a,
                        const int32_t *pivots, void *b) {
  int32_t info;
  const int32_t lda = larger(n, 1);
  F(getrs)(transposed ? "T" : "N", &n, &columns, a, &lda, pivots, b, &lda, &info, 1);
  return info;
}

static int32_t S(cholesky)(int32_t n, void *a) {
  int32_t info;
  const int32_t lda = larger(n, 1);
  F(potrf)("L", &n, a, &lda, &info, 1);
  return info;
}

static int32_t S(qr)(int32_t m, int32_t n, void *a, void *tau) {
  int32_t info, size = -1;
  const int32_t lda = larger(m, 1);
  T told;
  F(geqrf)(&m, &n, a, &lda, tau, &told, &size, &info);
  size = S(wanted)(told);
  T *work = workspace((size_t)size, sizeof(T));
  F(geqrf)(&m, &n, a, &lda, tau, work, &size, &info);
  free(work);
  return info;
}

static int32_t S(q)(int32_t m, int32_t k, void *a, const void *tau) {
  int32_t info, size = -1;
  const int32_t lda = larger(m, 1);
  T told;
  ORGQR(&m, &k, &k, a, &lda, tau, &told, &size, &info);
  size = S(wanted)(told);
  T *work = workspace((size_t)size, sizeof(T));
  ORGQR(&m, &k, &k, a, &lda, tau, work, &size, &info);
  free(work);
  return info;
}

static int32_t S(svd)(bool vectors, int32_t m, int32_t n, void *a, void *s, void *u, void *vt) {
  const char *job = vectors ? "S" : "N";
  const int32_t k = smaller(m, n), lda = larger(m, 1), ldvt = larger(k, 1);
  int32_t info, size = -1;
  T told;
  int32_t *integers = workspace(8 * (size_t)k, sizeof(int32_t));
#ifdef IS_COMPLEX
  // As the documentation of cgesdd bounds it.
  const size_t small = (size_t)k, big = (size_t)larger(m, n);
  const size_t first = 5 * small * small + 5 * small;
  const size_t second = 2 * big * small + 2 * small * small + small;
  R *reals = workspace(first > second ? first : second, sizeof(R));
  F(gesdd)(job, &m, &n, a, &lda, s, u, &lda, vt, &ldvt, &told, &size, reals, integers, &info, 1);
  size = S(wanted)(told);
  T *work = workspace((size_t)size, sizeof(T));
  F(gesdd)(job, &m, &n, a, &lda, s, u, &lda, vt, &ldvt, work, &size, reals, integers, &info, 1);
  free(reals);
#else
  F(gesdd)(job, &m, &n, a, &lda, s, u, &lda, vt, &ldvt, &told, &size, integers, &info, 1);
  size = S(wanted)(told);
  T *work = workspace((size_t)size, sizeof(T));
  F(gesdd)(job, &m, &n, a, &lda, s, u, &lda, vt, &ldvt, work, &size, integers, &info, 1);
#endif
  free(work);
  free(integers);
  return info;
}

static int32_t S(symmetric_eigen)(bool vectors, int32_t n, void *a, void *w) {
  const char *job = vectors ? "V" : "N";
  const int32_t lda = larger(n, 1);
  int32_t info, size = -1, integer_size = -1, told_integers;
  T told;
#ifdef IS_COMPLEX
  int32_t real_size = -1;
  R told_reals;
  SYEVD(job, "L", &n, a, &lda, w, &told, &size, &told_reals, &real_size, &told_integers,
        &integer_size, &info, 1, 1);
  real_size = (int32_t)(told_reals * (1 + 1e-6)) + 1;
  R *reals = workspace((size_t)real_size, sizeof(R));
#else
  SYEVD(job, "L", &n, a, &lda, w, &told, &size, &told_integers, &integer_size, &info, 1, 1);
#endif
  size = S(wanted)(told);
  integer_size = told_integers;
  T *work = workspace((size_t)size, sizeof(T));
  int32_t *integers = workspace((size_t)integer_size, sizeof(int32_t));
#ifdef IS_COMPLEX
  SYEVD(job, "L", &n, a, &lda, w, work, &size, reals, &real_size, integers, &integer_size, &info,
        1, 1);
  free(reals);
#else
  SYEVD(job, "L", &n, a, &lda, w, work, &size, integers, &integer_size, &info, 1, 1);
#endif
  free(integers);
  free(work);
  return info;
}

static int32_t S(eigen)(bool vectors, int32_t n, void *a, void *w, void *v) {
  const char *job = vectors ? "V" : "N";
  const int32_t lda = larger(n, 1), one = 1;
  int32_t info, size = -1;
  T told, none;
#ifdef IS_COMPLEX
  R *reals = workspace(2 * (size_t)n, sizeof(R));
  F(geev)("N", job, &n, a, &lda, w, &none, &one, v, &lda, &told, &size, reals, &info, 1, 1);
  size = S(wanted)(told);
  T *work = workspace((size_t)size, sizeof(T));
  F(geev)("N", job, &n, a, &lda, w, &none, &one, v, &lda, work, &size, reals, &info, 1, 1);
  free(reals);
#else
  // A pair of complex eigenvalues shares two real columns: x + iy and x - iy.
  R *parts = workspace(2 * (size_t)n, sizeof(R));
  R *columns = workspace(vectors ? (size_t)n * (size_t)n : 1, sizeof(R));
  F(geev)("N", job, &n, a, &lda, parts, parts + n, &none, &one, columns, &lda, &told, &size, &info,
          1, 1);
  size = S(wanted)(told);
  T *work = workspace((size_t)size, sizeof(T));
  F(geev)("N", job, &n, a, &lda, parts, parts + n, &none, &one, columns, &lda, work, &size, &info,
          1, 1);
  R *values = w, *pairs = v;
  for (int32_t j = 0; info == 0 && j < n; j++) {
    const R imaginary = parts[n + j];
    values[2 * j] = parts[j];
    values[2 * j + 1] = imaginary;
    if (!vectors) continue;
    const int32_t first = imaginary < 0 ? j - 1 : j;  // the pair's first column
    for (int32_t i = 0; i < n; i++) {
      R *place = pairs + 2 * ((size_t)j * (size_t)n + (size_t)i);
      place[0] = columns[(size_t)first * (size_t)n + (size_t)i];
      place[1] = imaginary == 0 ? 0 : columns[((size_t)first + 1) * (size_t)n + (size_t)i];
      if (imaginary < 0) place[1] = -place[1];
    }
  }
  free(columns);
  free(parts);
#endif
  free(work);
  return info;
}

static int32_t S(least_squares)(int32_t m, int32_t n, int32_t columns, void *a, void *b,
                                double cutoff, int32_t *rank) {
  const int32_t lda = larger(m, 1), ldb = larger(larger(m, n), 1);
  const R rcond = (R)cutoff;
  int32_t info, size = -1, told_integers = 0;
  T told;
  R *s = workspace((size_t)smaller(m, n), sizeof(R));
#ifdef IS_COMPLEX
  R told_reals = 0;
  F(gelsd)(&m, &n, &columns, a, &lda, b, &ldb, s, &rcond, rank, &told, &size, &told_reals,
           &told_integers, &info);
  R *reals = workspace((size_t)(told_reals * (1 + 1e-6)) + 1, sizeof(R));
#else
  F(gelsd)(&m, &n, &columns, a, &lda, b, &ldb, s, &rcond, rank, &told, &size, &told_integers,
           &info);
#endif
  size = S(wanted)(told);
  T *work = workspace((size_t)size, sizeof(T));
  int32_t *integers = workspace((size_t)larger(told_integers, 1), sizeof(int32_t));
#ifdef IS_COMPLEX
  F(gelsd)(&m, &n, &columns, a, &lda, b, &ldb, s, &rcond, rank, work, &size, reals, integers,
           &info);
  free(reals);
#else
  F(gelsd)(&m, &n, &columns, a, &lda, b, &ldb, s, &rcond, rank, work, &size, integers, &info);
#endif
  free(integers);
  free(work);
  free(s);
  return info;
}

static void S(keep_triangle)(bool lower, bool unit, int32_t m, int32_t n, void *a) {
  T *column = a;
  for (int32_t j = 0; j < n; j++, column += m) {
    for (int32_t i = 0; i < m; i++)
      if (lower ? i < j : i > j) column[i] = 0;
    if (unit && j < m) column[j] = 1;
  }
}

const el_routines PASTE(el_, SUFFIX) = {
  .lu = S(lu),
  .solve = S(solve),
  .cholesky = S(cholesky),
  .qr = S(qr),
  .q = S(q),
  .svd = S(svd),
  .symmetric_eigen = S(symmetric_eigen),
  .eigen = S(eigen),
  .least_squares = S(least_squares),
  .keep_triangle = S(keep_triangle),
};

#undef ORGQR
#undef SYEVD
#undef F
#undef S
#undef T
#undef R
#undef LETTER
#undef SUFFIX
#undef IS_COMPLEX
