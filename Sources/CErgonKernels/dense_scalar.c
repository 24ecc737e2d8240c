// The plain twins of the dense products.
#include "dense.h"
#include "dense_blocks.h"

static void float_rows(const ek_dense_task *task) {
  for (ek_int t = 0; t < task->tokens; t++) {
    const float *x = task->x + t * task->ldx;
    for (int r = 0; r < task->count; r++) {
      double sum = 0;
      for (ek_int k = 0; k < task->columns; k++)
        sum += (double)ek_read_weight(task->format, task->rows[r], k) * x[k];
      task->y[t * EK_DENSE_ROWS + r] = (float)sum;
    }
  }
}

static float block_product(const ek_dense_task *task, int row, ek_int token) {
  const ek_block_tokens *x = task->blocks;
  const int8_t *codes = x->codes + token * x->columns;
  const float *factors = x->factors + token * (x->columns / 32);
  const int32_t *sums = x->sums + token * (x->columns / 16);
  float y = 0;
  for (ek_int b = 0; b < task->columns / 32; b++) {
    ek_weight_block w;
    ek_read_block(task->format, task->rows[row], b, &w);
    int32_t product[2] = {0, 0};
    for (int j = 0; j < 32; j++) product[j / 16] += w.codes[j] * codes[32 * b + j];
    if (task->format == EK_WEIGHTS_Q6_K) {
      y = fmaf(w.scale[0], factors[b] * (float)product[0], y);
      y = fmaf(w.scale[1], factors[b] * (float)product[1], y);
    } else {
      y = fmaf(w.scale[0], factors[b] * (float)(product[0] + product[1]), y);
    }
    if (task->format == EK_WEIGHTS_Q4_K)
      y = fmaf(-w.minimum, factors[b] * (float)(sums[2 * b] + sums[2 * b + 1]), y);
  }
  return y;
}

static void block_rows(const ek_dense_task *task) {
  for (ek_int t = 0; t < task->tokens; t++)
    for (int r = 0; r < task->count; r++)
      task->y[t * EK_DENSE_ROWS + r] = block_product(task, r, task->first_token + t);
}

static void quantize(ek_int columns, const float *x, int8_t *codes, float *factors,
                     int32_t *sums) {
  for (ek_int b = 0; b < columns / 32; b++, x += 32, codes += 32) {
    uint32_t most = 0;  // of the bits: a NaN counts as greatest
    for (int j = 0; j < 32; j++) {
      const uint32_t bits = bits_of_float(x[j]) & 0x7FFFFFFF;
      most = bits > most ? bits : most;
    }
    const float size = float_of_bits(most);
    factors[b] = most >= 0x7F800000 ? NAN : size / 127;
    // Below this 127 / size would overflow; the codes are then 0.
    const float scale = most < 0x7F800000 && size >= 0x1p-100f ? 127 / size : 0;
    sums[2 * b] = sums[2 * b + 1] = 0;
    for (int j = 0; j < 32; j++) {
      codes[j] = scale == 0 ? 0 : (int8_t)rintf(x[j] * scale);
      sums[2 * b + j / 16] += codes[j];
    }
  }
}

const ek_dense_functions ek_dense_functions_scalar = {float_rows, block_rows, quantize};
