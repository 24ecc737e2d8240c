// The convolution and its two gradients in loops a reader can check against the formula
//
//   y[n, oh, ow, oc] = activation(bias[oc] + sum over kh, kw, c of
//                      x[n, oh * sh + kh * dh - pt, ow * sw + kw * dw - pl, c] * w[kh, kw, c, oc])
//
// where x is zero outside the image. They define what the faster versions compute.
//
// Template: needs T and S, and a prefix-free name for each function through EK_TYPED.

typedef struct {
  const ek_conv2d_shape *shape;
  const T *a, *b, *bias;
  ek_activation activation;
  T *out;
} EK_TYPED(plain_task);

// Output rows begin ..< end of the batch * out_height there are.
static void EK_TYPED(plain_forward)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(plain_task) *task = context;
  const ek_conv2d_shape *s = task->shape;
  ek_int oc_count = s->out_channels, group_in = s->channels / s->groups;
  ek_int group_out = oc_count / s->groups;
  for (ek_int row = begin; row < end; row++) {
    ek_int n = row / s->out_height, oh = row % s->out_height;
    for (ek_int ow = 0; ow < s->out_width; ow++) {
      T *y = task->out + (row * s->out_width + ow) * oc_count;
      for (ek_int oc = 0; oc < oc_count; oc++) y[oc] = 0;
      for (ek_int kh = 0; kh < s->kernel_height; kh++) {
        ek_int h = oh * s->stride_height + kh * s->dilation_height - s->pad_top;
        if (h < 0 || h >= s->height) continue;
        for (ek_int kw = 0; kw < s->kernel_width; kw++) {
          ek_int w = ow * s->stride_width + kw * s->dilation_width - s->pad_left;
          if (w < 0 || w >= s->width) continue;
          const T *x = task->a + ((n * s->height + h) * s->width + w) * s->channels;
          const T *weight = task->b + (kh * s->kernel_width + kw) * group_in * oc_count;
          for (ek_int group = 0; group < s->groups; group++)
            for (ek_int c = 0; c < group_in; c++)
              for (ek_int i = 0; i < group_out; i++) {
                ek_int oc = group * group_out + i;
                y[oc] += x[group * group_in + c] * weight[c * oc_count + oc];
              }
        }
      }
      for (ek_int oc = 0; oc < oc_count; oc++) {
        T sum = task->bias ? y[oc] + task->bias[oc] : y[oc];
        y[oc] = EK_TYPED(ek_activate)(task->activation, sum);
      }
    }
  }
}

// Input rows begin ..< end of the batch * height there are: each gathers from the outputs it fed.
static void EK_TYPED(plain_input_gradient)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(plain_task) *task = context;
  const ek_conv2d_shape *s = task->shape;
  ek_int oc_count = s->out_channels, group_in = s->channels / s->groups;
  ek_int group_out = oc_count / s->groups;
  for (ek_int row = begin; row < end; row++) {
    ek_int n = row / s->height, h = row % s->height;
    for (ek_int w = 0; w < s->width; w++) {
      T *dx = task->out + (row * s->width + w) * s->channels;
      for (ek_int c = 0; c < s->channels; c++) dx[c] = 0;
      for (ek_int kh = 0; kh < s->kernel_height; kh++) {
        ek_int top = h + s->pad_top - kh * s->dilation_height, oh = top / s->stride_height;
        if (top < 0 || top % s->stride_height != 0 || oh >= s->out_height) continue;
        for (ek_int kw = 0; kw < s->kernel_width; kw++) {
          ek_int left = w + s->pad_left - kw * s->dilation_width, ow = left / s->stride_width;
          if (left < 0 || left % s->stride_width != 0 || ow >= s->out_width) continue;
          const T *g = task->a + ((n * s->out_height + oh) * s->out_width + ow) * oc_count;
          const T *weight = task->b + (kh * s->kernel_width + kw) * group_in * oc_count;
          for (ek_int c = 0; c < s->channels; c++) {
            ek_int first = c / group_in * group_out;
            T sum = 0;
            for (ek_int oc = first; oc < first + group_out; oc++)
              sum += g[oc] * weight[c % group_in * oc_count + oc];
            dx[c] += sum;
          }
        }
      }
    }
  }
}

// Rows begin ..< end of the weight's kernel_height * kernel_width * channels / groups.
static void EK_TYPED(plain_weight_gradient)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(plain_task) *task = context;
  const ek_conv2d_shape *s = task->shape;
  ek_int oc_count = s->out_channels, group_in = s->channels / s->groups;
  ek_int group_out = oc_count / s->groups;
  for (ek_int row = begin; row < end; row++) {
    ek_int c = row % group_in, kw = row / group_in % s->kernel_width;
    ek_int kh = row / group_in / s->kernel_width;
    T *dw = task->out + row * oc_count;
    for (ek_int oc = 0; oc < oc_count; oc++) dw[oc] = 0;
    for (ek_int n = 0; n < s->batch; n++)
      for (ek_int oh = 0; oh < s->out_height; oh++) {
        ek_int h = oh * s->stride_height + kh * s->dilation_height - s->pad_top;
        if (h < 0 || h >= s->height) continue;
        for (ek_int ow = 0; ow < s->out_width; ow++) {
          ek_int w = ow * s->stride_width + kw * s->dilation_width - s->pad_left;
          if (w < 0 || w >= s->width) continue;
          const T *x = task->a + ((n * s->height + h) * s->width + w) * s->channels + c;
          const T *g = task->b + ((n * s->out_height + oh) * s->out_width + ow) * oc_count;
          for (ek_int oc = 0; oc < oc_count; oc++) dw[oc] += x[oc / group_out * group_in] * g[oc];
        }
      }
  }
}

void EK_TYPED(ek_conv2d_plain)(const ek_conv2d_shape *shape, const T *x, const T *w, const T *bias,
                               ek_activation activation, T *y) {
  EK_TYPED(plain_task) task = {shape, x, w, bias, activation, y};
  ek_parallel_for(shape->batch * shape->out_height, 4, EK_TYPED(plain_forward), &task);
}

void EK_TYPED(ek_conv2d_input_gradient_plain)(const ek_conv2d_shape *shape, const T *g, const T *w,
                                              T *dx) {
  EK_TYPED(plain_task) task = {shape, g, w, NULL, EK_NO_ACTIVATION, dx};
  ek_parallel_for(shape->batch * shape->height, 4, EK_TYPED(plain_input_gradient), &task);
}

void EK_TYPED(ek_conv2d_weight_gradient_plain)(const ek_conv2d_shape *shape, const T *x, const T *g,
                                               T *dw, T *bias_gradient) {
  EK_TYPED(plain_task) task = {shape, x, g, NULL, EK_NO_ACTIVATION, dw};
  ek_int rows = shape->kernel_height * shape->kernel_width * (shape->channels / shape->groups);
  ek_parallel_for(rows, 1, EK_TYPED(plain_weight_gradient), &task);
  if (!bias_gradient) return;
  ek_int pixels = shape->batch * shape->out_height * shape->out_width;
  ek_int oc_count = shape->out_channels;
  for (ek_int oc = 0; oc < oc_count; oc++) bias_gradient[oc] = 0;
  for (ek_int pixel = 0; pixel < pixels; pixel++)
    for (ek_int oc = 0; oc < oc_count; oc++) bias_gradient[oc] += g[pixel * oc_count + oc];
}
