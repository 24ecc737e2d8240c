// One instruction set's convolutions: which method a shape takes.
//
// Template: after the other convolution templates, with the same names set.

// Where the patches are the image as it lies in memory, the rows of the matrix product that the
// convolution is; else 0. A window as large as the image, or one pixel large and few of them.
EK_INLINE ek_int EK_TYPED(product_rows)(const ek_conv2d_shape *s) {
  enum { few = 512 };
  if (s->groups != 1 || s->pad_top != 0 || s->pad_left != 0) return 0;
  ek_int pixels = s->out_height * s->out_width;
  if (pixels == 1 && s->kernel_height == s->height && s->kernel_width == s->width) return s->batch;
  const bool pointwise = s->kernel_height == 1 && s->kernel_width == 1 && s->stride_height == 1 &&
                         s->stride_width == 1 && pixels == s->height * s->width;
  return pointwise && s->batch * pixels <= few ? s->batch * pixels : 0;
}

void EXPORTED(ek_conv2d)(const ek_conv2d_shape *shape, const T *x, const T *w, const T *bias,
                         ek_activation activation, T *y) {
  ek_int rows = EK_TYPED(product_rows)(shape), oc = shape->out_channels;
  if (rows > 0) {
    ek_int depth = shape->kernel_height * shape->kernel_width * shape->channels;
    EK_TYPED(ek_gemm)(false, false, rows, oc, depth, 1, x, depth, w, oc, 0, y, oc, bias,
                      activation);
    return;
  }
  ek_correlation c = ek_forward_correlation(shape);
  const bool relu = activation == EK_ACTIVATE_RELU;
  if (EK_TYPED(is_depthwise)(shape)) EK_TYPED(depthwise)(&c, x, w, bias, relu, y);
  else if (EK_TYPED(winograd_suits)(&c)) EK_TYPED(winograd)(&c, x, w, bias, relu, y);
  else EK_TYPED(correlate)(&c, x, w, bias, relu, y);
  if (!relu && activation != EK_NO_ACTIVATION)
    EK_TYPED(ek_bias_activation)(shape->batch * shape->out_height * shape->out_width,
                                 shape->out_channels, y, NULL, activation, y);
}

void EXPORTED(ek_conv2d_input_gradient)(const ek_conv2d_shape *shape, const T *g, const T *w,
                                        T *dx) {
  ek_int rows = EK_TYPED(product_rows)(shape), oc = shape->out_channels;
  if (rows > 0) {
    ek_int depth = shape->kernel_height * shape->kernel_width * shape->channels;
    EK_TYPED(ek_gemm)(false, true, rows, depth, oc, 1, g, oc, w, oc, 0, dx, depth, NULL,
                      EK_NO_ACTIVATION);
    return;
  }
  if (EK_TYPED(spread_suits)(shape)) {
    EK_TYPED(spread)(shape, g, w, dx);
    return;
  }
  for (ek_int h = 0; h < shape->stride_height; h++)
    for (ek_int v = 0; v < shape->stride_width; v++) {
      ek_correlation c = ek_gradient_correlation(shape, h, v);
      if (EK_TYPED(is_depthwise)(shape)) EK_TYPED(depthwise)(&c, g, w, NULL, false, dx);
      else if (EK_TYPED(winograd_suits)(&c)) EK_TYPED(winograd)(&c, g, w, NULL, false, dx);
      else EK_TYPED(correlate)(&c, g, w, NULL, false, dx);
    }
}

void EXPORTED(ek_conv2d_weight_gradient)(const ek_conv2d_shape *shape, const T *x, const T *g,
                                         T *dw, T *bias_gradient) {
  ek_correlation c = ek_forward_correlation(shape);
  ek_int rows = EK_TYPED(product_rows)(shape), oc = shape->out_channels;
  if (shape->channels == 0 || oc == 0) {  // There is no weight.
    if (bias_gradient) EK_TYPED(sum_pixels)(&c, g, bias_gradient);
    return;
  }
  if (rows > 0) {
    ek_int depth = shape->kernel_height * shape->kernel_width * shape->channels;
    EK_TYPED(ek_gemm)(true, false, depth, oc, rows, 1, x, depth, g, oc, 0, dw, oc, NULL,
                      EK_NO_ACTIVATION);
    if (bias_gradient) EK_TYPED(sum_pixels)(&c, g, bias_gradient);
  } else if (EK_TYPED(is_depthwise)(shape))
    EK_TYPED(depthwise_weight_gradient)(&c, x, g, dw, bias_gradient);
  else if (EK_TYPED(winograd_suits)(&c))
    EK_TYPED(winograd_weight_gradient)(&c, x, g, dw, bias_gradient);
  else EK_TYPED(weight_gradient)(c, x, g, dw, bias_gradient);
}

#undef V
#undef LANES
