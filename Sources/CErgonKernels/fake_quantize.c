// Weights as trits and activations as int8, both still floats: what a network that will be ternary
// computes with while it learns.
#include "include/ergon_quantized_kernels.h"
#include "half.h"
#include "internal.h"

typedef struct {
  ek_int columns;
  const float *x;
  float *y;
} ek_round_rows;


#define EK_NAME(x) x##_scalar
#define EK_MARK
#include "fake_quantize_template.h"
#if defined(__x86_64__)
#define EK_NAME(x) x##_avx2
#define EK_MARK EK_TARGET_AVX2
#include "fake_quantize_template.h"
#define EK_NAME(x) x##_avx512
#define EK_MARK EK_TARGET_AVX512
#include "fake_quantize_template.h"
#endif

#if defined(__x86_64__)
#define EK_CHOOSE(name)                                            \
  (ek_isa_now() == EK_ISA_AVX512 ? name##_avx512                   \
   : ek_isa_now() == EK_ISA_AVX2 ? name##_avx2                     \
                                 : name##_scalar)
#else
#define EK_CHOOSE(name) name##_scalar
#endif

static void round_rows(void *context, ek_int begin, ek_int end) {
  EK_CHOOSE(round_rows)(context, begin, end);
}

void ek_fake_quantize_rows(ek_int rows, ek_int columns, const float *x, float *y) {
  ek_round_rows task = {columns, x, y};
  ek_parallel_for(rows, ek_most(1, (1 << 14) / ek_most(columns, 1)), round_rows, &task);
}

// Pieces whose sums are added in order, whoever computes them.
enum { EK_TRIT_PIECE = 1 << 13 };

typedef struct {
  ek_int count;
  const float *w;
  double *sums;
  float scale;
  float *y;
} ek_trit_task;

static void sum_pieces(void *context, ek_int begin, ek_int end) {
  const ek_trit_task *task = context;
  for (ek_int piece = begin; piece < end; piece++) {
    ek_int first = piece * EK_TRIT_PIECE;
    task->sums[piece] =
        EK_CHOOSE(sum_of_sizes)(ek_least(EK_TRIT_PIECE, task->count - first), task->w + first);
  }
}

static void round_pieces(void *context, ek_int begin, ek_int end) {
  const ek_trit_task *task = context;
  ek_int first = begin * EK_TRIT_PIECE;
  ek_int last = ek_least(end * EK_TRIT_PIECE, task->count);
  EK_CHOOSE(trits)(last - first, task->w + first, task->scale, task->y + first);
}

float ek_fake_ternarize(ek_int count, const float *w, double *sums, float factor, float *y) {
  ek_int pieces = ek_ceil_div(count, EK_TRIT_PIECE);
  ek_trit_task task = {count, w, sums, 0, y};
  ek_parallel_for(pieces, 1, sum_pieces, &task);
  double sum = 0;
  for (ek_int piece = 0; piece < pieces; piece++) sum += sums[piece];
  float mean = (float)(sum / (double)ek_most(count, 1)) * factor;
  task.scale = mean != mean ? mean : 1 / (mean > 1e-5f ? mean : 1e-5f);
  ek_parallel_for(pieces, 1, round_pieces, &task);
  return task.scale;
}
