// Resizing of NHWC images and its transpose.
//
// Template: needs T and S.

// Where an output coordinate reads: (1 - part) * x[low] + part * x[high].
typedef struct {
  ek_int low, high;
  T part;
} EK_TYPED(sample);

static EK_TYPED(sample) EK_TYPED(sample_at)(bool bilinear, bool align_corners, ek_int out,
                                            ek_int size, ek_int out_size) {
  if (!bilinear) {
    ek_int nearest = out * size / out_size;
    return (EK_TYPED(sample)){nearest, nearest, 0};
  }
  // In double: a float cannot tell neighbouring rows of a tall image apart.
  double at = align_corners
                  ? (out_size > 1 ? (double)out * (double)(size - 1) / (double)(out_size - 1) : 0)
                  : fmax(0, ((double)out + 0.5) * (double)size / (double)out_size - 0.5);
  ek_int low = ek_least((ek_int)at, size - 1);
  return (EK_TYPED(sample)){low, ek_least(low + 1, size - 1), (T)(at - (double)low)};
}

typedef struct {
  ek_int height, width, channels, out_height, out_width;
  const EK_TYPED(sample) *rows, *columns;
  const T *in;
  T *out;
} EK_TYPED(resize_task);

// Output rows begin ..< end of batch * out_height.
static void EK_TYPED(resize_rows)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(resize_task) *task = context;
  ek_int channels = task->channels, line = task->width * channels;
  for (ek_int row = begin; row < end; row++) {
    const T *image = task->in + row / task->out_height * task->height * line;
    EK_TYPED(sample) v = task->rows[row % task->out_height];
    T *y = task->out + row * task->out_width * channels;
    for (ek_int ow = 0; ow < task->out_width; ow++, y += channels) {
      EK_TYPED(sample) h = task->columns[ow];
      const T *a = image + v.low * line + h.low * channels;
      const T *b = image + v.low * line + h.high * channels;
      const T *c = image + v.high * line + h.low * channels;
      const T *d = image + v.high * line + h.high * channels;
      for (ek_int i = 0; i < channels; i++) {
        T upper = a[i] + h.part * (b[i] - a[i]), lower = c[i] + h.part * (d[i] - c[i]);
        y[i] = upper + v.part * (lower - upper);
      }
    }
  }
}

// Images begin ..< end: every output's gradient goes back to the pixels it was read from.
static void EK_TYPED(resize_gradient_images)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(resize_task) *task = context;
  ek_int channels = task->channels, line = task->width * channels;
  for (ek_int n = begin; n < end; n++) {
    T *image = task->out + n * task->height * line;
    memset(image, 0, (size_t)(task->height * line) * sizeof(T));
    const T *g = task->in + n * task->out_height * task->out_width * channels;
    for (ek_int oh = 0; oh < task->out_height; oh++) {
      EK_TYPED(sample) v = task->rows[oh];
      for (ek_int ow = 0; ow < task->out_width; ow++, g += channels) {
        EK_TYPED(sample) h = task->columns[ow];
        T *a = image + v.low * line + h.low * channels;
        T *b = image + v.low * line + h.high * channels;
        T *c = image + v.high * line + h.low * channels;
        T *d = image + v.high * line + h.high * channels;
        for (ek_int i = 0; i < channels; i++) {
          T lower = v.part * g[i], upper = g[i] - lower;
          // One after another, for they may be the same pixel.
          a[i] += upper - h.part * upper;
          b[i] += h.part * upper;
          c[i] += lower - h.part * lower;
          d[i] += h.part * lower;
        }
      }
    }
  }
}

// Runs `body` over `count` pieces of work with the two tables of samples at hand.
static void EK_TYPED(resize)(bool bilinear, bool align_corners, EK_TYPED(resize_task) task,
                             ek_int count, ek_int grain, ek_body body) {
  if (count == 0) return;
  size_t bytes = (size_t)(task.out_height + task.out_width + 1) * sizeof(EK_TYPED(sample));
  EK_TYPED(sample) *rows = ek_allocate(bytes), *columns = rows + task.out_height;
  for (ek_int i = 0; i < task.out_height; i++)
    rows[i] = EK_TYPED(sample_at)(bilinear, align_corners, i, task.height, task.out_height);
  for (ek_int i = 0; i < task.out_width; i++)
    columns[i] = EK_TYPED(sample_at)(bilinear, align_corners, i, task.width, task.out_width);
  task.rows = rows;
  task.columns = columns;
  ek_parallel_for(count, grain, body, &task);
  ek_deallocate(rows, bytes);
}

void EK_TYPED(ek_resize2d)(bool bilinear, bool align_corners, ek_int batch, ek_int height,
                           ek_int width, ek_int channels, ek_int out_height, ek_int out_width,
                           const T *x, T *y) {
  EK_TYPED(resize_task) task = {height, width, channels, out_height, out_width, NULL, NULL, x, y};
  EK_TYPED(resize)(bilinear, align_corners, task, batch * out_height,
                   ek_rows_per_piece(out_width * channels), EK_TYPED(resize_rows));
}

void EK_TYPED(ek_resize2d_gradient)(bool bilinear, bool align_corners, ek_int batch, ek_int height,
                                    ek_int width, ek_int channels, ek_int out_height,
                                    ek_int out_width, const T *g, T *dx) {
  EK_TYPED(resize_task) task = {height, width, channels, out_height, out_width, NULL, NULL, g, dx};
  EK_TYPED(resize)(bilinear, align_corners, task, batch,
                   ek_rows_per_piece(out_height * out_width * channels),
                   EK_TYPED(resize_gradient_images));
}
