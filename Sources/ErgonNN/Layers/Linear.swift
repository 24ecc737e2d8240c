public import ErgonTensor

/// A fully connected layer: `activation(x W + b)`.
///
/// ```swift
/// let layer = Linear(784, 256, activation: .relu, random: &random)
/// layer(x)                                   // x: [64, 784]  ->  [64, 256]
/// ```
///
/// - Cost: `2 * rows * in * out` operations; the activation costs no pass of its own.
public struct Linear: Layer {
  /// `[in, out]`.
  @Parameter public var weight: Tensor<Float>
  /// `[out]`.
  @Parameter public var bias: Tensor<Float>?
  public let activation: Activation

  /// A layer from its weights.
  public init(weight: Tensor<Float>, bias: Tensor<Float>? = nil, activation: Activation = .none) {
    self.weight = weight
    self.bias = bias
    self.activation = activation
  }

  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, activation: Activation = .none,
    initializer: Initializer = .fanInUniform, random: inout RandomStream
  ) {
    let target = { Initializer.Target(shape: $0, fanIn: inputs, fanOut: outputs) }
    self.init(
      weight: initializer(target([inputs, outputs]), &random),
      bias: bias ? Initializer.fanInUniform(target([outputs]), &random) : nil,
      activation: activation)
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    let weight = weight
    pass.count(multiplyAdds: x.count * weight.shape[1])
    return x.linear(weight, bias: bias, activation: activation)
  }
}
