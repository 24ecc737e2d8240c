// The convolution, and its input gradient phase by phase, as correlations.
#include "convolution.h"

ek_correlation ek_forward_correlation(const ek_conv2d_shape *s) {
  ek_int group_in = s->channels / s->groups, oc = s->out_channels;
  return (ek_correlation){
      .batch = s->batch, .groups = s->groups,
      .height = s->height, .width = s->width, .pixel = s->channels, .channels = group_in,
      .top = -s->pad_top, .left = -s->pad_left,
      .stride_h = s->stride_height, .stride_w = s->stride_width,
      .taps_h = s->kernel_height, .taps_w = s->kernel_width,
      .spread_h = s->dilation_height, .spread_w = s->dilation_width,
      .weight_h = s->kernel_width * group_in * oc, .weight_w = group_in * oc, .weight_c = oc,
      .weight_lane = 1, .weight_group = oc / s->groups,
      .rows = s->out_height, .columns = s->out_width, .lanes = oc / s->groups,
      .out_image = s->out_height * s->out_width * oc, .out_row = s->out_width * oc,
      .out_column = oc, .fold = 1,
  };
}

// One axis of a phase. Input position phase + stride * i meets tap k at output position
// (phase + pad - k * dilation) / stride + i where that divides; those taps are first, first + step,
// …, and from one to the next the output position falls by `spread`.
typedef struct {
  ek_int taps, first, step, spread, origin, count;
} axis_phase;

static axis_phase phase_of(ek_int phase, ek_int size, ek_int kernel, ek_int stride, ek_int dilation,
                           ek_int pad) {
  ek_int a = dilation, b = stride;
  while (b != 0) {
    ek_int r = a % b;
    a = b, b = r;
  }
  axis_phase p = {.step = stride / a, .spread = dilation / a,
                  .count = size > phase ? (size - 1 - phase) / stride + 1 : 0};
  for (ek_int k = 0; k < ek_least(p.step, kernel); k++) {
    if ((phase + pad - k * dilation) % stride != 0) continue;
    p.first = k;
    p.taps = (kernel - 1 - k) / p.step + 1;
    // Taken in falling order of k, so that the position read rises with the tap.
    p.origin = (phase + pad - k * dilation) / stride - (p.taps - 1) * p.spread;
    break;
  }
  return p;
}

ek_correlation ek_gradient_correlation(const ek_conv2d_shape *s, ek_int phase_h, ek_int phase_w) {
  ek_int group_in = s->channels / s->groups, oc = s->out_channels;
  axis_phase h = phase_of(phase_h, s->height, s->kernel_height, s->stride_height,
                          s->dilation_height, s->pad_top);
  axis_phase w = phase_of(phase_w, s->width, s->kernel_width, s->stride_width, s->dilation_width,
                          s->pad_left);
  bool none = h.taps == 0 || w.taps == 0;
  ek_int weight_w = group_in * oc, weight_h = s->kernel_width * weight_w;
  return (ek_correlation){
      .batch = s->batch, .groups = s->groups,
      .height = s->out_height, .width = s->out_width, .pixel = oc, .channels = oc / s->groups,
      .top = h.origin, .left = w.origin, .stride_h = 1, .stride_w = 1,
      .taps_h = none ? 0 : h.taps, .taps_w = none ? 0 : w.taps,
      .spread_h = h.spread, .spread_w = w.spread,
      .weight = none ? 0 : (h.first + h.step * (h.taps - 1)) * weight_h +
                           (w.first + w.step * (w.taps - 1)) * weight_w,
      .weight_h = -h.step * weight_h, .weight_w = -w.step * weight_w, .weight_c = 1,
      .weight_lane = oc, .weight_group = oc / s->groups,
      .rows = h.count, .columns = w.count, .lanes = group_in,
      .out = (phase_h * s->width + phase_w) * s->channels,
      .out_image = s->height * s->width * s->channels,
      .out_row = s->stride_height * s->width * s->channels,
      .out_column = s->stride_width * s->channels, .fold = 1,
  };
}

void ek_fold_correlation(ek_correlation *c, ek_int vector) {
  enum { most = 32, accumulators = 10 };
  if (c->out_column != c->lanes || c->lanes >= vector || c->taps_w == 0) return;
  if (c->spread_w != 1 && c->taps_w != 1) return;
  double best = 0;
  ek_int chosen = 1;
  for (ek_int fold = 1; fold <= ek_least(c->columns, most); fold++) {
    if (c->columns % fold != 0) continue;
    ek_int lanes = fold * c->lanes, vectors = ek_ceil_div(lanes, vector);
    ek_int taps = c->taps_w + (fold - 1) * c->stride_w;
    // The share of multiplications that count, and whether enough of them are independent.
    double useful = (double)(lanes * c->taps_w) / (double)(vectors * vector * taps);
    double busy = (double)ek_least(c->columns / fold * vectors, accumulators) / accumulators;
    if (useful * busy > best * 1.05) best = useful * busy, chosen = fold;
  }
  c->fold = chosen;
  c->taps_w += (chosen - 1) * c->stride_w;
  c->stride_w *= chosen;
  c->columns /= chosen;
  c->lanes *= chosen;
  c->out_column *= chosen;
  if (chosen > 1) c->spread_w = 1;
}
