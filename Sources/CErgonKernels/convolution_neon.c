// Convolutions for NEON, in the compiler's own vectors.
#if defined(__aarch64__)
#include <string.h>

#include "convolution.h"

#pragma clang fp contract(fast)

#define EXPORTED(name) EK_JOIN(EK_JOIN(name, _neon_), S)
#define VECTOR_BYTES 16
#define ACCUMULATORS 24
#define VECTORS 4
#define MASK ek_int
#define FIRST(n) (n)

// The first n numbers at p, zeros after them.
#define LOAD_PART(p, n) EK_TYPED(load_part)(p, n)
#define STORE_PART(p, v, n) EK_TYPED(store_part)(p, v, n)
#define EK_PARTS(T, S, WHOLE)                                                              \
  typedef T part_vector_##S __attribute__((vector_size(VECTOR_BYTES)));                    \
  EK_INLINE part_vector_##S load_part_##S(const T *p, ek_int n) {                          \
    part_vector_##S v = {0};                                                               \
    if (n == WHOLE) memcpy(&v, p, sizeof v);                                               \
    else for (ek_int i = 0; i < n; i++) v[i] = p[i];                                       \
    return v;                                                                              \
  }                                                                                        \
  EK_INLINE void store_part_##S(T *p, part_vector_##S v, ek_int n) {                       \
    if (n == WHOLE) memcpy(p, &v, sizeof v);                                               \
    else for (ek_int i = 0; i < n; i++) p[i] = v[i];                                       \
  }
EK_PARTS(float, f32, 4)
EK_PARTS(double, f64, 2)

#define T float
#define S f32
#include "convolution_blocked_template.h"
#include "convolution_weights_template.h"
#include "convolution_depthwise_template.h"
#include "convolution_winograd_template.h"
#include "convolution_spread_template.h"
#include "convolution_entry_template.h"
#undef T
#undef S

#define T double
#define S f64
#include "convolution_blocked_template.h"
#include "convolution_weights_template.h"
#include "convolution_depthwise_template.h"
#include "convolution_winograd_template.h"
#include "convolution_spread_template.h"
#include "convolution_entry_template.h"
#endif
