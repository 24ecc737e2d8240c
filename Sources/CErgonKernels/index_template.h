// Gathers, scatters and their forms along an axis for one element type.
#include "scalar_arithmetic.h"

typedef struct {
  ek_int length, inner, count;
  const int32_t *index;
  const T *x;
  T *y;
} EK_S(gather_job);

static void EK_S(gather_lines)(void *context, ek_int begin, ek_int end) {
  const EK_S(gather_job) *job = context;
  const ek_int inner = job->inner;
  for (ek_int line = begin; line < end; line++) {
    const ek_int from = line / job->count * job->length + job->index[line % job->count];
    memcpy(job->y + line * inner, job->x + from * inner, (size_t)inner * sizeof(T));
  }
}

void EK_S(ek_gather)(ek_int outer, ek_int length, ek_int inner, ek_int count,
                     const int32_t *index, const T *x, T *y) {
  EK_S(gather_job) job = {length, inner, count, index, x, y};
  const ek_int grain = ek_ceil_div(EK_GRAIN_CHEAP, ek_most(1, inner));
  if (outer * count <= 2 * grain) EK_S(gather_lines)(&job, 0, outer * count);
  else ek_parallel_for(outer * count, grain, EK_S(gather_lines), &job);
}

void EK_S(ek_scatter_add)(ek_int outer, ek_int length, ek_int inner, ek_int count,
                          const int32_t *index, const T *x, T *y) {
  for (ek_int o = 0; o < outer; o++, y += length * inner)
    for (ek_int j = 0; j < count; j++, x += inner) {
      T *to = y + index[j] * inner;
      for (ek_int i = 0; i < inner; i++) to[i] = EK_S(add)(to[i], x[i]);
    }
}

void EK_S(ek_take_along)(ek_int outer, ek_int length, ek_int inner, ek_int count,
                         const int32_t *index, const T *x, T *y) {
  for (ek_int o = 0; o < outer; o++, x += length * inner)
    for (ek_int j = 0; j < count; j++, y += inner, index += inner)
      for (ek_int i = 0; i < inner; i++) y[i] = x[index[i] * inner + i];
}

void EK_S(ek_put_add_along)(ek_int outer, ek_int length, ek_int inner, ek_int count,
                            const int32_t *index, const T *x, T *y) {
  for (ek_int o = 0; o < outer; o++, y += length * inner)
    for (ek_int j = 0; j < count; j++, x += inner, index += inner)
      for (ek_int i = 0; i < inner; i++) {
        T *to = y + index[i] * inner + i;
        *to = EK_S(add)(*to, x[i]);
      }
}
