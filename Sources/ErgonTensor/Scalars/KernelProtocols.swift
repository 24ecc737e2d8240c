// Written by scripts/kernel-bindings from ergon_kernels.h; do not edit.
// swift-format-ignore-file
public import CErgonKernels
public import RealModule

/// An element of an array.
///
/// The requirements whose names begin with an underscore are
/// kernels, not for use outside the package.
public protocol TensorScalar: Sendable, Equatable {
  /// The type as it is printed with an array, for example `"Float"`.
  static var elementName: String { get }
  /// What an element is where nothing else is: 0, or false.
  static var _zero: Self { get }
  /// The sum of two gradients of one shape; only floating-point arrays have gradients.
  static func _sum(_ a: consuming Tensor<Self>, _ b: Tensor<Self>) -> Tensor<Self>
  /// The sum over the axes along which `target` was broadcast to the gradient's shape.
  static func _reduced(_ gradient: Tensor<Self>, to target: Shape) -> Tensor<Self>
  static func _copy(_ rank: Int, _ shape: UnsafePointer<Int>, _ xStrides: UnsafePointer<Int>, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _spread(_ rank: Int, _ shape: UnsafePointer<Int>, _ x: UnsafePointer<Self>, _ yStrides: UnsafePointer<Int>, _ y: UnsafeMutablePointer<Self>)
  static func _fill(_ count: Int, _ value: Self, _ y: UnsafeMutablePointer<Self>)
  static func _select(_ rank: Int, _ shape: UnsafePointer<Int>, _ maskStrides: UnsafePointer<Int>, _ mask: UnsafePointer<UInt8>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Self>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _gather(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _takeAlong(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
}

/// An element that adds and multiplies.
///
/// The requirements whose names begin with an underscore are
/// kernels, not for use outside the package.
public protocol ArithmeticScalar: TensorScalar, Numeric {
  static func _binary(_ op: ek_binary_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Self>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _binaryFlat(_ op: ek_binary_op, _ count: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _binaryScalar(_ op: ek_binary_op, _ reversed: Bool, _ count: Int, _ a: UnsafePointer<Self>, _ scalar: Self, _ y: UnsafeMutablePointer<Self>)
  static func _reduce(_ op: ek_reduce_op, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
}

/// An element of an ordered number type.
///
/// The requirements whose names begin with an underscore are
/// kernels, not for use outside the package.
public protocol NumericScalar: ArithmeticScalar, Comparable {
  static func _compare(_ op: ek_compare_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ aStrides: UnsafePointer<Int>, _ a: UnsafePointer<Self>, _ bStrides: UnsafePointer<Int>, _ b: UnsafePointer<Self>, _ y: UnsafeMutablePointer<UInt8>)
  static func _argReduce(_ greatest: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Int32>)
  static func _cumulate(_ op: ek_reduce_op, _ reverse: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _scatterAdd(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _putAddAlong(_ outer: Int, _ length: Int, _ inner: Int, _ count: Int, _ index: UnsafePointer<Int32>, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
}

/// A floating-point element: what learning and gradients work on.
///
/// The requirements whose names begin with an underscore are
/// kernels, not for use outside the package.
public protocol FloatScalar: NumericScalar, BinaryFloatingPoint, Real {
  static func _unary(_ op: ek_unary_op, _ rank: Int, _ shape: UnsafePointer<Int>, _ xStrides: UnsafePointer<Int>, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _unaryFlat(_ op: ek_unary_op, _ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _unaryGradient(_ op: ek_unary_op, _ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>)
  static func _axpy(_ count: Int, _ scale: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _dot(_ count: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>) -> Self
  static func _biasActivation(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Self>, _ bias: UnsafePointer<Self>?, _ activation: ek_activation, _ y: UnsafeMutablePointer<Self>)
  static func _biasActivationGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Self>?, _ y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, _ activation: ek_activation, _ dx: UnsafeMutablePointer<Self>, _ biasGradient: UnsafeMutablePointer<Self>?)
  static func _softmax(_ rows: Int, _ columns: Int, _ scale: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _softmaxGradient(_ rows: Int, _ columns: Int, _ scale: Self, _ y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>)
  static func _softmaxCausal(_ rows: Int, _ columns: Int, _ period: Int, _ offset: Int, _ scale: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _logSoftmax(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _logSoftmaxGradient(_ rows: Int, _ columns: Int, _ y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>)
  static func _logSumExp(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _crossEntropy(_ rows: Int, _ columns: Int, _ logits: UnsafePointer<Self>, _ labels: UnsafePointer<Int32>, _ smoothing: Self, _ losses: UnsafeMutablePointer<Self>, _ gradient: UnsafeMutablePointer<Self>?)
  static func _layerNorm(_ rows: Int, _ columns: Int, _ epsilon: Self, _ x: UnsafePointer<Self>, _ weight: UnsafePointer<Self>?, _ bias: UnsafePointer<Self>?, _ y: UnsafeMutablePointer<Self>, _ mean: UnsafeMutablePointer<Self>, _ rstd: UnsafeMutablePointer<Self>)
  static func _layerNormGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Self>, _ weight: UnsafePointer<Self>?, _ mean: UnsafePointer<Self>, _ rstd: UnsafePointer<Self>, _ g: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>?, _ weightGradient: UnsafeMutablePointer<Self>?, _ biasGradient: UnsafeMutablePointer<Self>?)
  static func _rmsNorm(_ rows: Int, _ columns: Int, _ epsilon: Self, _ x: UnsafePointer<Self>, _ weight: UnsafePointer<Self>?, _ y: UnsafeMutablePointer<Self>, _ rstd: UnsafeMutablePointer<Self>)
  static func _rmsNormGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Self>, _ weight: UnsafePointer<Self>?, _ rstd: UnsafePointer<Self>, _ g: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>?, _ weightGradient: UnsafeMutablePointer<Self>?)
  static func _columnMoments(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Self>, _ mean: UnsafeMutablePointer<Self>, _ variance: UnsafeMutablePointer<Self>)
  static func _batchNorm(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Self>, _ mean: UnsafePointer<Self>, _ rstd: UnsafePointer<Self>, _ weight: UnsafePointer<Self>?, _ bias: UnsafePointer<Self>?, _ activation: ek_activation, _ y: UnsafeMutablePointer<Self>)
  static func _batchNormGradient(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Self>, _ mean: UnsafePointer<Self>, _ rstd: UnsafePointer<Self>, _ weight: UnsafePointer<Self>?, _ g: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>?, _ weightGradient: UnsafeMutablePointer<Self>?, _ biasGradient: UnsafeMutablePointer<Self>?)
  static func _rotary(_ rows: Int, _ heads: Int, _ dim: Int, _ interleaved: Bool, _ inverse: Bool, _ positions: UnsafePointer<Int32>, _ cosine: UnsafePointer<Self>, _ sine: UnsafePointer<Self>, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _sgdStep(_ count: Int, _ rate: Self, _ momentum: Self, _ nesterov: Bool, _ weightDecay: Self, _ g: UnsafePointer<Self>, _ velocity: UnsafeMutablePointer<Self>?, _ p: UnsafeMutablePointer<Self>)
  static func _adamStep(_ count: Int, _ rate: Self, _ beta1: Self, _ beta2: Self, _ epsilon: Self, _ weightDecay: Self, _ decoupled: Bool, _ correction1: Self, _ correction2: Self, _ g: UnsafePointer<Self>, _ m: UnsafeMutablePointer<Self>, _ v: UnsafeMutablePointer<Self>, _ p: UnsafeMutablePointer<Self>)
  static func _averageStep(_ count: Int, _ decay: Self, _ x: UnsafePointer<Self>, _ target: UnsafeMutablePointer<Self>)
  static func _randomUniform(_ key: UInt64, _ counter: UInt64, _ count: Int, _ low: Self, _ high: Self, _ y: UnsafeMutablePointer<Self>)
  static func _randomNormal(_ key: UInt64, _ counter: UInt64, _ count: Int, _ mean: Self, _ deviation: Self, _ y: UnsafeMutablePointer<Self>)
  static func _dropout(_ key: UInt64, _ counter: UInt64, _ count: Int, _ keep: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ mask: UnsafeMutablePointer<UInt8>)
  static func _dropoutGradient(_ count: Int, _ keep: Self, _ mask: UnsafePointer<UInt8>, _ g: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>)
  static func _gemm(_ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int, _ bias: UnsafePointer<Self>?, _ activation: ek_activation)
  static func _gemmBatched(_ batch: Int, _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int, _ stepA: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ stepB: Int, _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int, _ stepC: Int)
  static func _conv2d(_ shape: UnsafePointer<ek_conv2d_shape>, _ x: UnsafePointer<Self>, _ w: UnsafePointer<Self>, _ bias: UnsafePointer<Self>?, _ activation: ek_activation, _ y: UnsafeMutablePointer<Self>)
  static func _conv2dInputGradient(_ shape: UnsafePointer<ek_conv2d_shape>, _ g: UnsafePointer<Self>, _ w: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>)
  static func _conv2dWeightGradient(_ shape: UnsafePointer<ek_conv2d_shape>, _ x: UnsafePointer<Self>, _ g: UnsafePointer<Self>, _ dw: UnsafeMutablePointer<Self>, _ biasGradient: UnsafeMutablePointer<Self>?)
  static func _maxPool2d(_ shape: UnsafePointer<ek_pool2d_shape>, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ places: UnsafeMutablePointer<Int32>)
  static func _maxPool2dGradient(_ shape: UnsafePointer<ek_pool2d_shape>, _ g: UnsafePointer<Self>, _ places: UnsafePointer<Int32>, _ dx: UnsafeMutablePointer<Self>)
  static func _averagePool2d(_ shape: UnsafePointer<ek_pool2d_shape>, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _averagePool2dGradient(_ shape: UnsafePointer<ek_pool2d_shape>, _ g: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>)
  static func _resize2d(_ bilinear: Bool, _ alignCorners: Bool, _ batch: Int, _ height: Int, _ width: Int, _ channels: Int, _ outHeight: Int, _ outWidth: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _resize2dGradient(_ bilinear: Bool, _ alignCorners: Bool, _ batch: Int, _ height: Int, _ width: Int, _ channels: Int, _ outHeight: Int, _ outWidth: Int, _ g: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>)
}
