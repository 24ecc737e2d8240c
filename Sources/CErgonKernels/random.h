// The parts of random numbers that have a version for each instruction set: blocks of words, and
// what becomes of them as floats. All give the same bits.
#ifndef EK_RANDOM_H
#define EK_RANDOM_H

#include "philox.h"

typedef struct {
  /// Blocks block ..< block + count of one use of a key, four words each.
  void (*words)(uint64_t key, uint64_t block, ek_draw draw, ek_int count, uint32_t *y);
  /// low + width * u, u in [0, 1) from each word, but not above `greatest`.
  void (*uniform)(ek_int count, const uint32_t *words, float low, float width, float greatest,
                  float *y);
  /// Standard normals from `count` words, an even number: r cos(t), r sin(t) from each two. Vectors
  /// are written whole: y has room for EK_BLOCK.
  void (*normal)(ek_int count, const uint32_t *words, float *y);
  /// y = a + b * x
  void (*affine)(ek_int count, float a, float b, const float *x, float *y);
  /// The mask says where u < keep; y is x / keep there and else 0.
  void (*dropout)(ek_int count, const uint32_t *words, float keep, const float *x, float *y,
                  uint8_t *mask);
  void (*dropout_gradient)(ek_int count, float keep, const uint8_t *mask, const float *g,
                           float *dx);
} ek_random;
extern const ek_random ek_random_scalar, ek_random_avx2, ek_random_avx512, ek_random_neon;

#endif
