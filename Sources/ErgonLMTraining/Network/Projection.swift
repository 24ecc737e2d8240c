public import ErgonNN
public import ErgonTensor

/// A matrix of a decoder, ternary or not, with what fine-tuning may have put beside it.
public struct Projection: Module {
  /// What is learned, `[in, out]`; where the matrix is ternary, what is rounded.
  @Parameter public var weight: Tensor<Float>
  /// `[out]`.
  @Parameter public var bias: Tensor<Float>?
  public let isTernary: Bool
  /// A correction of low rank that is learned while the weight stays as it is.
  public var adapter: LowRankAdapter?

  public init(weight: Tensor<Float>, bias: Tensor<Float>? = nil, isTernary: Bool) {
    self.weight = weight
    self.bias = bias
    self.isTernary = isTernary
  }

  /// What the matrix reads: the same for all that read it, so that it is rounded once.
  static func input(_ x: Tensor<Float>, isTernary: Bool) -> Tensor<Float> {
    isTernary ? x.int8StraightThrough() : x
  }

  /// - Parameter x: As ``input(_:isTernary:)`` made it, `[n, steps, in]`.
  /// - Returns: `[n, steps, out]`.
  func callAsFunction(
    _ x: Tensor<Float>, activation: ErgonTensor.Activation = .none, _ pass: Pass
  ) -> Tensor<Float> {
    let weight = isTernary ? weight.ternaryStraightThrough() : weight
    pass.count(multiplyAdds: x.count * weight.shape[1])
    guard let adapter else { return x.linear(weight, bias: bias, activation: activation) }
    return (x.linear(weight, bias: bias) + adapter(x, pass)).activated(by: activation)
  }
}

/// A product of two narrow matrices that is added to a larger one: `x W + (alpha / rank) x A B`.
///
/// `B` begins as zeros, so that the model begins as it was.
///
/// - Reference: Hu et al., "LoRA: low-rank adaptation of large language models", 2021.
public struct LowRankAdapter: Module {
  /// `[in, rank]`.
  @Parameter public var down: Tensor<Float>
  /// `[rank, out]`.
  @Parameter public var up: Tensor<Float>
  public let scale: Float

  public init(
    inputs: Int, outputs: Int, rank: Int, alpha: Float, random: inout RandomStream
  ) {
    precondition(rank > 0, "LowRankAdapter: a rank of \(rank)")
    // PyTorch's bound for a full layer, which LoRA's authors use: 1 / √fan-in.
    down = Initializer.fanInUniform(
      Initializer.Target(shape: [inputs, rank], fanIn: inputs, fanOut: rank), &random)
    up = Tensor(repeating: 0, shape: [rank, outputs])
    scale = alpha / Float(rank)
  }

  init(down: Tensor<Float>, up: Tensor<Float>, scale: Float) {
    self.down = down
    self.up = up
    self.scale = scale
  }

  func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    pass.count(multiplyAdds: x.count * down.shape[1] + x.count / x.shape[-1] * up.count)
    return x.linear(down).linear(up) * scale
  }

  /// What it adds to the weight, `[in, out]`.
  public var product: Tensor<Float> { withoutRecording { down.matmul(up) * scale } }
}
