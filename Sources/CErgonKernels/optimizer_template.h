// Optimiser steps for one floating-point type.
#include "scalar_arithmetic.h"

void EK_S(ek_sgd_step)(ek_int count, T rate, T momentum, bool nesterov, T weight_decay, const T *g,
                       T *velocity, T *p) {
  for (ek_int i = 0; i < count; i++) {
    T step = g[i] + weight_decay * p[i];
    if (velocity && momentum != 0) {
      const T v = velocity[i] = momentum * velocity[i] + step;
      step = nesterov ? step + momentum * v : v;
    }
    p[i] -= rate * step;
  }
}

void EK_S(ek_adam_step)(ek_int count, T rate, T beta1, T beta2, T epsilon, T weight_decay,
                        bool decoupled, T correction1, T correction2, const T *g, T *m, T *v,
                        T *p) {
  const T step = rate / correction1, root = 1 / EK_S(sqrt)(correction2);
  const T shrink = decoupled ? 1 - rate * weight_decay : 1, decay = decoupled ? 0 : weight_decay;
  for (ek_int i = 0; i < count; i++) {
    const T d = g[i] + decay * p[i];
    m[i] = beta1 * m[i] + (1 - beta1) * d;
    v[i] = beta2 * v[i] + (1 - beta2) * d * d;
    p[i] = shrink * p[i] - step * m[i] / (EK_S(sqrt)(v[i]) * root + epsilon);
  }
}

void EK_S(ek_average_step)(ek_int count, T decay, const T *x, T *target) {
  for (ek_int i = 0; i < count; i++) target[i] = decay * target[i] + (1 - decay) * x[i];
}
