// Norms, gates and the cache of keys and values: shared between threads by rows.
#include "transformer.h"

EK_INLINE const ek_transformer_functions *kernels(void) {
  static const ek_transformer_functions *const tables[] = EK_TABLES(ek_transformer_functions);
  return tables[ek_isa_now()];
}

EK_INLINE void over(ek_int count, ek_int each, ek_body body, void *job) {
  if (count * each <= 2 * EK_GRAIN_COSTLY) body(job, 0, count);
  else ek_parallel_for(count, ek_ceil_div(EK_GRAIN_COSTLY, each), body, job);
}

// MARK: Norm and gate

typedef struct {
  ek_int columns;
  float epsilon;
  const float *x, *weight;
  ek_int ldx, ldy;
  float *y;
} norm_job;

static void norm_rows(void *context, ek_int begin, ek_int end) {
  const norm_job *job = context;
  for (ek_int t = begin; t < end; t++)
    kernels()->rms_norm(job->columns, job->epsilon, job->x + t * job->ldx, job->weight,
                        job->y + t * job->ldy);
}

void ek_rms_norm_rows(ek_int tokens, ek_int columns, float epsilon, const float *x, ek_int ldx,
                      const float *weight, float *y, ek_int ldy) {
  if (tokens <= 0 || columns <= 0) return;
  norm_job job = {columns, epsilon, x, weight, ldx, ldy, y};
  over(tokens, columns, norm_rows, &job);
}

typedef struct {
  ek_activation activation;
  const float *gate, *up;
  float *y;
} gate_job;

static void gate_some(void *context, ek_int begin, ek_int end) {
  const gate_job *job = context;
  kernels()->gate(job->activation, end - begin, job->gate + begin, job->up + begin,
                  job->y + begin);
}

void ek_gate_rows(ek_activation activation, ek_int count, const float *gate, const float *up,
                  float *y) {
  gate_job job = {activation, gate, up, y};
  over(count, 1, gate_some, &job);
}

// MARK: Cache

size_t ek_kv_page_bytes(const ek_kv_shape *s) {
  const size_t slots = (size_t)s->kv_heads * (size_t)s->page_tokens;
  const size_t number = (size_t)ek_kv_number_bytes(s->format);
  const size_t scale = s->format == EK_KV_INT8 ? sizeof(float) : 0;
  return 2 * slots * ((size_t)s->head_dim * number + scale);
}

typedef struct {
  const ek_kv_shape *shape;
  const ek_kv_span *span;
  const float *k, *v;
  ek_int ldk;
} store_job;

static void store_tokens(void *context, ek_int begin, ek_int end) {
  const store_job *job = context;
  const ek_kv_shape *s = job->shape;
  for (ek_int t = begin; t < end; t++) {
    const ek_int position = job->span->first_position + t, row = job->span->row + t;
    for (ek_int head = 0; head < s->kv_heads; head++) {
      for (int values = 0; values < 2; values++) {
        const float *x = (values ? job->v : job->k) + row * job->ldk + head * s->head_dim;
        uint8_t *scale_to, *to = ek_kv_place(s, job->span, position, head, values, &scale_to);
        const float scale = kernels()->store(s->format, s->head_dim, x, to);
        if (s->format == EK_KV_INT8) memcpy(scale_to, &scale, sizeof scale);
      }
    }
  }
}

void ek_kv_store(const ek_kv_shape *shape, ek_int spans, const ek_kv_span *span, const float *k,
                 const float *v, ek_int ldk) {
  for (ek_int i = 0; i < spans; i++) {
    store_job job = {shape, span + i, k, v, ldk};
    over(span[i].tokens, 2 * shape->kv_heads * shape->head_dim, store_tokens, &job);
  }
}
