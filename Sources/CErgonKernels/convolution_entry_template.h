// One instruction set's convolutions: which method a shape takes.
//
// Template: after the other convolution templates, with the same names set.

void EXPORTED(ek_conv2d)(const ek_conv2d_shape *shape, const T *x, const T *w, const T *bias,
                         ek_activation activation, T *y) {
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
  if (EK_TYPED(is_depthwise)(shape))
    EK_TYPED(depthwise_weight_gradient)(&c, x, g, dw, bias_gradient);
  else if (EK_TYPED(winograd_suits)(&c))
    EK_TYPED(winograd_weight_gradient)(&c, x, g, dw, bias_gradient);
  else EK_TYPED(weight_gradient)(c, x, g, dw, bias_gradient);
}

#undef V
#undef LANES
