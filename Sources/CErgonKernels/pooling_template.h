// Pooling over windows of an image and its gradients. The channels are innermost everywhere.
//
// Template: needs T, S and CHOOSE(body), the version of a body that runs.

// Output rows begin ..< end of batch * out_height.
static void EK_TYPED(max_pool_rows)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(ek_pool_task) *task = context;
  const ek_pool2d_shape *s = task->shape;
  ek_int channels = s->channels;
  for (ek_int row = begin; row < end; row++) {
    const T *image = task->in + row / s->out_height * s->height * s->width * channels;
    ek_span rows = ek_window(row % s->out_height, s->stride_height, s->pad_top, s->kernel_height,
                             s->height);
    for (ek_int ow = 0; ow < s->out_width; ow++) {
      ek_span columns = ek_window(ow, s->stride_width, s->pad_left, s->kernel_width, s->width);
      T *y = task->out + (row * s->out_width + ow) * channels;
      int32_t *where = task->where + (row * s->out_width + ow) * channels;
      for (ek_int c = 0; c < channels; c++) {
        // A window that lies in the padding alone has no greatest input.
        y[c] = -(T)INFINITY;
        where[c] = -1;
      }
      bool first = true;
      for (ek_int h = rows.begin; h < rows.end; h++)
        for (ek_int w = columns.begin; w < columns.end; w++) {
          const T *x = image + (h * s->width + w) * channels;
          int32_t at = (int32_t)(h * s->width + w);
          for (ek_int c = 0; c < channels; c++) {
            // NaN counts as greatest, and the first of several wins.
            bool wins = first || (!(x[c] <= y[c]) && y[c] == y[c]);
            y[c] = wins ? x[c] : y[c];
            where[c] = wins ? at : where[c];
          }
          first = false;
        }
    }
  }
}

// Images begin ..< end: the gradient goes to the one input that won.
static void EK_TYPED(max_pool_gradient_images)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(ek_pool_task) *task = context;
  const ek_pool2d_shape *s = task->shape;
  ek_int channels = s->channels, pixels = s->out_height * s->out_width;
  ek_int in_size = s->height * s->width * channels;
  for (ek_int n = begin; n < end; n++) {
    T *dx = task->out + n * in_size;
    memset(dx, 0, (size_t)in_size * sizeof(T));
    const T *g = task->in + n * pixels * channels;
    const int32_t *where = task->from + n * pixels * channels;
    for (ek_int pixel = 0; pixel < pixels; pixel++, g += channels, where += channels)
      for (ek_int c = 0; c < channels; c++)
        if (where[c] >= 0) dx[where[c] * channels + c] += g[c];
  }
}

// Output rows begin ..< end of batch * out_height.
static void EK_TYPED(average_pool_rows)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(ek_pool_task) *task = context;
  const ek_pool2d_shape *s = task->shape;
  ek_int channels = s->channels;
  for (ek_int row = begin; row < end; row++) {
    const T *image = task->in + row / s->out_height * s->height * s->width * channels;
    ek_span rows = ek_window(row % s->out_height, s->stride_height, s->pad_top, s->kernel_height,
                             s->height);
    for (ek_int ow = 0; ow < s->out_width; ow++) {
      ek_span columns = ek_window(ow, s->stride_width, s->pad_left, s->kernel_width, s->width);
      T scale = (T)ek_average_scale(s, rows, columns);
      T *y = task->out + (row * s->out_width + ow) * channels;
      for (ek_int c = 0; c < channels; c++) y[c] = 0;
      for (ek_int h = rows.begin; h < rows.end; h++)
        for (ek_int w = columns.begin; w < columns.end; w++) {
          const T *x = image + (h * s->width + w) * channels;
          for (ek_int c = 0; c < channels; c++) y[c] += x[c];
        }
      for (ek_int c = 0; c < channels; c++) y[c] *= scale;
    }
  }
}

// Images begin ..< end: each input gets its share from every window it was in.
static void EK_TYPED(average_pool_gradient_images)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(ek_pool_task) *task = context;
  const ek_pool2d_shape *s = task->shape;
  ek_int channels = s->channels, in_size = s->height * s->width * channels;
  for (ek_int n = begin; n < end; n++) {
    T *image = task->out + n * in_size;
    memset(image, 0, (size_t)in_size * sizeof(T));
    const T *g = task->in + n * s->out_height * s->out_width * channels;
    for (ek_int oh = 0; oh < s->out_height; oh++) {
      ek_span rows = ek_window(oh, s->stride_height, s->pad_top, s->kernel_height, s->height);
      for (ek_int ow = 0; ow < s->out_width; ow++, g += channels) {
        ek_span columns = ek_window(ow, s->stride_width, s->pad_left, s->kernel_width, s->width);
        T scale = (T)ek_average_scale(s, rows, columns);
        for (ek_int h = rows.begin; h < rows.end; h++)
          for (ek_int w = columns.begin; w < columns.end; w++) {
            T *dx = image + (h * s->width + w) * channels;
            for (ek_int c = 0; c < channels; c++) dx[c] += scale * g[c];
          }
      }
    }
  }
}

void EK_TYPED(ek_max_pool2d)(const ek_pool2d_shape *shape, const T *x, T *y, int32_t *where) {
  EK_TYPED(ek_pool_task) task = {shape, x, y, NULL, where};
  ek_int grain = ek_rows_per_piece(shape->out_width * shape->channels);
  ek_parallel_for(shape->batch * shape->out_height, grain, CHOOSE(max_pool_rows), &task);
}

void EK_TYPED(ek_max_pool2d_gradient)(const ek_pool2d_shape *shape, const T *g,
                                      const int32_t *where, T *dx) {
  EK_TYPED(ek_pool_task) task = {shape, g, dx, where, NULL};
  ek_int grain = ek_rows_per_piece(shape->height * shape->width * shape->channels);
  ek_parallel_for(shape->batch, grain, EK_TYPED(max_pool_gradient_images), &task);
}

void EK_TYPED(ek_average_pool2d)(const ek_pool2d_shape *shape, const T *x, T *y) {
  EK_TYPED(ek_pool_task) task = {shape, x, y, NULL, NULL};
  ek_int grain = ek_rows_per_piece(shape->out_width * shape->channels);
  ek_parallel_for(shape->batch * shape->out_height, grain, CHOOSE(average_pool_rows), &task);
}

void EK_TYPED(ek_average_pool2d_gradient)(const ek_pool2d_shape *shape, const T *g, T *dx) {
  EK_TYPED(ek_pool_task) task = {shape, g, dx, NULL, NULL};
  ek_int grain = ek_rows_per_piece(shape->height * shape->width * shape->channels);
  ek_parallel_for(shape->batch, grain, CHOOSE(average_pool_gradient_images), &task);
}
