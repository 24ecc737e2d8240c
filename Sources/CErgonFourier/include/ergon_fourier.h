// Fast Fourier transforms along the middle axis of [outer, n, inner] arrays.
//
// y[k] = scale * sum over j of x[j] exp(-2 pi i j k / n), or with + when inverse. Complex numbers
// are pairs, real part first. All arithmetic is in double precision, whatever the arrays hold, so
// that single-precision results are right to the last bit or the one before. Lines are shared
// between the kernels' threads; each is computed by itself, so that their number changes no bit.
#ifndef ERGON_FOURIER_H
#define ERGON_FOURIER_H

#include <stdbool.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

#ifdef __cplusplus
extern "C" {
#endif

/// One table per real type; `void *` stands for numbers of it, or pairs of them where complex.
typedef struct {
  /// Complex to complex; y may not be x.
  void (*_Nonnull complex)(bool inverse, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner,
                           double scale, const void *x, void *y);
  /// Forward from n real numbers to the n / 2 + 1 complex ones that determine the rest.
  void (*_Nonnull from_real)(ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, double scale,
                             const void *x, void *y);
  /// Inverse from n / 2 + 1 complex numbers to n real ones; the imaginary parts of the first, and
  /// of the last where n is even, count for nothing.
  void (*_Nonnull to_real)(ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, double scale,
                           const void *x, void *y);
} ef_routines;

extern const ef_routines ef_f32, ef_f64;

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end

#endif
