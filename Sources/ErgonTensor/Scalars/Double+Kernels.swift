// Written by scripts/kernel-bindings from ergon_kernels.h; do not edit.
// swift-format-ignore-file
public import CErgonKernels

extension Double {
  @inline(__always) public static func _copy(_ rank: Int, _ shape: UnsafePointer<Int>, _ xStrides: UnsafePointer<Int>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_copy_f64(rank, shape, xStrides, x, y)
  }
  @inline(__always) public static func _spread(_ rank: Int, _ shape: UnsafePointer<Int>, _ x: UnsafePointer<Double>, _ yStrides: UnsafePointer<Int>, _ y: UnsafeMutablePointer<Double>) {
    ek_spread_f64(rank, shape, x, yStrides, y)
  }
  @inline(__always) public static func _fill(_ count: Int, _ value: Double, _ y: UnsafeMutablePointer<Double>) {
    ek_fill_f64(count, value, y)
  }
  @inline(__always) public static func _binary(_ op: ek_binary_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Double>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_binary_f64(op, rank, shape, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _binaryFlat(_ op: ek_binary_op, _ count: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_binary_flat_f64(op, count, a, b, y)
  }
  @inline(__always) public static func _binaryScalar(_ op: ek_binary_op, _ reversed: Bool, _ count: Int, _ a: UnsafePointer<Double>, _ scalar: Double, _ y: UnsafeMutablePointer<Double>) {
    ek_binary_scalar_f64(op, reversed, count, a, scalar, y)
  }
  @inline(__always) public static func _compare(_ op: ek_compare_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Double>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Double>, _ y: UnsafeMutablePointer<UInt8>) {
    ek_compare_f64(op, rank, shape, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _select(_ rank: Int, _ shape: UnsafePointer<Int>, _ maskStrides: UnsafePointer<Int>, _ mask: UnsafePointer<UInt8>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Double>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_select_f64(rank, shape, maskStrides, mask, aStrides, a, bStrides, b, y)
  }
  @inline(__always) public static func _reduce(_ op: ek_reduce_op, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_reduce_f64(op, outer, length, inner, x, y)
  }
  @inline(__always) public static func _argReduce(_ greatest: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Int32>) {
    ek_arg_reduce_f64(greatest, outer, length, inner, x, y)
  }
  @inline(__always) public static func _cumulate(_ op: ek_reduce_op, _ reverse: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_cumulate_f64(op, reverse, outer, length, inner, x, y)
  }
  @inline(__always) public static func _gather(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_gather_f64(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _scatterAdd(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_scatter_add_f64(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _takeAlong(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_take_along_f64(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _putAddAlong(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_put_add_along_f64(outer, length, inner, count, index, x, y)
  }
  @inline(__always) public static func _unary(_ op: ek_unary_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ xStrides: UnsafePointer<Int>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_unary_f64(op, rank, shape, xStrides, x, y)
  }
  @inline(__always) public static func _unaryFlat(_ op: ek_unary_op, _ count: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_unary_flat_f64(op, count, x, y)
  }
  @inline(__always) public static func _unaryGradient(_ op: ek_unary_op, _ count: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>) {
    ek_unary_gradient_f64(op, count, x, y, g, out)
  }
  @inline(__always) public static func _axpy(_ count: Int, _ scale: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_axpy_f64(count, scale, x, y)
  }
  @inline(__always) public static func _dot(_ count: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>) -> Double {
    ek_dot_f64(count, a, b)
  }
  @inline(__always) public static func _biasActivation(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Double>, _ bias: UnsafePointer<Double>?, _ activation: ek_activation, _ y: UnsafeMutablePointer<Double>) {
    ek_bias_activation_f64(rows, columns, x, bias, activation, y)
  }
  @inline(__always) public static func _biasActivationGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Double>?, _ y: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ activation: ek_activation, _ dx: UnsafeMutablePointer<Double>, _ biasGradient: UnsafeMutablePointer<Double>?) {
    ek_bias_activation_gradient_f64(rows, columns, x, y, g, activation, dx, biasGradient)
  }
  @inline(__always) public static func _softmax(_ rows: Int, _ columns: Int, _ scale: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_softmax_f64(rows, columns, scale, x, y)
  }
  @inline(__always) public static func _softmaxGradient(_ rows: Int, _ columns: Int, _ scale: Double, _ y: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>) {
    ek_softmax_gradient_f64(rows, columns, scale, y, g, dx)
  }
  @inline(__always) public static func _softmaxCausal(_ rows: Int, _ columns: Int, _ period: Int, _ offset: Int, _ scale: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_softmax_causal_f64(rows, columns, period, offset, scale, x, y)
  }
  @inline(__always) public static func _logSoftmax(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_log_softmax_f64(rows, columns, x, y)
  }
  @inline(__always) public static func _logSoftmaxGradient(_ rows: Int, _ columns: Int, _ y: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>) {
    ek_log_softmax_gradient_f64(rows, columns, y, g, dx)
  }
  @inline(__always) public static func _logSumExp(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_log_sum_exp_f64(rows, columns, x, y)
  }
  @inline(__always) public static func _crossEntropy(_ rows: Int, _ columns: Int, _ logits: UnsafePointer<Double>, _ labels: UnsafePointer<Int32>, _ smoothing: Double, _ losses: UnsafeMutablePointer<Double>, _ gradient: UnsafeMutablePointer<Double>?) {
    ek_cross_entropy_f64(rows, columns, logits, labels, smoothing, losses, gradient)
  }
  @inline(__always) public static func _layerNorm(_ rows: Int, _ columns: Int, _ epsilon: Double, _ x: UnsafePointer<Double>, _ weight: UnsafePointer<Double>?, _ bias: UnsafePointer<Double>?, _ y: UnsafeMutablePointer<Double>, _ mean: UnsafeMutablePointer<Double>, _ rstd: UnsafeMutablePointer<Double>) {
    ek_layer_norm_f64(rows, columns, epsilon, x, weight, bias, y, mean, rstd)
  }
  @inline(__always) public static func _layerNormGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Double>, _ weight: UnsafePointer<Double>?, _ mean: UnsafePointer<Double>, _ rstd: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>?, _ weightGradient: UnsafeMutablePointer<Double>?, _ biasGradient: UnsafeMutablePointer<Double>?) {
    ek_layer_norm_gradient_f64(rows, columns, x, weight, mean, rstd, g, dx, weightGradient, biasGradient)
  }
  @inline(__always) public static func _rmsNorm(_ rows: Int, _ columns: Int, _ epsilon: Double, _ x: UnsafePointer<Double>, _ weight: UnsafePointer<Double>?, _ y: UnsafeMutablePointer<Double>, _ rstd: UnsafeMutablePointer<Double>) {
    ek_rms_norm_f64(rows, columns, epsilon, x, weight, y, rstd)
  }
  @inline(__always) public static func _rmsNormGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Double>, _ weight: UnsafePointer<Double>?, _ rstd: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>?, _ weightGradient: UnsafeMutablePointer<Double>?) {
    ek_rms_norm_gradient_f64(rows, columns, x, weight, rstd, g, dx, weightGradient)
  }
  @inline(__always) public static func _columnMoments(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Double>, _ mean: UnsafeMutablePointer<Double>, _ variance: UnsafeMutablePointer<Double>) {
    ek_column_moments_f64(rows, columns, x, mean, variance)
  }
  @inline(__always) public static func _batchNorm(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Double>, _ mean: UnsafePointer<Double>, _ rstd: UnsafePointer<Double>, _ weight: UnsafePointer<Double>?, _ bias: UnsafePointer<Double>?, _ activation: ek_activation, _ y: UnsafeMutablePointer<Double>) {
    ek_batch_norm_f64(rows, columns, x, mean, rstd, weight, bias, activation, y)
  }
  @inline(__always) public static func _batchNormGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Double>, _ mean: UnsafePointer<Double>, _ rstd: UnsafePointer<Double>, _ weight: UnsafePointer<Double>?, _ g: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>?, _ weightGradient: UnsafeMutablePointer<Double>?, _ biasGradient: UnsafeMutablePointer<Double>?) {
    ek_batch_norm_gradient_f64(rows, columns, x, mean, rstd, weight, g, dx, weightGradient, biasGradient)
  }
  @inline(__always) public static func _rotary(_ rows: Int, _ heads: Int, _ dim: Int, _ interleaved: Bool, _ inverse: Bool, _ positions: UnsafePointer<Int32>, _ cosine: UnsafePointer<Double>, _ sine: UnsafePointer<Double>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_rotary_f64(rows, heads, dim, interleaved, inverse, positions, cosine, sine, x, y)
  }
  @inline(__always) public static func _sgdStep(_ count: Int, _ rate: Double, _ momentum: Double, _ nesterov: Bool, _ weightDecay: Double, _ g: UnsafePointer<Double>, _ velocity: UnsafeMutablePointer<Double>?, _ p: UnsafeMutablePointer<Double>) {
    ek_sgd_step_f64(count, rate, momentum, nesterov, weightDecay, g, velocity, p)
  }
  @inline(__always) public static func _adamStep(_ count: Int, _ rate: Double, _ beta1: Double, _ beta2: Double, _ epsilon: Double, _ weightDecay: Double, _ decoupled: Bool, _ correction1: Double, _ correction2: Double, _ g: UnsafePointer<Double>, _ m: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>, _ p: UnsafeMutablePointer<Double>) {
    ek_adam_step_f64(count, rate, beta1, beta2, epsilon, weightDecay, decoupled, correction1, correction2, g, m, v, p)
  }
  @inline(__always) public static func _averageStep(_ count: Int, _ decay: Double, _ x: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>) {
    ek_average_step_f64(count, decay, x, target)
  }
  @inline(__always) public static func _randomUniform(_ key: UInt64, _ counter: UInt64, _ count: Int, _ low: Double, _ high: Double, _ y: UnsafeMutablePointer<Double>) {
    ek_random_uniform_f64(key, counter, count, low, high, y)
  }
  @inline(__always) public static func _randomNormal(_ key: UInt64, _ counter: UInt64, _ count: Int, _ mean: Double, _ deviation: Double, _ y: UnsafeMutablePointer<Double>) {
    ek_random_normal_f64(key, counter, count, mean, deviation, y)
  }
  @inline(__always) public static func _dropout(_ key: UInt64, _ counter: UInt64, _ count: Int, _ keep: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ mask: UnsafeMutablePointer<UInt8>) {
    ek_dropout_f64(key, counter, count, keep, x, y, mask)
  }
  @inline(__always) public static func _dropoutGradient(_ count: Int, _ keep: Double, _ mask: UnsafePointer<UInt8>, _ g: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>) {
    ek_dropout_gradient_f64(count, keep, mask, g, dx)
  }
  @inline(__always) public static func _gemm(_ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double, _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int, _ beta: Double, _ c: UnsafeMutablePointer<Double>, _ ldc: Int, _ bias: UnsafePointer<Double>?, _ activation: ek_activation) {
    ek_gemm_f64(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, bias, activation)
  }
  @inline(__always) public static func _gemmBatched(_ batch: Int, _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double, _ a: UnsafePointer<Double>, _ lda: Int, _ stepA: Int, _ b: UnsafePointer<Double>, _ ldb: Int, _ stepB: Int, _ beta: Double, _ c: UnsafeMutablePointer<Double>, _ ldc: Int, _ stepC: Int) {
    ek_gemm_batched_f64(batch, transposeA, transposeB, m, n, k, alpha, a, lda, stepA, b, ldb, stepB, beta, c, ldc, stepC)
  }
  @inline(__always) public static func _conv2d(_ shape: UnsafePointer<ek_conv2d_shape>, _ x: UnsafePointer<Double>, _ w: UnsafePointer<Double>, _ bias: UnsafePointer<Double>?, _ activation: ek_activation, _ y: UnsafeMutablePointer<Double>) {
    ek_conv2d_f64(shape, x, w, bias, activation, y)
  }
  @inline(__always) public static func _conv2dInputGradient(_ shape: UnsafePointer<ek_conv2d_shape>, _ g: UnsafePointer<Double>, _ w: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>) {
    ek_conv2d_input_gradient_f64(shape, g, w, dx)
  }
  @inline(__always) public static func _conv2dWeightGradient(_ shape: UnsafePointer<ek_conv2d_shape>, _ x: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ dw: UnsafeMutablePointer<Double>, _ biasGradient: UnsafeMutablePointer<Double>?) {
    ek_conv2d_weight_gradient_f64(shape, x, g, dw, biasGradient)
  }
  @inline(__always) public static func _maxPool2d(_ shape: UnsafePointer<ek_pool2d_shape>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ places: UnsafeMutablePointer<Int32>) {
    ek_max_pool2d_f64(shape, x, y, places)
  }
  @inline(__always) public static func _maxPool2dGradient(_ shape: UnsafePointer<ek_pool2d_shape>, _ g: UnsafePointer<Double>, _ places: UnsafePointer<Int32>, _ dx: UnsafeMutablePointer<Double>) {
    ek_max_pool2d_gradient_f64(shape, g, places, dx)
  }
  @inline(__always) public static func _averagePool2d(_ shape: UnsafePointer<ek_pool2d_shape>, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_average_pool2d_f64(shape, x, y)
  }
  @inline(__always) public static func _averagePool2dGradient(_ shape: UnsafePointer<ek_pool2d_shape>, _ g: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>) {
    ek_average_pool2d_gradient_f64(shape, g, dx)
  }
  @inline(__always) public static func _resize2d(_ bilinear: Bool, _ alignCorners: Bool, _ batch: Int, _ height: Int, _ width: Int, _ channels: Int, _ outHeight: Int, _ outWidth: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    ek_resize2d_f64(bilinear, alignCorners, batch, height, width, channels, outHeight, outWidth, x, y)
  }
  @inline(__always) public static func _resize2dGradient(_ bilinear: Bool, _ alignCorners: Bool, _ batch: Int, _ height: Int, _ width: Int, _ channels: Int, _ outHeight: Int, _ outWidth: Int, _ g: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>) {
    ek_resize2d_gradient_f64(bilinear, alignCorners, batch, height, width, channels, outHeight, outWidth, g, dx)
  }
}
