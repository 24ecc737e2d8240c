// Pooling of float images a vector of channels at a time, the last one partly filled.
//
// A partly filled vector is read and written whole where what lies behind it belongs to the array
// and, of an output, is written later: rows go from left to right. Masked accesses, which cost
// several times as much when they straddle cache lines, remain for the end.
//
// Template: needs V (a vector of float), I (of int32_t, as many), LANES, MASK, FIRST(n),
// LOAD_PART(p, mask), STORE_PART(p, v, mask), STORE_INDEX(p, v, mask) and EXPORTED(name). The file
// that includes it sets the target of every function.

typedef float float_memory
    __attribute__((vector_size(sizeof(V)), aligned(sizeof(float)), may_alias));
typedef int32_t index_memory
    __attribute__((vector_size(sizeof(I)), aligned(sizeof(int32_t)), may_alias));

EK_INLINE V load_lanes(const float *p, bool whole, MASK part) {
  return whole ? *(const float_memory *)p : LOAD_PART(p, part);
}
EK_INLINE void store_lanes(float *p, V v, bool whole, MASK part) {
  if (whole) *(float_memory *)p = v;
  else STORE_PART(p, v, part);
}

EK_INLINE V select_lanes(I mask, V a, V b) { return (V)((mask & (I)a) | (~mask & (I)b)); }

// One output's window, of the channels of one vector: `tall` x `wide` inputs from x on.
typedef struct {
  const float *x;
  ek_int line, channels, tall, wide;
  ek_int first, width;  // the flat index of the window's corner; of a row to the next
} window;

EK_INLINE void greatest(window t, bool whole, MASK part, V *best, I *at) {
  *best = load_lanes(t.x, whole, part);
  *at = (I){0} + (int32_t)t.first;
  for (ek_int h = 0; h < t.tall; h++)
    for (ek_int w = 0; w < t.wide; w++) {
      if (h + w == 0) continue;
      V x = load_lanes(t.x + h * t.line + w * t.channels, whole, part);
      // NaN counts as greatest, and the first of several wins.
      I wins = ~(x <= *best) & (*best == *best);
      *best = select_lanes(wins, x, *best);
      *at = (wins & ((I){0} + (int32_t)(t.first + h * t.width + w))) | (~wins & *at);
    }
}

EK_INLINE V sum_of_window(window t, bool whole, MASK part) {
  V sum = {0};
  for (ek_int h = 0; h < t.tall; h++)
    for (ek_int w = 0; w < t.wide; w++)
      sum += load_lanes(t.x + h * t.line + w * t.channels, whole, part);
  return sum;
}

// The first outputs of a row, while their windows are two by two and whole vectors may be read and
// written, without a test each: returns how many.
EK_INLINE ek_int pool_pairs(const ek_pool_task_f32 *task, bool maximum, const float *image,
                            ek_int readable, ek_span rows, ek_int to) {
  const ek_pool2d_shape *s = task->shape;
  if (rows.end - rows.begin != 2 || s->kernel_width != 2 || s->pad_left != 0) return 0;
  ek_int channels = s->channels, stride = s->stride_width, line = s->width * channels;
  ek_int vectors = ek_ceil_div(channels, LANES) * LANES, count = s->out_width;
  for (; count > 0; count--) {
    ek_int last = (count - 1) * stride + 1;
    if (last < s->width && (count - 1) * channels + vectors <= s->out_width * channels &&
        ((rows.end - 1) * s->width + last) * channels + vectors <= readable)
      break;
  }
  // Two rows may be what lies inside of a higher window.
  const float scale = (float)ek_average_scale(s, rows, (ek_span){0, 2});
  window t = {.line = line, .channels = channels, .tall = 2, .wide = 2, .width = s->width};
  for (ek_int ow = 0; ow < count; ow++, to += channels) {
    t.first = rows.begin * s->width + ow * stride;
    for (ek_int c = 0; c < channels; c += LANES) {
      t.x = image + t.first * channels + c;
      V y;
      if (maximum) {
        I at;
        greatest(t, true, FIRST(LANES), &y, &at);
        *(index_memory *)(task->where + to + c) = at;
      } else {
        y = sum_of_window(t, true, FIRST(LANES)) * scale;
      }
      *(float_memory *)(task->out + to + c) = y;
    }
  }
  return count;
}

// Output rows begin ..< end of batch * out_height, the maxima or the averages.
EK_INLINE void pool_rows(const ek_pool_task_f32 *task, bool maximum, ek_int begin, ek_int end) {
  const ek_pool2d_shape *s = task->shape;
  ek_int channels = s->channels, line = s->width * channels, in_size = s->height * line;
  ek_int row_size = s->out_width * channels, full = s->kernel_height * s->kernel_width;
  const float scale = 1 / (float)full;
  for (ek_int row = begin; row < end; row++) {
    ek_int n = row / s->out_height, readable = (s->batch - n) * in_size;
    const float *image = task->in + n * in_size;
    ek_span rows = ek_window(row % s->out_height, s->stride_height, s->pad_top, s->kernel_height,
                             s->height);
    ek_int done = pool_pairs(task, maximum, image, readable, rows, row * row_size);
    for (ek_int ow = done; ow < s->out_width; ow++) {
      ek_span columns = ek_window(ow, s->stride_width, s->pad_left, s->kernel_width, s->width);
      window t = {
          .line = line, .channels = channels, .tall = rows.end - rows.begin,
          .wide = columns.end - columns.begin, .first = rows.begin * s->width + columns.begin,
          .width = s->width};
      const bool empty = t.tall <= 0 || t.wide <= 0;
      ek_int end_of_window = ((rows.end - 1) * s->width + columns.end - 1) * channels;
      ek_int to = row * row_size + ow * channels;
      for (ek_int c = 0; c < channels; c += LANES) {
        MASK part = FIRST(ek_least(LANES, channels - c));
        const bool whole = ow * channels + c + LANES <= row_size &&
                           end_of_window + c + LANES <= readable;
        t.x = image + t.first * channels + c;
        V y = {0};
        if (maximum) {
          I at = (I){0} - 1;
          if (!empty) greatest(t, whole, part, &y, &at);
          else y = (V){0} - INFINITY;
          if (whole) *(index_memory *)(task->where + to + c) = at;
          else STORE_INDEX(task->where + to + c, at, part);
        } else if (!empty) {
          y = sum_of_window(t, whole, part);
          y *= t.tall * t.wide == full ? scale : (float)ek_average_scale(s, rows, columns);
        }
        store_lanes(task->out + to + c, y, whole, part);
      }
    }
  }
}

void EXPORTED(ek_max_pool_rows)(void *context, ek_int begin, ek_int end) {
  pool_rows(context, true, begin, end);
}

void EXPORTED(ek_average_pool_rows)(void *context, ek_int begin, ek_int end) {
  pool_rows(context, false, begin, end);
}

void EXPORTED(ek_average_pool_gradient_images)(void *context, ek_int begin, ek_int end) {
  const ek_pool_task_f32 *task = context;
  const ek_pool2d_shape *s = task->shape;
  ek_int channels = s->channels, in_size = s->height * s->width * channels;
  // Windows that do not overlap write what would else be added.
  const bool apart = s->stride_height >= s->kernel_height && s->stride_width >= s->kernel_width;
  for (ek_int n = begin; n < end; n++) {
    float *image = task->out + n * in_size;
    memset(image, 0, (size_t)in_size * sizeof(float));
    const float *g = task->in + n * s->out_height * s->out_width * channels;
    for (ek_int oh = 0; oh < s->out_height; oh++, g += s->out_width * channels) {
      ek_span rows = ek_window(oh, s->stride_height, s->pad_top, s->kernel_height, s->height);
      for (ek_int h = rows.begin; h < rows.end; h++)
        for (ek_int ow = 0; ow < s->out_width; ow++) {
          ek_span columns = ek_window(ow, s->stride_width, s->pad_left, s->kernel_width, s->width);
          float scale = (float)ek_average_scale(s, rows, columns);
          for (ek_int w = columns.begin; w < columns.end; w++)
            for (ek_int c = 0; c < channels; c += LANES) {
              MASK part = FIRST(ek_least(LANES, channels - c));
              V share = LOAD_PART(g + ow * channels + c, part) * scale;
              ek_int to = (h * s->width + w) * channels + c;
              // Beyond the channels it adds, or writes, zeros.
              const bool whole = to + LANES <= in_size;
              V sum = apart ? share : share + load_lanes(image + to, whole, part);
              store_lanes(image + to, sum, whole, part);
            }
        }
    }
  }
}
