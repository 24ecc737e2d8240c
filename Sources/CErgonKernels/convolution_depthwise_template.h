// Depthwise convolution, one filter a channel: a vector of channels at a time, so that a tile of
// neighbouring outputs costs a load and a multiply-add each per tap. Outputs at the left and right
// edge, whose window leaves the image, are done one by one with the taps they have.
//
// Template: after convolution_blocked_template.h, with the same names set.

EK_INLINE bool EK_TYPED(is_depthwise)(const ek_conv2d_shape *s) {
  return s->groups > 1 && s->groups == s->channels && s->groups == s->out_channels;
}

// Positions first ..< last of an axis of `count` outputs whose tap at `offset` lies in the image.
typedef struct {
  ek_int first, last;
} EK_TYPED(positions);

EK_INLINE EK_TYPED(positions) EK_TYPED(inside)(ek_int offset, ek_int stride, ek_int size,
                                               ek_int count) {
  ek_int first = offset < 0 ? (-offset + stride - 1) / stride : 0;
  ek_int last = size > offset ? (size - 1 - offset) / stride + 1 : 0;
  last = ek_least(last, count);
  return (EK_TYPED(positions)){first, ek_most(last, first)};
}

// Tap indices first ..< last whose source position lies in the image, from the output that puts tap
// 0 at `origin`.
EK_INLINE EK_TYPED(positions) EK_TYPED(taps_inside)(ek_int origin, ek_int spread, ek_int size,
                                                    ek_int taps) {
  return EK_TYPED(inside)(origin, ek_most(spread, 1), size, taps);
}

typedef struct {
  const ek_correlation *c;
  const T *image, *w, *bias;
  bool relu;
  T *out;
} EK_TYPED(depthwise_task);

// M outputs beside one another, the channels of one vector; x at the first tap used.
EK_INLINE void EK_TYPED(depthwise_tile)(const ek_correlation *c, const int M, const bool whole,
                                        MASK part, const T *x, const T *w, ek_int tall,
                                        ek_int wide, const T *bias, bool relu, T *y) {
  V sum[M], start = bias ? whole ? EK_TYPED(load)(bias) : LOAD_PART(bias, part) : (V){0};
  ek_int line = c->spread_h * c->width * c->pixel, step = c->stride_w * c->pixel;
  ek_int across = c->spread_w * c->pixel;
  _Pragma("clang loop unroll(full)") for (int m = 0; m < M; m++) sum[m] = start;
  for (ek_int kh = 0; kh < tall; kh++)
    for (ek_int kw = 0; kw < wide; kw++) {
      const T *tap = w + kh * c->weight_h + kw * c->weight_w, *from = x + kh * line + kw * across;
      V weight = whole ? EK_TYPED(load)(tap) : LOAD_PART(tap, part);
      _Pragma("clang loop unroll(full)") for (int m = 0; m < M; m++) {
        const T *p = from + m * step;
        sum[m] += (whole ? EK_TYPED(load)(p) : LOAD_PART(p, part)) * weight;
      }
    }
  _Pragma("clang loop unroll(full)") for (int m = 0; m < M; m++) {
    V v = sum[m];
    if (relu) v = (V)(~(v <= (V){0}) & (__typeof__(v <= v))v);
    if (whole) EK_TYPED(store)(y + m * c->out_column, v);
    else STORE_PART(y + m * c->out_column, v, part);
  }
}

// Output rows begin ..< end of batch * rows.
static void EK_TYPED(depthwise_rows)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(depthwise_task) *task = context;
  const ek_correlation *c = task->c;
  EK_TYPED(positions) whole_windows = EK_TYPED(inside)(c->left, c->stride_w, c->width, c->columns);
  whole_windows.last = EK_TYPED(inside)(c->left + (c->taps_w - 1) * c->spread_w, c->stride_w,
                                        c->width, c->columns).last;
  for (ek_int row = begin; row < end; row++) {
    ek_int n = row / c->rows, h = row % c->rows * c->stride_h + c->top;
    EK_TYPED(positions) kh = EK_TYPED(taps_inside)(h, c->spread_h, c->height, c->taps_h);
    const T *line = task->image +
                    (n * c->height + h + kh.first * c->spread_h) * c->width * c->pixel;
    T *out = task->out + n * c->out_image + row % c->rows * c->out_row;
    ek_int tall = kh.last - kh.first;
    for (ek_int channel = 0; channel < c->pixel; channel += LANES) {
      ek_int here = ek_least(LANES, c->pixel - channel);
      const bool whole = here == LANES;
      MASK part = FIRST(here);
      const T *w = task->w + kh.first * c->weight_h + channel;
      const T *bias = task->bias ? task->bias + channel : NULL;
      for (ek_int column = 0; column < c->columns;) {
        ek_int run = whole_windows.last - column, inner = whole_windows.last - whole_windows.first;
        if (column >= whole_windows.first && run > 0 && inner >= 4) {
          // The last tile of a row goes back over outputs done before rather than be shorter.
          const bool eight = inner >= 8;
          column = ek_least(column, whole_windows.last - (eight ? 8 : 4));
          const T *x = line + (column * c->stride_w + c->left) * c->pixel + channel;
          T *y = out + column * c->out_column + channel;
#define TILE(M, W)                                                                              \
  EK_TYPED(depthwise_tile)(c, M, W, part, x, w, tall, c->taps_w, bias, task->relu, y)
          if (eight && whole) TILE(8, true);
          else if (eight) TILE(8, false);
          else if (whole) TILE(4, true);
          else TILE(4, false);
#undef TILE
          column += eight ? 8 : 4;
        } else {
          ek_int at = column * c->stride_w + c->left;
          EK_TYPED(positions) kw = EK_TYPED(taps_inside)(at, c->spread_w, c->width, c->taps_w);
          const T *x = line + (at + kw.first * c->spread_w) * c->pixel + channel;
          EK_TYPED(depthwise_tile)(c, 1, false, part, x, w + kw.first * c->weight_w, tall,
                                   kw.last - kw.first, bias, task->relu,
                                   out + column * c->out_column + channel);
          column++;
        }
      }
    }
  }
}

static void EK_TYPED(depthwise)(ek_correlation *c, const T *image, const T *w, const T *bias,
                                bool relu, T *out) {
  EK_TYPED(depthwise_task) task = {c, image, w + c->weight, bias, relu, out + c->out};
  ek_int grain = ek_rows_per_piece(c->columns * c->pixel * ek_most(c->taps_h * c->taps_w, 1));
  ek_parallel_for(c->batch * c->rows, grain, EK_TYPED(depthwise_rows), &task);
}

// MARK: Weight gradient

typedef struct {
  const ek_correlation *c;
  const T *x, *g;
  T *sums;                // [blocks, taps + 1, padded channels]; the last row is the bias's
  ek_int blocks, padded;
} EK_TYPED(depthwise_weight_task);

// Rows of neighbouring outputs' gradients and the inputs their first tap reads.
typedef struct {
  const T *x, *g;
  ek_int x_row, x_step, across, g_row, g_step, rows, columns;
  MASK part;
} EK_TYPED(depthwise_sums);

// sums[k] += the sum of x * g for K taps beside one another, which share the reads of g.
EK_INLINE void EK_TYPED(sum_taps)(const EK_TYPED(depthwise_sums) *s, const int K, ek_int sums_step,
                                  T *sums) {
  enum { chains = 4 };  // Independent sums, or each addition would wait for the last.
  V sum[chains][K];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < chains; i++)
    _Pragma("clang loop unroll(full)") for (int k = 0; k < K; k++) sum[i][k] = (V){0};
  for (ek_int row = 0; row < s->rows; row++) {
    const T *x = s->x + row * s->x_row, *g = s->g + row * s->g_row;
    ek_int left = s->columns;
    for (; left >= chains; left -= chains) {
      _Pragma("clang loop unroll(full)") for (int i = 0; i < chains; i++) {
        V gradient = LOAD_PART(g, s->part);
        _Pragma("clang loop unroll(full)") for (int k = 0; k < K; k++)
            sum[i][k] += LOAD_PART(x + k * s->across, s->part) * gradient;
        x += s->x_step, g += s->g_step;
      }
    }
    for (; left > 0; left--, x += s->x_step, g += s->g_step) {
      V gradient = LOAD_PART(g, s->part);
      _Pragma("clang loop unroll(full)") for (int k = 0; k < K; k++)
          sum[0][k] += LOAD_PART(x + k * s->across, s->part) * gradient;
    }
  }
  _Pragma("clang loop unroll(full)") for (int k = 0; k < K; k++) {
    T *to = sums + k * sums_step;
    V all = (sum[0][k] + sum[1][k]) + (sum[2][k] + sum[3][k]);
    EK_TYPED(store)(to, EK_TYPED(load)(to) + all);
  }
}

// One window row's sums for one image and one vector of channels; s holds the rows, with x and g at
// their first pixel.
EK_INLINE void EK_TYPED(sum_window_row)(const ek_correlation *c, EK_TYPED(depthwise_sums) s,
                                        ek_int sums_step, T *sums) {
  enum { together = 3 };
  const T *x = s.x, *g = s.g;
  for (ek_int first = 0; first < c->taps_w; first += together) {
    ek_int many = ek_least(together, c->taps_w - first);
    // The outputs all of whose taps lie in the image, then what single taps have besides.
    EK_TYPED(positions) all = {0, c->columns};
    for (ek_int k = first; k < first + many; k++) {
      EK_TYPED(positions) own =
          EK_TYPED(inside)(c->left + k * c->spread_w, c->stride_w, c->width, c->columns);
      all.first = ek_most(all.first, own.first), all.last = ek_least(all.last, own.last);
    }
    all.last = ek_most(all.last, all.first);
#define SUM(K, tap, from, to)                                                                  \
  (s.x = x + (from) * s.x_step + (c->left + (tap) * c->spread_w) * c->pixel,                   \
   s.g = g + (from) * s.g_step, s.columns = (to) - (from),                                     \
   EK_TYPED(sum_taps)(&s, K, sums_step, sums + (tap) * sums_step))
    if (all.last > all.first) {
      if (many == 3) SUM(3, first, all.first, all.last);
      else if (many == 2) SUM(2, first, all.first, all.last);
      else SUM(1, first, all.first, all.last);
    }
    for (ek_int k = first; k < first + many; k++) {
      EK_TYPED(positions) own =
          EK_TYPED(inside)(c->left + k * c->spread_w, c->stride_w, c->width, c->columns);
      ek_int before = ek_least(all.first, own.last), after = ek_most(all.last, own.first);
      if (own.first < before) SUM(1, k, own.first, before);
      after = ek_most(after, before);
      if (after < own.last) SUM(1, k, after, own.last);
    }
#undef SUM
  }
}

// Blocks of images begin ..< end.
static void EK_TYPED(depthwise_weight_blocks)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(depthwise_weight_task) *task = context;
  const ek_correlation *c = task->c;
  ek_int channels = c->pixel, taps = c->taps_h * c->taps_w, line = c->width * channels;
  static const T ones[LANES] = {[0 ... VECTOR_BYTES / sizeof(T) - 1] = 1};
  for (ek_int block = begin; block < end; block++) {
    T *sums = task->sums + block * (taps + 1) * task->padded;
    memset(sums, 0, (size_t)((taps + 1) * task->padded) * sizeof(T));
    ek_int last = c->batch * (block + 1) / task->blocks;
    for (ek_int n = c->batch * block / task->blocks; n < last; n++) {
      const T *image = task->x + n * c->height * line, *gradient = task->g + n * c->out_image;
      for (ek_int channel = 0; channel < channels; channel += LANES) {
        MASK part = FIRST(ek_least(LANES, channels - channel));
        for (ek_int kh = 0; kh < c->taps_h; kh++) {
          ek_int down = c->top + kh * c->spread_h;
          EK_TYPED(positions) rows = EK_TYPED(inside)(down, c->stride_h, c->height, c->rows);
          EK_TYPED(depthwise_sums) s = {
              .x = image + (rows.first * c->stride_h + down) * line + channel,
              .g = gradient + rows.first * c->out_row + channel,
              .x_row = c->stride_h * line, .x_step = c->stride_w * channels,
              .across = c->spread_w * channels, .g_row = c->out_row, .g_step = channels,
              .rows = rows.last - rows.first, .part = part,
          };
          EK_TYPED(sum_window_row)(c, s, task->padded,
                                   sums + kh * c->taps_w * task->padded + channel);
        }
        EK_TYPED(depthwise_sums) bias = {
            .x = ones, .g = gradient + channel, .g_row = c->out_row, .g_step = channels,
            .rows = c->rows, .columns = c->columns, .part = part,
        };
        EK_TYPED(sum_taps)(&bias, 1, 0, sums + taps * task->padded + channel);
      }
    }
  }
}

static void EK_TYPED(depthwise_weight_gradient)(const ek_correlation *c, const T *x, const T *g,
                                                T *dw, T *bias_gradient) {
  ek_int taps = c->taps_h * c->taps_w, channels = c->pixel;
  EK_TYPED(depthwise_weight_task) task = {
      .c = c, .x = x, .g = g, .padded = ek_ceil_div(channels, LANES) * LANES};
  ek_int work = c->batch * c->rows * c->columns * channels * taps;
  task.blocks = ek_most(1, ek_least(ek_least(8, c->batch), work >> 16));
  ek_int step = (taps + 1) * task.padded;
  size_t bytes = (size_t)(task.blocks * step) * sizeof(T);
  task.sums = ek_allocate(bytes);
  ek_parallel_for(task.blocks, 1, EK_TYPED(depthwise_weight_blocks), &task);
  for (ek_int block = 1; block < task.blocks; block++)
    for (ek_int i = 0; i < step; i++) task.sums[i] += task.sums[block * step + i];
  for (ek_int tap = 0; tap < taps; tap++)
    EK_TYPED(copy)(dw + tap * channels, task.sums + tap * task.padded, channels);
  if (bias_gradient) EK_TYPED(copy)(bias_gradient, task.sums + taps * task.padded, channels);
  ek_deallocate(task.sums, bytes);
}
