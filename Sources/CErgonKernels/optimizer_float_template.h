// The optimiser steps of one floating-point type: they choose the instruction set's kernel and
// share large work between threads.
#include "optimizer.h"
#include "scalar_arithmetic.h"

EK_INLINE const EK_S(ek_optimizer) *EK_S(kernels)(void) {
  static const EK_S(ek_optimizer) *const tables[] = EK_TABLES(EK_S(ek_optimizer));
  return tables[ek_isa_now()];
}

typedef struct {
  const EK_S(ek_optimizer) *kernels;
  T rate, momentum, weight_decay;
  bool nesterov;
  EK_S(ek_adam) adam;
  const T *g;
  T *m, *v, *p;
} EK_S(step_job);

EK_INLINE void EK_S(over_elements)(ek_body body, EK_S(step_job) *job, ek_int count) {
  enum { grain = EK_GRAIN_CHEAP / 2 };
  if (count <= 2 * grain) body(job, 0, count);
  else ek_parallel_for(count, grain, body, job);
}

static void EK_S(sgd_piece)(void *context, ek_int begin, ek_int end) {
  const EK_S(step_job) *job = context;
  job->kernels->sgd(end - begin, job->rate, job->momentum, job->nesterov, job->weight_decay,
                    job->g + begin, job->v ? job->v + begin : NULL, job->p + begin);
}

void EK_S(ek_sgd_step)(ek_int count, T rate, T momentum, bool nesterov, T weight_decay, const T *g,
                       T *velocity, T *p) {
  EK_S(step_job) job = {.kernels = EK_S(kernels)(), .rate = rate, .momentum = momentum,
                        .weight_decay = weight_decay, .nesterov = nesterov, .g = g,
                        .v = momentum == 0 ? NULL : velocity, .p = p};
  EK_S(over_elements)(EK_S(sgd_piece), &job, count);
}

static void EK_S(adam_piece)(void *context, ek_int begin, ek_int end) {
  const EK_S(step_job) *job = context;
  job->kernels->adam(end - begin, &job->adam, job->g + begin, job->m + begin, job->v + begin,
                     job->p + begin);
}

void EK_S(ek_adam_step)(ek_int count, T rate, T beta1, T beta2, T epsilon, T weight_decay,
                        bool decoupled, T correction1, T correction2, const T *g, T *m, T *v,
                        T *p) {
  EK_S(step_job) job = {
      .kernels = EK_S(kernels)(),
      .adam = {.beta1 = beta1, .rise1 = 1 - beta1, .beta2 = beta2, .rise2 = 1 - beta2,
               .decay = decoupled ? 0 : weight_decay,
               .shrink = decoupled ? 1 - rate * weight_decay : 1, .step = rate / correction1,
               .root = 1 / EK_S(sqrt)(correction2), .epsilon = epsilon},
      .g = g, .m = m, .v = v, .p = p};
  EK_S(over_elements)(EK_S(adam_piece), &job, count);
}

static void EK_S(average_piece)(void *context, ek_int begin, ek_int end) {
  const EK_S(step_job) *job = context;
  job->kernels->average(end - begin, job->rate, job->g + begin, job->p + begin);
}

void EK_S(ek_average_step)(ek_int count, T decay, const T *x, T *target) {
  EK_S(step_job) job = {.kernels = EK_S(kernels)(), .rate = decay, .g = x, .p = target};
  EK_S(over_elements)(EK_S(average_piece), &job, count);
}
