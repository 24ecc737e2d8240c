// Attention over the paged cache: shared between threads by key heads and blocks of queries, and
// where these are few by parts of the positions too.
#include "transformer.h"

EK_INLINE const ek_transformer_functions *kernels(void) {
  static const ek_transformer_functions *const tables[] = EK_TABLES(ek_transformer_functions);
  return tables[ek_isa_now()];
}

typedef struct {
  const ek_kv_shape *shape;
  ek_int group, width;
  float scale;
  bool causal;
  const ek_kv_span *span;
  const float *q;
  ek_int ldq;
  float *out;
  ek_int ldo;
  ek_int block_tokens, rows;  // of a block of queries
  ek_int parts;               // of the longest span, where parts are computed apart
  float *sums;                // of all parts then
} attention;

// A key head and a block of queries of a span.
typedef struct {
  const ek_kv_span *span;
  ek_int key_head, token, tokens;
} unit;

static ek_int blocks_of(const attention *a, const ek_kv_span *span) {
  return a->shape->kv_heads * ek_ceil_div(span->tokens, a->block_tokens);
}

static unit find_unit(const attention *a, ek_int index) {
  const ek_kv_span *span = a->span;
  for (; index >= blocks_of(a, span); span++) index -= blocks_of(a, span);
  const ek_int token = index / a->shape->kv_heads * a->block_tokens;
  return (unit){span, index % a->shape->kv_heads, token,
                ek_least(a->block_tokens, span->tokens - token)};
}

// Positions that the last token of a unit sees.
static ek_int positions(const attention *a, const unit *u) {
  return ek_positions_seen(u->span, a->causal, u->token + u->tokens - 1);
}

// A multiple of 16: the sums of a part, and those that follow, begin at a cache line.
static size_t sums_floats(const attention *a) {
  return (size_t)(ek_ceil_div(a->rows * (a->width + 2), 16) * 16);
}

// So many floats as sums.
static ek_attention_sums as_sums(const attention *a, float *floats) {
  return (ek_attention_sums){a->width, floats + a->rows * a->width,
                             floats + a->rows * (a->width + 1), floats};
}

static void attend_part(const attention *a, const unit *u, ek_int part, ek_attention_sums sums) {
  const ek_int begin = part * EK_ATTENTION_PART;
  const ek_attention_part p = {
      .shape = a->shape, .span = u->span, .key_head = u->key_head, .group = a->group,
      .token = u->token, .tokens = u->tokens, .begin = begin,
      .end = ek_least(begin + EK_ATTENTION_PART, positions(a, u)), .causal = a->causal,
      .scale = a->scale, .q = a->q, .ldq = a->ldq, .sums = sums};
  kernels()->attend(&p);
}

// Joins a part's sums to those before it, for the rows that see any of its positions.
static void join_part(const attention *a, const unit *u, ek_int part, ek_attention_sums to,
                      ek_attention_sums later) {
  for (ek_int t = 0; t < u->tokens; t++) {
    if (ek_positions_seen(u->span, a->causal, u->token + t) <= part * EK_ATTENTION_PART) continue;
    for (ek_int row = t * a->group; row < (t + 1) * a->group; row++)
      kernels()->join(a->width, to.most + row, to.total + row, to.sum + row * a->width,
                      later.most[row], later.total[row], later.sum + row * a->width);
  }
}

static void finish_unit(const attention *a, const unit *u, ek_attention_sums sums) {
  const ek_int dim = a->shape->head_dim;
  for (ek_int t = 0; t < u->tokens; t++) {
    for (ek_int h = 0; h < a->group; h++) {
      const ek_int row = t * a->group + h;
      kernels()->finish(dim, sums.total[row], sums.sum + row * a->width,
                        a->out + (u->span->row + u->token + t) * a->ldo +
                            (u->key_head * a->group + h) * dim);
    }
  }
}

// Whole units, part after part.
static void run_units(void *context, ek_int begin, ek_int end) {
  const attention *a = context;
  const size_t each = sums_floats(a), bytes = 2 * each * sizeof(float);
  float *memory = ek_allocate(bytes);
  const ek_attention_sums sums = as_sums(a, memory), later = as_sums(a, memory + each);
  for (ek_int index = begin; index < end; index++) {
    const unit u = find_unit(a, index);
    const ek_int parts = ek_ceil_div(positions(a, &u), EK_ATTENTION_PART);
    attend_part(a, &u, 0, sums);
    for (ek_int part = 1; part < parts; part++) {
      attend_part(a, &u, part, later);
      join_part(a, &u, part, sums, later);
    }
    finish_unit(a, &u, sums);
  }
  ek_deallocate(memory, bytes);
}

// The parts of units, each with its own sums, and then their joining.
static ek_attention_sums stored_sums(const attention *a, ek_int index, ek_int part) {
  return as_sums(a, a->sums + (size_t)(index * a->parts + part) * sums_floats(a));
}

static void run_parts(void *context, ek_int begin, ek_int end) {
  const attention *a = context;
  for (ek_int i = begin; i < end; i++) {
    const ek_int index = i / a->parts, part = i % a->parts;
    const unit u = find_unit(a, index);
    if (part * EK_ATTENTION_PART < positions(a, &u))
      attend_part(a, &u, part, stored_sums(a, index, part));
  }
}

static void join_units(const attention *a, ek_int units) {
  for (ek_int index = 0; index < units; index++) {
    const unit u = find_unit(a, index);
    const ek_attention_sums sums = stored_sums(a, index, 0);
    const ek_int parts = ek_ceil_div(positions(a, &u), EK_ATTENTION_PART);
    for (ek_int part = 1; part < parts; part++)
      join_part(a, &u, part, sums, stored_sums(a, index, part));
    finish_unit(a, &u, sums);
  }
}

void ek_attention(const ek_kv_shape *shape, ek_int heads, float scale, bool causal, ek_int spans,
                  const ek_kv_span *span, const float *q, ek_int ldq, float *out, ek_int ldo) {
  attention a = {.shape = shape, .group = heads / shape->kv_heads,
                 .width = ek_ceil_div(shape->head_dim, 16) * 16, .scale = scale,
                 .causal = causal, .span = span, .q = q, .ldq = ldq, .out = out, .ldo = ldo};
  ek_int units = 0, most_tokens = 0, pairs = 0;
  for (ek_int i = 0; i < spans; i++) {
    const ek_int seen = span[i].first_position + span[i].tokens;
    most_tokens = ek_most(most_tokens, span[i].tokens);
    pairs += seen * span[i].tokens;
    a.parts = ek_most(a.parts, ek_ceil_div(seen, EK_ATTENTION_PART));
  }
  if (most_tokens <= 0) return;
  a.block_tokens = ek_least(most_tokens, ek_most(1, EK_ATTENTION_ROWS / a.group));
  a.rows = a.block_tokens * a.group;
  for (ek_int i = 0; i < spans; i++) units += blocks_of(&a, span + i);

  const bool is_small = pairs * heads * shape->head_dim < 4 * EK_GRAIN_CHEAP;
  const int32_t threads = is_small ? 1 : ek_threads();
  if (threads == 1) {
    run_units(&a, 0, units);
    return;
  }
  const size_t bytes = (size_t)(units * a.parts) * sums_floats(&a) * sizeof(float);
  enum { most_bytes = 1 << 26 };
  if (units >= 4 * threads || a.parts == 1 || bytes > most_bytes) {
    ek_parallel_for(units, 1, run_units, &a);
    return;
  }
  a.sums = ek_allocate(bytes);
  ek_parallel_for(units * a.parts, 1, run_parts, &a);
  join_units(&a, units);
  ek_deallocate(a.sums, bytes);
}
