// Philox 4x32-10: a bijection of 128 bits under a 64-bit key whose successive values pass every
// known test of randomness. Nothing is carried from one block to the next, so that any element of
// any stream costs the same. Reference: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011.
#ifndef EK_PHILOX_H
#define EK_PHILOX_H

#include "template.h"

enum : uint32_t {
  EK_PHILOX_MULTIPLIER_0 = 0xD2511F53, EK_PHILOX_MULTIPLIER_1 = 0xCD9E8D57,
  EK_PHILOX_WEYL_0 = 0x9E3779B9, EK_PHILOX_WEYL_1 = 0xBB67AE85,
};
enum { EK_PHILOX_ROUNDS = 10 };

/// What a block is used for is a part of its counter, so that streams of one key and different uses
/// share no bits. The bits and the uniforms of 64 bits are the same stream.
typedef enum : uint32_t {
  EK_DRAW_BITS = 0, EK_DRAW_UNIFORM_32 = 1, EK_DRAW_NORMAL_32 = 2, EK_DRAW_NORMAL_64 = 3
} ek_draw;

typedef struct { uint32_t word[4]; } ek_philox_words;

EK_INLINE ek_philox_words ek_philox(uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3,
                                    uint32_t k0, uint32_t k1) {
  for (int round = 0; round < EK_PHILOX_ROUNDS; round++) {
    const uint64_t p0 = (uint64_t)EK_PHILOX_MULTIPLIER_0 * c0;
    const uint64_t p1 = (uint64_t)EK_PHILOX_MULTIPLIER_1 * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    k0 += EK_PHILOX_WEYL_0;
    k1 += EK_PHILOX_WEYL_1;
  }
  return (ek_philox_words){{c0, c1, c2, c3}};
}

/// The block numbered `block` of one use of a key.
EK_INLINE ek_philox_words ek_philox_draw(uint64_t key, uint64_t block, ek_draw draw) {
  return ek_philox((uint32_t)block, (uint32_t)(block >> 32), draw, 0, (uint32_t)key,
                   (uint32_t)(key >> 32));
}

#endif
