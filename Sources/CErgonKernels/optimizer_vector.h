// Optimiser steps for one floating-point type and one instruction set, in one pass over the memory.
#include "optimizer.h"

static void EK_S(sgd)(ek_int count, T rate, T momentum, bool nesterov, T weight_decay, const T *g,
                      T *velocity, T *p) {
  const V r = ALL(-rate), decay = ALL(weight_decay), factor = ALL(momentum);
  if (!velocity) {
    EK_VECTORS(count, const V old = LOAD(p + i);
               STORE(p + i, FMA(FMA(decay, old, LOAD(g + i)), r, old)););
    return;
  }
  EK_VECTORS(count, const V old = LOAD(p + i); V step = FMA(decay, old, LOAD(g + i));
             const V v = FMA(factor, LOAD(velocity + i), step); STORE(velocity + i, v);
             step = nesterov ? FMA(factor, v, step) : v;
             STORE(p + i, FMA(step, r, old)););
}

static void EK_S(adam)(ek_int count, const EK_S(ek_adam) *k, const T *g, T *m, T *v, T *p) {
  const V beta1 = ALL(k->beta1), rise1 = ALL(k->rise1), beta2 = ALL(k->beta2);
  const V rise2 = ALL(k->rise2), decay = ALL(k->decay), shrink = ALL(k->shrink);
  const V step = ALL(-k->step), root = ALL(k->root), epsilon = ALL(k->epsilon);
  EK_VECTORS(count, const V old = LOAD(p + i); const V d = FMA(decay, old, LOAD(g + i));
             const V mean = FMA(rise1, d, beta1 * LOAD(m + i));
             const V square = FMA(rise2 * d, d, beta2 * LOAD(v + i));
             STORE(m + i, mean); STORE(v + i, square);
             const V size = FMA(EK_S(root)(square), root, epsilon);
             STORE(p + i, FMA(shrink, old, step * mean / size)););
}

static void EK_S(average)(ek_int count, T decay, const T *x, T *target) {
  const V keep = ALL(decay), take = ALL(1 - decay);
  EK_VECTORS(count, STORE(target + i, FMA(take, LOAD(x + i), keep * LOAD(target + i))););
}

const EK_S(ek_optimizer) EK_TABLE(ek_optimizer) = {EK_S(sgd), EK_S(adam), EK_S(average)};
