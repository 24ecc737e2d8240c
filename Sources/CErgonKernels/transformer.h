// What the transformer_*.c files share: the work between a decoder's products, once per instruction
// set.
#ifndef EK_TRANSFORMER_H
#define EK_TRANSFORMER_H

#include "include/ergon_quantized_kernels.h"
#include "int8_codes.h"

// Where attention cuts the positions of a sequence, always at multiples of this: each part gets its
// own softmax sums, and parts are joined in order. The cuts are absolute, so that a query's result
// does not depend on which other queries it is computed with, nor on who computes which part.
enum { EK_ATTENTION_PART = 256 };

// Rows of queries that are computed together at most, unless one key head has more query heads.
enum { EK_ATTENTION_ROWS = 128 };

// Sums over some positions of one query: `most` is the greatest score m, `total` the sum of
// exp(score - m), and sum[d] that of exp(score - m) v[d].
typedef struct {
  ek_int width;  // of a line of `sum`: head_dim rounded up to a multiple of 16
  float *most, *total, *sum;
} ek_attention_sums;

// Queries of consecutive tokens and of all the heads that share a key head, over positions
// begin ..< end of one part. Row t * group + h is that of token `token` + t and head h.
typedef struct {
  const ek_kv_shape *shape;
  const ek_kv_span *span;
  ek_int key_head, group;
  ek_int token, tokens;
  ek_int begin, end;
  bool causal;
  float scale;
  const float *q;      // of the batch's first row
  ek_int ldq;
  ek_attention_sums sums;
} ek_attention_part;

// Positions that a token of a span sees.
EK_INLINE ek_int ek_positions_seen(const ek_kv_span *span, bool causal, ek_int token) {
  return span->first_position + (causal ? token + 1 : span->tokens);
}

// Bytes of a number in the cache.
EK_INLINE ek_int ek_kv_number_bytes(ek_kv_format format) {
  return format == EK_KV_F32 ? 4 : format == EK_KV_F16 ? 2 : 1;
}

// Where the key (values: false) or value of a position lies, and its scale.
EK_INLINE uint8_t *ek_kv_place(const ek_kv_shape *s, const ek_kv_span *span, ek_int position,
                               ek_int head, bool values, uint8_t **scale) {
  uint8_t *page = span->pages[position / s->page_tokens];
  const ek_int slot = head * s->page_tokens + position % s->page_tokens;
  const ek_int slots = s->kv_heads * s->page_tokens;
  const ek_int bytes = s->head_dim * ek_kv_number_bytes(s->format);
  *scale = page + 2 * slots * bytes + (slot + (values ? slots : 0)) * 4;
  return page + (slot + (values ? slots : 0)) * bytes;
}

typedef struct {
  void (*rms_norm)(ek_int columns, float epsilon, const float *x, const float *weight, float *y);
  void (*gate)(ek_activation activation, ek_int count, const float *gate, const float *up,
               float *y);
  // Stores one key or value; gives the scale of INT8.
  float (*store)(ek_kv_format format, ek_int count, const float *x, void *to);
  void (*attend)(const ek_attention_part *part);
  // Joins the sums of a row's later part to those before it.
  void (*join)(ek_int width, float *most, float *total, float *sum, float later_most,
               float later_total, const float *later_sum);
  // y = sum / total
  void (*finish)(ek_int count, float total, const float *sum, float *y);
} ek_transformer_functions;

extern const ek_transformer_functions ek_transformer_functions_scalar,
    ek_transformer_functions_avx2, ek_transformer_functions_avx512, ek_transformer_functions_neon;

#endif
