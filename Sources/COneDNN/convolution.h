#pragma once
#include <oneapi/dnnl/dnnl.h>

/// A convolution of images [N, H, W, C] with a weight [KH, KW, C / groups, OC] in the plain formats
/// of oneDNN, or one of its gradients.
typedef struct {
  dnnl_dim_t x[4], w[4], y[4];          ///< shapes as they lie in memory
  dnnl_dim_t stride[2], dilation[2];    ///< height, width
  dnnl_dim_t before[2], after[2];       ///< rows and columns of zeros around the image
  dnnl_dim_t groups;
} onednn_convolution;

/// Descriptors of x, w and y for oneDNN, whose order of axes is N, C, H, W and G, OC, C, H, W.
static inline dnnl_status_t onednn_describe(const onednn_convolution *c, dnnl_memory_desc_t *x,
                                            dnnl_memory_desc_t *w, dnnl_memory_desc_t *y) {
  const dnnl_dims_t xs = {c->x[0], c->x[3], c->x[1], c->x[2]};
  const dnnl_dims_t ws = {c->groups, c->w[3] / c->groups, c->w[2], c->w[0], c->w[1]};
  const dnnl_dims_t ys = {c->y[0], c->y[3], c->y[1], c->y[2]};
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(x, 4, xs, dnnl_f32, dnnl_nhwc);
  if (status == dnnl_success) {
    // Memory holds H, W, C / groups, then the outputs of one group after another.
    const dnnl_dim_t out = c->w[3], pixel = out * c->w[2];
    const dnnl_dims_t steps = {out / c->groups, 1, out, pixel * c->w[1], pixel};
    status = dnnl_memory_desc_init_by_strides(w, 5, ws, dnnl_f32, steps);
  }
  if (status == dnnl_success) {
    status = dnnl_memory_desc_init_by_tag(y, 4, ys, dnnl_f32, dnnl_nhwc);
  }
  return status;
}

/// The primitive's descriptor; a gradient's is found with the help of the convolution's.
static inline dnnl_status_t onednn_choose(const onednn_convolution *c, dnnl_prop_kind_t kind,
                                          const dnnl_memory_desc_t *x, const dnnl_memory_desc_t *w,
                                          const dnnl_memory_desc_t *y, dnnl_engine_t engine,
                                          const_dnnl_primitive_desc_t forward,
                                          dnnl_primitive_desc_t *chosen) {
  // oneDNN counts the elements left out between two of the window.
  const dnnl_dims_t gaps = {c->dilation[0] - 1, c->dilation[1] - 1};
  const dnnl_alg_kind_t direct = dnnl_convolution_direct;
  dnnl_convolution_desc_t d;
  dnnl_status_t status;
  if (kind == dnnl_backward_data) {
    status = dnnl_dilated_convolution_backward_data_desc_init(&d, direct, x, w, y, c->stride, gaps,
                                                              c->before, c->after);
  } else if (kind == dnnl_backward_weights) {
    status = dnnl_dilated_convolution_backward_weights_desc_init(
        &d, direct, x, w, NULL, y, c->stride, gaps, c->before, c->after);
  } else {
    status = dnnl_dilated_convolution_forward_desc_init(&d, kind, direct, x, w, NULL, y, c->stride,
                                                        gaps, c->before, c->after);
  }
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(chosen, &d, NULL, engine, forward);
}

/// Writes one of the three arrays from the other two: y (`dnnl_forward_training`), the gradient in
/// x (`dnnl_backward_data`, y then being the gradient that comes back) or in w
/// (`dnnl_backward_weights`).
static inline dnnl_status_t onednn_convolve(const onednn_convolution *c, dnnl_prop_kind_t kind,
                                            float *x, float *w, float *y) {
  dnnl_engine_t engine = NULL;
  dnnl_stream_t stream = NULL;
  dnnl_primitive_desc_t forward = NULL, chosen = NULL;
  dnnl_primitive_t primitive = NULL;
  dnnl_memory_t memory[3] = {NULL, NULL, NULL};
  dnnl_memory_desc_t dx, dw, dy;

  dnnl_status_t status = dnnl_engine_create(&engine, dnnl_cpu, 0);
  if (status == dnnl_success) status = dnnl_stream_create(&stream, engine, 0);
  if (status == dnnl_success) status = onednn_describe(c, &dx, &dw, &dy);
  if (status == dnnl_success) {
    status = onednn_choose(c, dnnl_forward_training, &dx, &dw, &dy, engine, NULL, &forward);
  }
  if (status == dnnl_success) {
    status = onednn_choose(c, kind, &dx, &dw, &dy, engine, forward, &chosen);
  }
  if (status == dnnl_success) status = dnnl_primitive_create(&primitive, chosen);
  if (status == dnnl_success) status = dnnl_memory_create(&memory[0], &dx, engine, x);
  if (status == dnnl_success) status = dnnl_memory_create(&memory[1], &dw, engine, w);
  if (status == dnnl_success) status = dnnl_memory_create(&memory[2], &dy, engine, y);
  if (status == dnnl_success) {
    const int gradientOfX = kind == dnnl_backward_data, gradientOfW = kind == dnnl_backward_weights;
    const dnnl_exec_arg_t arguments[3] = {
        {gradientOfX ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, memory[0]},
        {gradientOfW ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, memory[1]},
        {gradientOfX || gradientOfW ? DNNL_ARG_DIFF_DST : DNNL_ARG_DST, memory[2]},
    };
    status = dnnl_primitive_execute(primitive, stream, 3, arguments);
  }
  if (status == dnnl_success) status = dnnl_stream_wait(stream);

  for (int i = 0; i < 3; ++i) {
    if (memory[i]) dnnl_memory_destroy(memory[i]);
  }
  if (primitive) dnnl_primitive_destroy(primitive);
  if (chosen) dnnl_primitive_desc_destroy(chosen);
  if (forward) dnnl_primitive_desc_destroy(forward);
  if (stream) dnnl_stream_destroy(stream);
  if (engine) dnnl_engine_destroy(engine);
  return status;
}
