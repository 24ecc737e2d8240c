// The plain twins of the random kernels.
#include "random.h"
#include "random_scalar.h"

#pragma STDC FP_CONTRACT OFF

static void words(uint64_t key, uint64_t block, ek_draw draw, ek_int count, uint32_t *y) {
  for (ek_int i = 0; i < count; i++, y += 4) {
    const ek_philox_words drawn = ek_philox_draw(key, block + (uint64_t)i, draw);
    memcpy(y, drawn.word, sizeof drawn.word);
  }
}

static void uniform(ek_int count, const uint32_t *words, float low, float width, float greatest,
                    float *y) {
  for (ek_int i = 0; i < count; i++) {
    const float value = low + width * ek_unit_f32(words[i]);
    y[i] = value < greatest ? value : greatest;
  }
}

static void normal(ek_int count, const uint32_t *words, float *y) {
  for (ek_int i = 0; i < count; i += 2) {
    float sine, cosine;
    const float radius = ek_normal_radius(words[i]);
    ek_sine_cosine_of_turn(words[i + 1], &sine, &cosine);
    y[i] = radius * cosine;
    y[i + 1] = radius * sine;
  }
}

static void affine(ek_int count, float a, float b, const float *x, float *y) {
  for (ek_int i = 0; i < count; i++) y[i] = a + b * x[i];
}

static void dropout(ek_int count, const uint32_t *words, float keep, const float *x, float *y,
                    uint8_t *mask) {
  for (ek_int i = 0; i < count; i++) {
    mask[i] = ek_unit_f32(words[i]) < keep;
    y[i] = mask[i] ? x[i] / keep : 0;
  }
}

static void dropout_gradient(ek_int count, float keep, const uint8_t *mask, const float *g,
                             float *dx) {
  for (ek_int i = 0; i < count; i++) dx[i] = mask[i] ? g[i] / keep : 0;
}

const ek_random ek_random_scalar = {words, uniform, normal, affine, dropout, dropout_gradient};
