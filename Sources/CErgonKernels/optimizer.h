// The optimiser steps that have a version for each instruction set; on one thread.
#ifndef EK_OPTIMIZER_H
#define EK_OPTIMIZER_H

#include "template.h"

#define EK_OPTIMIZER(T, S)                                                                       \
  /* The constants of an Adam step, worked out once: m and v move by `rise1` and `rise2` towards \
     d = g + decay * p and its square, p = shrink * p - step * m / (sqrt(v) * root + epsilon). */ \
  typedef struct {                                                                               \
    T beta1, rise1, beta2, rise2, decay, shrink, step, root, epsilon;                            \
  } ek_adam_##S;                                                                                 \
  typedef struct {                                                                               \
    void (*sgd)(ek_int count, T rate, T momentum, bool nesterov, T weight_decay, const T *g,     \
                T *velocity, T *p);                                                              \
    void (*adam)(ek_int count, const ek_adam_##S *constants, const T *g, T *m, T *v, T *p);      \
    void (*average)(ek_int count, T decay, const T *x, T *target);                               \
  } ek_optimizer_##S;                                                                            \
  extern const ek_optimizer_##S ek_optimizer_##S##_scalar, ek_optimizer_##S##_avx2,              \
      ek_optimizer_##S##_avx512, ek_optimizer_##S##_neon;
EK_OPTIMIZER(float, f32)
EK_OPTIMIZER(double, f64)

#endif
