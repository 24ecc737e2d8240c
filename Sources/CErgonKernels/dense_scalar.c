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
  const ek_int blocks = task->columns / 32;
  float y = 0;
  for (ek_int b = 0; b < blocks; b++) {
    ek_weight_block w;
    ek_read_block(task->format, task->rows[row], b, &w);
    const int8_t *codes = x->codes + (token * blocks + b) * 32;
    const float factor = x->factors[token * blocks + b];
    int32_t product[2] = {0, 0};
    for (int j = 0; j < 32; j++) product[j / 16] += w.codes[j] * codes[j];
    if (task->format == EK_WEIGHTS_Q6_K) {
      y = fmaf(w.scale[0], factor * (float)product[0], y);
      y = fmaf(w.scale[1], factor * (float)product[1], y);
    } else {
      y = fmaf(w.scale[0], factor * (float)(product[0] + product[1]), y);
    }
    if (task->format != EK_WEIGHTS_Q4_K || b % 8 != 7) continue;
    for (ek_int i = b - 7; i <= b; i++) {
      ek_read_block(task->format, task->rows[row], i, &w);
      y = fmaf(-w.minimum, x->shifts[token * blocks + i], y);
    }
  }
  return y;
}

static void block_rows(const ek_dense_task *task) {
  for (ek_int t = 0; t < task->tokens; t++)
    for (int r = 0; r < task->count; r++)
      task->y[t * EK_DENSE_ROWS + r] = block_product(task, r, task->first_token + t);
}

static void quantize(const float *x, const ek_block_tokens *to) {
  for (ek_int b = 0; b < to->columns / 32; b++, x += 32) {
    uint32_t greatest = 0;  // of the bits: a NaN counts as greatest
    for (int j = 0; j < 32; j++) {
      const uint32_t bits = bits_of_float(x[j]) & 0x7FFFFFFF;
      greatest = bits > greatest ? bits : greatest;
    }
    const float scale = ek_code_scale(greatest);
    int32_t sums[2] = {0, 0};
    for (int j = 0; j < 32; j++) {
      const int8_t code = scale == 0 ? 0 : (int8_t)rintf(x[j] * scale);
      to->codes[32 * b + j] = code;
      sums[j / 16] += code;
    }
    ek_finish_token_block(to, b, greatest, sums);
  }
}

const ek_dense_float_functions ek_dense_float_scalar = {float_rows};
const ek_dense_block_functions ek_dense_block_scalar = {block_rows, quantize};
