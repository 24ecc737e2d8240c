// The input gradient for few input channels, by spreading instead of gathering: the taps across and
// the channels of a window row are the lanes, and each output's gradient times the window is added
// to the inputs it was read from. Fills vectors that one pixel's channels would leave mostly empty.
//
// Template: after convolution_blocked_template.h, with the same names set.

typedef struct {
  const ek_conv2d_shape *shape;
  const T *g, *panels, *zeros;
  ek_int padded;      // lanes in whole vectors
  ek_int tall, line;  // of the image with its border: rows, numbers in a row
  T *dx;
} EK_TYPED(spread_task);

// Vector multiplications of the two methods, for the choice between them.
static bool EK_TYPED(spread_suits)(const ek_conv2d_shape *s) {
  if (s->groups != 1 || s->dilation_width != 1 || s->channels >= LANES) return false;
  ek_int spread = s->out_height * s->out_width * s->kernel_height * s->out_channels *
                  ek_ceil_div(s->kernel_width * s->channels, LANES);
  ek_int gather = 0;
  for (ek_int h = 0; h < s->stride_height; h++)
    for (ek_int w = 0; w < s->stride_width; w++) {
      ek_correlation c = ek_gradient_correlation(s, h, w);
      ek_fold_correlation(&c, LANES);
      gather += c.rows * c.columns * EK_TYPED(depth)(&c) * ek_ceil_div(c.lanes, LANES);
    }
  return spread + spread / 2 < gather;  // Half again for reading and writing the sums.
}

// Images begin ..< end.
static void EK_TYPED(spread_images)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(spread_task) *task = context;
  const ek_conv2d_shape *s = task->shape;
  ek_int oc = s->out_channels, channels = s->channels, line = task->line;
  ek_int numbers = task->tall * line + VECTORS * LANES;
  size_t bytes = (size_t)numbers * sizeof(T);
  T *buffer = ek_allocate(bytes);
  EK_TYPED(tile) tile = {
      .x_step = s->out_width * oc, .outer = 1, .inner = 1, .length = oc, .start = task->zeros,
      .y_step = s->stride_height * line, .add = true, .whole = true,
  };
  for (ek_int n = begin; n < end; n++) {
    memset(buffer, 0, bytes);
    const T *g = task->g + n * s->out_height * s->out_width * oc;
    for (ek_int lane = 0; lane < task->padded; lane += VECTORS * LANES) {
      ek_int vectors = ek_least(VECTORS, (task->padded - lane) / LANES);
      tile.w_step = vectors * LANES;
      ek_int pieces = ek_ceil_div(s->out_height, EK_TYPED(most_outputs)(vectors));
      for (ek_int ow = 0; ow < s->out_width; ow++)
        for (ek_int kh = 0; kh < s->kernel_height; kh++) {
          tile.w = task->panels + (lane * s->kernel_height + kh * tile.w_step) * oc;
          // A tile goes down a column of outputs: across a row their inputs would overlap.
          for (ek_int i = 0, oh = 0; i < pieces; i++) {
            ek_int many = (s->out_height - oh) / (pieces - i);
            tile.x = g + (oh * s->out_width + ow) * oc;
            tile.y = buffer + (oh * s->stride_height + kh * s->dilation_height) * line +
                     ow * s->stride_width * channels + lane;
            EK_TYPED(tiles)[vectors][many](&tile);
            oh += many;
          }
        }
    }
    // The image without its border; inputs no window reached get zero.
    ek_int reached = ek_least(line - s->pad_left * channels, s->width * channels);
    for (ek_int h = 0; h < s->height; h++) {
      T *dx = task->dx + (n * s->height + h) * s->width * channels;
      ek_int from = h + s->pad_top, count = from < task->tall ? ek_most(reached, 0) : 0;
      EK_TYPED(copy)(dx, buffer + from * line + s->pad_left * channels, count);
      EK_TYPED(zero)(dx + count, s->width * channels - count);
    }
  }
  ek_deallocate(buffer, bytes);
}

static void EK_TYPED(spread)(const ek_conv2d_shape *s, const T *g, const T *w, T *dx) {
  ek_int oc = s->out_channels;
  ek_correlation c = {  // How the weights are packed: a window row's numbers as lanes.
      .channels = oc, .taps_h = s->kernel_height, .taps_w = 1, .stride_w = 1, .fold = 1,
      .weight_h = s->kernel_width * s->channels * oc, .weight_c = 1, .weight_lane = oc,
      .lanes = s->kernel_width * s->channels,
  };
  EK_TYPED(spread_task) task = {
      .shape = s, .g = g, .dx = dx,
      .padded = ek_ceil_div(c.lanes, LANES) * LANES,
      .tall = (s->out_height - 1) * s->stride_height +
              (s->kernel_height - 1) * s->dilation_height + 1,
      .line = ((s->out_width - 1) * s->stride_width + s->kernel_width) * s->channels,
  };
  ek_int weights = EK_TYPED(depth)(&c) * task.padded;
  size_t bytes = (size_t)(weights + VECTORS * LANES) * sizeof(T);
  T *panels = ek_allocate(bytes);
  EK_TYPED(pack_weights)(&c, VECTORS * LANES, w, panels);
  EK_TYPED(zero)(panels + weights, VECTORS * LANES);
  task.panels = panels, task.zeros = panels + weights;
  ek_int work = s->out_height * s->out_width * weights;
  ek_parallel_for(s->batch, ek_ceil_div(1 << 18, ek_most(work, 1)), EK_TYPED(spread_images), &task);
  ek_deallocate(panels, bytes);
}
