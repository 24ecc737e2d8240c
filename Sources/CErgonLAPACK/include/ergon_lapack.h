// LAPACK behind one table of functions per element type: workspace is asked for and given back
// here, and nothing of Fortran shows.
//
// Matrices are column-major without gaps: m rows and n columns have the leading dimension m.
// `void *` stands for elements of the table's type, `real *` in a comment for their real type.
// Functions return LAPACK's info: 0 when done, above 0 when the matrix stands in the way.
#ifndef ERGON_LAPACK_H
#define ERGON_LAPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  /// a = P L U in place; pivots [min(m, n)] count from 1. info > 0: U has a zero on its diagonal.
  int32_t (*_Nonnull lu)(int32_t m, int32_t n, void *a, int32_t *pivots);
  /// b = inverse(op(a)) b from the factors of `lu`; op is the plain transpose when asked for.
  int32_t (*_Nonnull solve)(bool transposed, int32_t n, int32_t columns, const void *a,
                            const int32_t *pivots, void *b);
  /// The lower factor of a Hermitian matrix in place; what lies above it is left alone. info > 0:
  /// not positive definite.
  int32_t (*_Nonnull cholesky)(int32_t n, void *a);
  /// R in the upper triangle of a, reflectors below; tau [min(m, n)].
  int32_t (*_Nonnull qr)(int32_t m, int32_t n, void *a, void *tau);
  /// The first k columns of Q in place, from the reflectors of `qr`; a is m x k.
  int32_t (*_Nonnull q)(int32_t m, int32_t k, void *a, const void *tau);
  /// a = u diag(s) vt with k = min(m, n): u m x k, real *s [k], vt k x n; a is lost. Without
  /// vectors u and vt are not touched. info > 0: did not converge.
  int32_t (*_Nonnull svd)(bool vectors, int32_t m, int32_t n, void *a, void *s, void *u, void *vt);
  /// Eigenvalues of a Hermitian matrix, ascending, in real *w, from its lower triangle; a becomes
  /// the eigenvectors, or is lost. info > 0: did not converge.
  int32_t (*_Nonnull symmetric_eigen)(bool vectors, int32_t n, void *a, void *w);
  /// Eigenvalues w [n] and, with vectors, right eigenvectors v [n x n] of unit length, both
  /// complex; a is lost. info > 0: did not converge.
  int32_t (*_Nonnull eigen)(bool vectors, int32_t n, void *a, void *w, void *v);
  /// The least-squares solution of least length in the first n rows of b [max(m, n) x columns];
  /// singular values under `cutoff` times the largest count as zero. info > 0: did not converge.
  int32_t (*_Nonnull least_squares)(int32_t m, int32_t n, int32_t columns, void *a, void *b,
                                    double cutoff, int32_t *rank);
  /// Keeps a triangle of a with its diagonal, which becomes 1 when `unit`; the rest becomes 0.
  void (*_Nonnull keep_triangle)(bool lower, bool unit, int32_t m, int32_t n, void *a);
} el_routines;

extern const el_routines el_f32, el_f64, el_c64, el_c128;

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end

#endif
