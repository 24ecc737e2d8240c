import CErgonKernels

/// A function applied to every element of a layer's result, in the same pass that makes it.
public enum Activation: Sendable, Hashable, CaseIterable {
  case none
  /// max(x, 0).
  case relu
  /// max(x, 0)².
  case squaredReLU
  case sigmoid
  case tanh
  /// x sigmoid(x).
  case silu
  /// x Φ(x), exactly.
  case gelu
  /// x Φ(x) by the usual approximation with tanh.
  case geluTanh

  var kernel: ek_activation {
    switch self {
    case .none: EK_NO_ACTIVATION
    case .relu: EK_ACTIVATE_RELU
    case .squaredReLU: EK_ACTIVATE_SQUARED_RELU
    case .sigmoid: EK_ACTIVATE_SIGMOID
    case .tanh: EK_ACTIVATE_TANH
    case .silu: EK_ACTIVATE_SILU
    case .gelu: EK_ACTIVATE_GELU
    case .geluTanh: EK_ACTIVATE_GELU_TANH
    }
  }

  /// Whether the derivative needs what the function was applied to; the others' is told by the
  /// result.
  var needsInput: Bool {
    switch self {
    case .none, .relu, .squaredReLU, .sigmoid, .tanh: false
    case .silu, .gelu, .geluTanh: true
    }
  }
}

extension Tensor where Scalar: FloatScalar {
  /// An activation function of every element.
  public func activated(by activation: Activation) -> Tensor {
    switch activation {
    case .none: self
    case .relu: relu()
    case .squaredReLU: squaredReLU()
    case .sigmoid: sigmoid()
    case .tanh: tanh()
    case .silu: silu()
    case .gelu: gelu()
    case .geluTanh: geluTanh()
    }
  }

  /// activation(x + bias), the bias along the last axis; records nothing.
  func biased(by bias: Tensor?, _ activation: Activation) -> Tensor {
    let x = layout.isContiguous ? self : copied()
    let bias = bias?.contiguous()
    let columns = shape[-1]
    return Tensor(shape: shape) {
      Scalar._biasActivation(
        columns == 0 ? 0 : x.count / columns, columns, x.start, bias?.start, activation.kernel, $0)
    }
  }
}

/// What a layer with a bias and an activation keeps for its gradient: the sum before the
/// activation, or the result where that is enough.
struct ActivationRecord<Scalar: FloatScalar> {
  let activation: Activation
  let kept: Tensor<Scalar>?

  /// Turns a gradient of the result into one of the sum before the activation, in place where its
  /// memory is not shared, and gives that of the bias where it is wanted.
  func pullBack(_ g: inout Tensor<Scalar>, wantsBias: Bool) -> Tensor<Scalar>? {
    if !g.layout.isContiguous { g = g.copied() }
    let columns = g.shape[-1]
    let rows = columns == 0 ? 0 : g.count / columns
    guard let kept else {
      guard wantsBias else { return nil }
      let sum = g
      return Tensor(shape: [columns]) { Scalar._reduce(EK_SUM, 1, rows, columns, sum.start, $0) }
    }
    let bias = wantsBias ? Tensor<Scalar>(shape: [columns]) { _ in } : nil
    let result = g.isUnique ? g : Tensor(shape: g.shape) { _ in }
    Scalar._biasActivationGradient(
      rows, columns, activation.needsInput ? kept.start : nil, kept.start, g.start,
      activation.kernel, UnsafeMutablePointer(mutating: result.start),
      bias.map { UnsafeMutablePointer(mutating: $0.start) })
    g = result
    return bias
  }
}
