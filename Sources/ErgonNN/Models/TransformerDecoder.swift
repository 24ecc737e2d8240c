public import ErgonTensor

/// A small language model: token vectors, causal blocks, and a logit for each token that may
/// follow.
///
/// Places are told by rotary embedding, norms are by root mean square, no layer has a bias. As it
/// comes, with four blocks of width 256 and 4,096 tokens, it has 5,245,184 parameters.
///
/// ```swift
/// let model = TransformerDecoder(random: &random)
/// let logits = model(tokens, pass)           // tokens: [8, 256]  ->  [8, 256, 4096]
/// ```
public struct TransformerDecoder: Module {
  public let embedding: Embedding
  public let blocks: [TransformerBlock]
  public let norm: RMSNorm
  public let head: Linear

  /// - Parameters:
  ///   - hidden: Four times the width where it is not given.
  ///   - positions: The longest sequence.
  public init(
    vocabulary: Int = 4_096, width: Int = 256, layers: Int = 4, heads: Int = 8,
    keyHeads: Int? = nil, hidden: Int? = nil, positions: Int = 256,
    activation: Activation = .gelu, isGated: Bool = false, dropout: Float = 0,
    random: inout RandomStream
  ) {
    let initializer = Initializer.normal(deviation: 0.02)
    let rotary = RotaryTable<Float>(size: width / heads, positions: positions)
    embedding = Embedding(vocabulary, width, initializer: initializer, random: &random)
    blocks = (0..<layers).map { _ in
      TransformerBlock(
        width, heads: heads, keyHeads: keyHeads, hidden: hidden ?? 4 * width, isCausal: true,
        activation: activation, isGated: isGated, norm: .rootMeanSquare, bias: false,
        rotary: rotary, dropout: dropout, initializer: initializer, random: &random)
    }
    norm = RMSNorm(width)
    head = Linear(width, vocabulary, bias: false, initializer: initializer, random: &random)
  }

  public func callAsFunction(_ tokens: Tensor<Int32>, _ pass: Pass) -> Tensor<Float> {
    var x = embedding(tokens)
    for block in blocks { x = block(x, pass) }
    return head(norm(x, pass), pass)
  }

  /// The logits for use, not for learning.
  public func callAsFunction(_ tokens: Tensor<Int32>) -> Tensor<Float> { self(tokens, .inference) }
}
