// Written by scripts/kernel-bindings from ergon_kernels.h; do not edit.
// swift-format-ignore-file
public import CErgonKernels

extension Float {
  @inline(__always) public static func _copy(_ rank: Int, _ shape: UnsafePointer<Int>, _ xStrides: UnsafePointer<Int>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_copy_f32(rank, shape, xStrides, x, y)
  }
  @inline(__always) public static func _spread(_ rank: Int, _ shape: UnsafePointer<Int>, _ x: UnsafePointer<Float>, _ yStrides: UnsafePointer<Int>, _ y: UnsafeMutablePointer<Float>) {
    ek_spread_f32(rank, shape, x, yStrides, y)
  }
  @inline(__always) public static func _fill(_ count: Int, _ value: Float, _ y: UnsafeMutablePointer<Float>) {
    ek_fill_f32(count, value, y)
  }
  @inline(__always) public static func _binary(_ op: ek_binary_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Float>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_binary_f32(op, rank, shape, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _binaryFlat(_ op: ek_binary_op, _ count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_binary_flat_f32(op, count, a, b, y)
  }
  @inline(__always) public static func _binaryScalar(_ op: ek_binary_op, _ reversed: Bool, _ count: Int, _ a: UnsafePointer<Float>, _ scalar: Float, _ y: UnsafeMutablePointer<Float>) {
    ek_binary_scalar_f32(op, reversed, count, a, scalar, y)
  }
  @inline(__always) public static func _compare(_ op: ek_compare_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Float>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Float>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_compare_f32(op, rank, shape, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _select(_ rank: Int, _ shape: UnsafePointer<Int>, _ maskStrides: UnsafePointer<Int>, _ mask: UnsafePointer<UInt8>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Float>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_select_f32(rank, shape, maskStrides, mask, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _reduce(_ op: ek_reduce_op, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_reduce_f32(op, outer, length, inner, x, y)
  }
  @inline(__always) public static func _argReduce(_ greatest: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Int32>) {
    ek_arg_reduce_f32(greatest, outer, length, inner, x, y)
  }
  @inline(__always) public static func _cumulate(_ op: ek_reduce_op, _ reverse: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_cumulate_f32(op, reverse, outer, length, inner, x, y)
  }
  @inline(__always) public static func _gather(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_gather_f32(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _scatterAdd(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_scatter_add_f32(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _takeAlong(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_take_along_f32(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _putAddAlong(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_put_add_along_f32(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _unary(_ op: ek_unary_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ xStrides: UnsafePointer<Int>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_unary_f32(op, rank, shape, xStrides, x, y)
  }
  @inline(__always) public static func _unaryFlat(_ op: ek_unary_op, _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_unary_flat_f32(op, count, x, y)
  }
  @inline(__always) public static func _unaryGradient(_ op: ek_unary_op, _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>) {
    ek_unary_gradient_f32(op, count, x, y, g, out)
  }
  @inline(__always) public static func _axpy(_ count: Int, _ scale: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_axpy_f32(count, scale, x, y)
  }
  @inline(__always) public static func _dot(_ count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Float {
    ek_dot_f32(count, a, b)
  }
  @inline(__always) public static func _biasActivation(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ activation: ek_activation, _ y: UnsafeMutablePointer<Float>) {
    ek_bias_activation_f32(rows, columns, x, bias, activation, y)
  }
  @inline(__always) public static func _biasActivationGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>?, _ y: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ activation: ek_activation, _ dx: UnsafeMutablePointer<Float>, _ biasGradient: UnsafeMutablePointer<Float>?) {
    ek_bias_activation_gradient_f32(rows, columns, x, y, g, activation, dx, biasGradient)
  }
  @inline(__always) public static func _softmax(_ rows: Int, _ columns: Int, _ scale: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_softmax_f32(rows, columns, scale, x, y)
  }
  @inline(__always) public static func _softmaxGradient(_ rows: Int, _ columns: Int, _ scale: Float, _ y: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>) {
    ek_softmax_gradient_f32(rows, columns, scale, y, g, dx)
  }
  @inline(__always) public static func _softmaxCausal(_ rows: Int, _ columns: Int, _ period: Int, _ offset: Int, _ scale: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_softmax_causal_f32(rows, columns, period, offset, scale, x, y)
  }
  @inline(__always) public static func _logSoftmax(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_log_softmax_f32(rows, columns, x, y)
  }
  @inline(__always) public static func _logSoftmaxGradient(_ rows: Int, _ columns: Int, _ y: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>) {
    ek_log_softmax_gradient_f32(rows, columns, y, g, dx)
  }
  @inline(__always) public static func _logSumExp(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_log_sum_exp_f32(rows, columns, x, y)
  }
  @inline(__always) public static func _crossEntropy(_ rows: Int, _ columns: Int, _ logits: UnsafePointer<Float>, _ labels: UnsafePointer<Int32>, _ smoothing: Float, _ losses: UnsafeMutablePointer<Float>, _ gradient: UnsafeMutablePointer<Float>?) {
    ek_cross_entropy_f32(rows, columns, logits, labels, smoothing, losses, gradient)
  }
  @inline(__always) public static func _layerNorm(_ rows: Int, _ columns: Int, _ epsilon: Float, _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>?, _ bias: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>, _ mean: UnsafeMutablePointer<Float>, _ rstd: UnsafeMutablePointer<Float>) {
    ek_layer_norm_f32(rows, columns, epsilon, x, weight, bias, y, mean, rstd)
  }
  @inline(__always) public static func _layerNormGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>?, _ mean: UnsafePointer<Float>, _ rstd: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>?, _ weightGradient: UnsafeMutablePointer<Float>?, _ biasGradient: UnsafeMutablePointer<Float>?) {
    ek_layer_norm_gradient_f32(rows, columns, x, weight, mean, rstd, g, dx, weightGradient, biasGradient)
  }
  @inline(__always) public static func _rmsNorm(_ rows: Int, _ columns: Int, _ epsilon: Float, _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>, _ rstd: UnsafeMutablePointer<Float>) {
    ek_rms_norm_f32(rows, columns, epsilon, x, weight, y, rstd)
  }
  @inline(__always) public static func _rmsNormGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>?, _ rstd: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>?, _ weightGradient: UnsafeMutablePointer<Float>?) {
    ek_rms_norm_gradient_f32(rows, columns, x, weight, rstd, g, dx, weightGradient)
  }
  @inline(__always) public static func _columnMoments(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ mean: UnsafeMutablePointer<Float>, _ variance: UnsafeMutablePointer<Float>) {
    ek_column_moments_f32(rows, columns, x, mean, variance)
  }
  @inline(__always) public static func _batchNorm(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ mean: UnsafePointer<Float>, _ rstd: UnsafePointer<Float>, _ weight: UnsafePointer<Float>?, _ bias: UnsafePointer<Float>?, _ activation: ek_activation, _ y: UnsafeMutablePointer<Float>) {
    ek_batch_norm_f32(rows, columns, x, mean, rstd, weight, bias, activation, y)
  }
  @inline(__always) public static func _batchNormGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ mean: UnsafePointer<Float>, _ rstd: UnsafePointer<Float>, _ weight: UnsafePointer<Float>?, _ g: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>?, _ weightGradient: UnsafeMutablePointer<Float>?, _ biasGradient: UnsafeMutablePointer<Float>?) {
    ek_batch_norm_gradient_f32(rows, columns, x, mean, rstd, weight, g, dx, weightGradient, biasGradient)
  }
  @inline(__always) public static func _rotary(_ rows: Int, _ heads: Int, _ dim: Int, _ interleaved: Bool, _ inverse: Bool, _ positions: UnsafePointer<Int32>, _ cosine: UnsafePointer<Float>, _ sine: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_rotary_f32(rows, heads, dim, interleaved, inverse, positions, cosine, sine, x, y)
  }
  @inline(__always) public static func _sgdStep(_ count: Int, _ rate: Float, _ momentum: Float, _ nesterov: Bool, _ weightDecay: Float, _ g: UnsafePointer<Float>, _ velocity: UnsafeMutablePointer<Float>?, _ p: UnsafeMutablePointer<Float>) {
    ek_sgd_step_f32(count, rate, momentum, nesterov, weightDecay, g, velocity, p)
  }
  @inline(__always) public static func _adamStep(_ count: Int, _ rate: Float, _ beta1: Float, _ beta2: Float, _ epsilon: Float, _ weightDecay: Float, _ decoupled: Bool, _ correction1: Float, _ correction2: Float, _ g: UnsafePointer<Float>, _ m: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>, _ p: UnsafeMutablePointer<Float>) {
    ek_adam_step_f32(count, rate, beta1, beta2, epsilon, weightDecay, decoupled, correction1, correction2, g, m, v, p)
  }
  @inline(__always) public static func _averageStep(_ count: Int, _ decay: Float, _ x: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
    ek_average_step_f32(count, decay, x, target)
  }
  @inline(__always) public static func _randomUniform(_ key: UInt64, _ counter: UInt64, _ count: Int, _ low: Float, _ high: Float, _ y: UnsafeMutablePointer<Float>) {
    ek_random_uniform_f32(key, counter, count, low, high, y)
  }
  @inline(__always) public static func _randomNormal(_ key: UInt64, _ counter: UInt64, _ count: Int, _ mean: Float, _ deviation: Float, _ y: UnsafeMutablePointer<Float>) {
    ek_random_normal_f32(key, counter, count, mean, deviation, y)
  }
  @inline(__always) public static func _dropout(_ key: UInt64, _ counter: UInt64, _ count: Int, _ keep: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ mask: UnsafeMutablePointer<UInt8>) {
    ek_dropout_f32(key, counter, count, keep, x, y, mask)
  }
  @inline(__always) public static func _dropoutGradient(_ count: Int, _ keep: Float, _ mask: UnsafePointer<UInt8>, _ g: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>) {
    ek_dropout_gradient_f32(count, keep, mask, g, dx)
  }
  @inline(__always) public static func _gemm(_ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int, _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ bias: UnsafePointer<Float>?, _ activation: ek_activation) {
    ek_gemm_f32(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, bias, activation)
  }
  @inline(__always) public static func _gemmBatched(_ batch: Int, _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int, _ stepA: Int, _ b: UnsafePointer<Float>, _ ldb: Int, _ stepB: Int, _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ stepC: Int) {
    ek_gemm_batched_f32(batch, transposeA, transposeB, m, n, k, alpha, a, lda, stepA, b, ldb, stepB, beta, c, ldc, stepC)
  }
  @inline(__always) public static func _conv2d(_ shape: UnsafePointer<ek_conv2d_shape>, _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ activation: ek_activation, _ y: UnsafeMutablePointer<Float>) {
    ek_conv2d_f32(shape, x, w, bias, activation, y)
  }
  @inline(__always) public static func _conv2dInputGradient(_ shape: UnsafePointer<ek_conv2d_shape>, _ g: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>) {
    ek_conv2d_input_gradient_f32(shape, g, w, dx)
  }
  @inline(__always) public static func _conv2dWeightGradient(_ shape: UnsafePointer<ek_conv2d_shape>, _ x: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ dw: UnsafeMutablePointer<Float>, _ biasGradient: UnsafeMutablePointer<Float>?) {
    ek_conv2d_weight_gradient_f32(shape, x, g, dw, biasGradient)
  }
  @inline(__always) public static func _maxPool2d(_ shape: UnsafePointer<ek_pool2d_shape>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ places: UnsafeMutablePointer<Int32>) {
    ek_max_pool2d_f32(shape, x, y, places)
  }
  @inline(__always) public static func _maxPool2dGradient(_ shape: UnsafePointer<ek_pool2d_shape>, _ g: UnsafePointer<Float>, _ places: UnsafePointer<Int32>, _ dx: UnsafeMutablePointer<Float>) {
    ek_max_pool2d_gradient_f32(shape, g, places, dx)
  }
  @inline(__always) public static func _averagePool2d(_ shape: UnsafePointer<ek_pool2d_shape>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_average_pool2d_f32(shape, x, y)
  }
  @inline(__always) public static func _averagePool2dGradient(_ shape: UnsafePointer<ek_pool2d_shape>, _ g: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>) {
    ek_average_pool2d_gradient_f32(shape, g, dx)
  }
  @inline(__always) public static func _resize2d(_ bilinear: Bool, _ alignCorners: Bool, _ batch: Int, _ height: Int, _ width: Int, _ channels: Int, _ outHeight: Int, _ outWidth: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    ek_resize2d_f32(bilinear, alignCorners, batch, height, width, channels, outHeight, outWidth, x, y)
  }
  @inline(__always) public static func _resize2dGradient(_ bilinear: Bool, _ alignCorners: Bool, _ batch: Int, _ height: Int, _ width: Int, _ channels: Int, _ outHeight: Int, _ outWidth: Int, _ g: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>) {
    ek_resize2d_gradient_f32(bilinear, alignCorners, batch, height, width, channels, outHeight, outWidth, g, dx)
  }
}
