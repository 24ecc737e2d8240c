// The plain twins of the optimiser steps for one floating-point type.
#include "optimizer.h"
#include "scalar_arithmetic.h"

static void EK_S(sgd)(ek_int count, T rate, T momentum, bool nesterov, T weight_decay, const T *g,
                      T *velocity, T *p) {
  for (ek_int i = 0; i < count; i++) {
    T step = g[i] + weight_decay * p[i];
    if (velocity) {
      const T v = velocity[i] = momentum * velocity[i] + step;
      step = nesterov ? step + momentum * v : v;
    }
    p[i] -= rate * step;
  }
}

static void EK_S(adam)(ek_int count, const EK_S(ek_adam) *k, const T *g, T *m, T *v, T *p) {
  for (ek_int i = 0; i < count; i++) {
    const T d = g[i] + k->decay * p[i];
    m[i] = k->beta1 * m[i] + k->rise1 * d;
    v[i] = k->beta2 * v[i] + k->rise2 * d * d;
    p[i] = k->shrink * p[i] - k->step * m[i] / (EK_S(sqrt)(v[i]) * k->root + k->epsilon);
  }
}

static void EK_S(average)(ek_int count, T decay, const T *x, T *target) {
  for (ek_int i = 0; i < count; i++) target[i] = decay * target[i] + (1 - decay) * x[i];
}

const EK_S(ek_optimizer) EK_TABLE(ek_optimizer) = {EK_S(sgd), EK_S(adam), EK_S(average)};
