// The plain twins of the work between a decoder's products.
#include "row_norm.h"
#include "transformer.h"

static void rms_norm(ek_int columns, float epsilon, const float *x, const float *weight,
                     float *y) {
  const float factor = row_norm_factor(columns, epsilon, x);
  for (ek_int i = 0; i < columns; i++) y[i] = row_normed(x[i], factor, weight[i]);
}

static void gate(ek_activation activation, ek_int count, const float *gate, const float *up,
                 float *y) {
  for (ek_int i = 0; i < count; i++) y[i] = ek_activate_f32(activation, gate[i]) * up[i];
}

static float store(ek_kv_format format, ek_int count, const float *x, void *to) {
  if (format == EK_KV_F32) {
    memcpy(to, x, (size_t)count * sizeof(float));
    return 1;
  }
  if (format == EK_KV_F16) {
    for (ek_int i = 0; i < count; i++) {
      const uint16_t half = half_of_float(x[i]);
      memcpy((uint8_t *)to + 2 * i, &half, sizeof half);
    }
    return 1;
  }
  uint32_t most = 0;  // of the bits: a NaN counts as greatest
  for (ek_int i = 0; i < count; i++) {
    const uint32_t bits = bits_of_float(x[i]) & 0x7FFFFFFF;
    most = bits > most ? bits : most;
  }
  const float scale = ek_code_scale(most);
  for (ek_int i = 0; i < count; i++)
    ((int8_t *)to)[i] = scale == 0 ? 0 : (int8_t)rintf(x[i] * scale);
  return ek_code_factor(most);
}

static float kv_number(const ek_attention_part *p, ek_int position, bool values, ek_int d) {
  uint8_t *scale;
  const uint8_t *from =
      ek_kv_place(p->shape, p->span, position, p->key_head, values, &scale);
  float value;
  switch (p->shape->format) {
    case EK_KV_F32: memcpy(&value, from + 4 * d, sizeof value); return value;
    case EK_KV_F16: return ek_read_half(from + 2 * d);
    default: memcpy(&value, scale, sizeof value); return value * (float)((int8_t)from[d]);
  }
}

static void attend(const ek_attention_part *p) {
  const ek_int dim = p->shape->head_dim;
  for (ek_int t = 0; t < p->tokens; t++) {
    const ek_int end = ek_least(p->end, ek_positions_seen(p->span, p->causal, p->token + t));
    for (ek_int h = 0; h < p->group; h++) {
      const ek_int row = t * p->group + h;
      const float *q = p->q + (p->span->row + p->token + t) * p->ldq +
                       (p->key_head * p->group + h) * dim;
      float scores[EK_ATTENTION_PART], most = -INFINITY, total = 0;
      for (ek_int j = p->begin; j < end; j++) {
        float score = 0;
        for (ek_int d = 0; d < dim; d++) score += q[d] * kv_number(p, j, false, d);
        scores[j - p->begin] = score *= p->scale;
        most = score > most ? score : most;
      }
      float *sum = p->sums.sum + row * p->sums.width;
      memset(sum, 0, (size_t)p->sums.width * sizeof(float));
      for (ek_int j = p->begin; j < end; j++) {
        const float weight = expf(scores[j - p->begin] - most);
        total += weight;
        for (ek_int d = 0; d < dim; d++) sum[d] += weight * kv_number(p, j, true, d);
      }
      p->sums.most[row] = most;
      p->sums.total[row] = total;
    }
  }
}

static void join(ek_int width, float *most, float *total, float *sum, float later_most,
                 float later_total, const float *later_sum) {
  const float both = *most > later_most ? *most : later_most;
  const float before = expf(*most - both), later = expf(later_most - both);
  *most = both;
  *total = fmaf(*total, before, later_total * later);
  for (ek_int d = 0; d < width; d++) sum[d] = fmaf(sum[d], before, later_sum[d] * later);
}

static void finish(ek_int count, float total, const float *sum, float *y) {
  for (ek_int d = 0; d < count; d++) y[d] = sum[d] / total;
}

const ek_transformer_functions ek_transformer_functions_scalar = {
    rms_norm, gate, store, attend, join, finish,
};
