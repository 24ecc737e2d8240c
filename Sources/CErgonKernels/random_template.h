// Uniform and normal numbers and dropout for one floating-point type.
#include "random_scalar.h"

#pragma STDC FP_CONTRACT OFF

void EK_S(ek_random_uniform)(uint64_t key, uint64_t counter, ek_int count, T low, T high, T *y) {
  const T width = high - low, greatest = EK_S(ek_below)(low, high);
  for (ek_int i = 0; i < count; i++) {
    const T value = low + width * EK_S(unit)(key, counter + (uint64_t)i);
    y[i] = value < greatest ? value : greatest;
  }
}

void EK_S(ek_random_normal)(uint64_t key, uint64_t counter, ek_int count, T mean, T deviation,
                            T *y) {
  for (ek_int i = 0; i < count; i++)
    y[i] = mean + deviation * EK_S(normal)(key, counter + (uint64_t)i);
}

void EK_S(ek_dropout)(uint64_t key, uint64_t counter, ek_int count, T keep, const T *x, T *y,
                      uint8_t *mask) {
  for (ek_int i = 0; i < count; i++) {
    mask[i] = EK_S(unit)(key, counter + (uint64_t)i) < keep;
    y[i] = mask[i] ? x[i] / keep : 0;
  }
}

void EK_S(ek_dropout_gradient)(ek_int count, T keep, const uint8_t *mask, const T *g, T *dx) {
  for (ek_int i = 0; i < count; i++) dx[i] = mask[i] ? g[i] / keep : 0;
}
