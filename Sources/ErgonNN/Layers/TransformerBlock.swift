public import ErgonTensor

/// Two full layers with an activation between them, with a gate on what passes if wanted.
///
///     down(activation(up(x))),  or with a gate  down(activation(gate(x)) * up(x))
///
/// - Reference: Shazeer, "GLU variants improve transformer", 2020, for the gate.
public struct FeedForward: Layer {
  public let gate: Linear?
  public let up: Linear
  public let down: Linear

  public init(
    _ width: Int, hidden: Int, activation: Activation = .gelu, isGated: Bool = false,
    bias: Bool = true, initializer: Initializer = .fanInUniform, random: inout RandomStream
  ) {
    gate =
      isGated
      ? Linear(
        width, hidden, bias: bias, activation: activation, initializer: initializer,
        random: &random) : nil
    up = Linear(
      width, hidden, bias: bias, activation: isGated ? .none : activation,
      initializer: initializer, random: &random)
    down = Linear(hidden, width, bias: bias, initializer: initializer, random: &random)
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    guard let gate else { return down(up(x, pass), pass) }
    return down(gate(x, pass) * up(x, pass), pass)
  }
}

/// Attention and a feed-forward part, each behind a norm and added to what came in.
///
///     x += attention(norm(x));  x += feedForward(norm(x))
///
/// ```swift
/// let block = TransformerBlock(256, heads: 8, hidden: 1_024, isCausal: true, random: &random)
/// block(x, pass)                             // x: [8, 128, 256]  ->  [8, 128, 256]
/// ```
///
/// - Reference: Vaswani et al., "Attention is all you need", 2017, with the norms first as in
///   Xiong et al., "On layer normalization in the transformer architecture", 2020.
public struct TransformerBlock: Layer {
  public let attentionNorm: any Layer
  public let attention: MultiHeadAttention
  public let feedForwardNorm: any Layer
  public let feedForward: FeedForward
  public let dropout: Dropout?

  /// The norm before each part.
  public enum Norm: Sendable, Hashable { case layer, rootMeanSquare }

  /// - Parameters:
  ///   - keyHeads: Heads of keys and values; as many as of queries where it is not given.
  ///   - hidden: Width between the two layers of the feed-forward part.
  ///   - isGated: With `activation: .silu` the gate makes it SwiGLU.
  ///   - dropout: Of each part's result, while learning.
  public init(
    _ width: Int, heads: Int, keyHeads: Int? = nil, hidden: Int, isCausal: Bool = false,
    activation: Activation = .gelu, isGated: Bool = false, norm: Norm = .layer, bias: Bool = true,
    rotary: RotaryTable<Float>? = nil, dropout: Float = 0,
    initializer: Initializer = .fanInUniform, random: inout RandomStream
  ) {
    let makeNorm: () -> any Layer = {
      switch norm {
      case .layer: LayerNorm(width, bias: bias)
      case .rootMeanSquare: RMSNorm(width)
      }
    }
    attentionNorm = makeNorm()
    attention = MultiHeadAttention(
      width, heads: heads, keyHeads: keyHeads, isCausal: isCausal, bias: bias, rotary: rotary,
      dropout: dropout, initializer: initializer, random: &random)
    feedForwardNorm = makeNorm()
    feedForward = FeedForward(
      width, hidden: hidden, activation: activation, isGated: isGated, bias: bias,
      initializer: initializer, random: &random)
    self.dropout = dropout > 0 ? Dropout(dropout) : nil
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    let x = x + attention(attentionNorm(x, pass), pass)
    let y = feedForward(feedForwardNorm(x, pass), pass)
    return x + (dropout?(y, pass) ?? y)
  }
}
