// Uniform and normal numbers and dropout from Philox blocks.
//
// Element n of a stream (n = counter + i) takes word n % 4 of block n / 4 where 32 bits are enough,
// and words 2 (n % 2) and 2 (n % 2) + 1 of block n / 2 where it needs 64. Normals are made in pairs
// by the Box-Muller transform: elements 2k and 2k + 1 of a stream are r cos(t) and r sin(t).
#include "random_scalar.h"

#pragma STDC FP_CONTRACT OFF

static uint64_t random_bits(uint64_t key, uint64_t n) {
  const ek_philox_words words = ek_philox_draw(key, n / 2, EK_DRAW_BITS);
  return words.word[2 * (n % 2)] | (uint64_t)words.word[2 * (n % 2) + 1] << 32;
}

void ek_random_bits(uint64_t key, uint64_t counter, ek_int count, uint64_t *y) {
  for (ek_int i = 0; i < count; i++) y[i] = random_bits(key, counter + (uint64_t)i);
}

void ek_philox_block(const uint32_t counter[4], const uint32_t key[2], uint32_t y[4]) {
  const ek_philox_words words =
      ek_philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
  memcpy(y, words.word, sizeof words.word);
}

static float unit_f32(uint64_t key, uint64_t n) {
  return ek_unit_f32(ek_philox_draw(key, n / 4, EK_DRAW_UNIFORM_32).word[n % 4]);
}

static double unit_f64(uint64_t key, uint64_t n) { return ek_unit_f64(random_bits(key, n)); }

static float normal_f32(uint64_t key, uint64_t n) {
  const ek_philox_words words = ek_philox_draw(key, n / 4, EK_DRAW_NORMAL_32);
  const uint32_t *pair = words.word + (n % 4 & 2);
  float sine, cosine;
  const float radius = ek_normal_radius_f32(pair[0]);
  ek_sine_cosine_of_turn(pair[1], &sine, &cosine);
  return radius * (n % 2 ? sine : cosine);
}

static double normal_f64(uint64_t key, uint64_t n) {
  const ek_philox_words words = ek_philox_draw(key, n / 2, EK_DRAW_NORMAL_64);
  const uint64_t first = words.word[0] | (uint64_t)words.word[1] << 32;
  const uint64_t second = words.word[2] | (uint64_t)words.word[3] << 32;
  // In (0, 1], so that the logarithm is finite.
  const double radius = sqrt(-2 * log(ek_unit_f64(first) + 0x1p-53));
  const double angle = 2 * M_PI * ek_unit_f64(second);
  return radius * (n % 2 ? sin(angle) : cos(angle));
}

#define T float
#define S f32
#include "random_template.h"
#undef T
#undef S

#define T double
#define S f64
#include "random_template.h"
#undef T
#undef S
