public import ErgonTensor

/// A fully connected layer without bias whose weights are -1, 0 or 1 times one number, and whose
/// inputs are 8-bit integers times one number a row.
///
/// It learns full-precision weights, which are rounded anew in every pass; gradients pass the
/// rounding unchanged. Once learned, the product needs additions of integers alone.
///
/// ```swift
/// let layer = TernaryLinear(256, 768, random: &random)
/// layer(x, pass)                             // x: [8, 128, 256]  ->  [8, 128, 768]
/// ```
///
/// - Cost: that of ``Linear``, and two passes over weights and input.
/// - Reference: Ma et al., "The era of 1-bit LLMs: all large language models are in 1.58 bits",
///   2024; the gradient as in Bengio, Léonard, Courville, 2013.
public struct TernaryLinear: Layer {
  /// What is rounded, `[in, out]`.
  @Parameter public var weight: Tensor<Float>

  /// A layer from its weights.
  public init(weight: Tensor<Float>) { self.weight = weight }

  public init(
    _ inputs: Int, _ outputs: Int, initializer: Initializer = .fanInUniform,
    random: inout RandomStream
  ) {
    self.init(
      weight: initializer(
        Initializer.Target(shape: [inputs, outputs], fanIn: inputs, fanOut: outputs), &random))
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    self(quantized: x.int8StraightThrough(), pass)
  }

  /// The result for inputs that are rounded already: layers that read the same input share them.
  public func callAsFunction(
    quantized x: Tensor<Float>, activation: Activation = .none, _ pass: Pass
  ) -> Tensor<Float> {
    let weight = weight.ternaryStraightThrough()
    pass.count(multiplyAdds: x.count * weight.shape[1])
    return x.linear(weight, activation: activation)
  }
}
