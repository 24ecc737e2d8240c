public import ErgonTensor

/// Attention in several heads: each place gathers from the others what matches its query.
///
/// Fewer heads of keys and values than of queries share them between neighbouring heads. With a
/// rotary table queries and keys are turned by their place, so that matches depend on distance.
///
/// ```swift
/// let layer = MultiHeadAttention(256, heads: 8, keyHeads: 2, isCausal: true, random: &random)
/// layer(x, pass)                             // x: [8, 128, 256]  ->  [8, 128, 256]
/// ```
///
/// - Cost: four full layers, and `4 * n * heads * steps² * headWidth` operations, half of that where
///   causal.
/// - Reference: Vaswani et al., "Attention is all you need", 2017; Ainslie et al., "GQA", 2023.
public struct MultiHeadAttention: Layer {
  public let query: Linear
  public let key: Linear
  public let value: Linear
  public let output: Linear
  public let heads: Int
  public let keyHeads: Int
  /// Whether a place sees only itself and those before it.
  public let isCausal: Bool
  public let rotary: RotaryTable<Float>?
  public let dropout: Dropout?

  /// - Parameters:
  ///   - keyHeads: Heads of keys and values; as many as of queries where it is not given.
  ///   - dropout: Of the result, while learning.
  /// - Precondition: `heads` divides `width`, `keyHeads` divides `heads`.
  public init(
    _ width: Int, heads: Int, keyHeads: Int? = nil, isCausal: Bool = false, bias: Bool = true,
    rotary: RotaryTable<Float>? = nil, dropout: Float = 0,
    initializer: Initializer = .fanInUniform, random: inout RandomStream
  ) {
    let keyHeads = keyHeads ?? heads
    precondition(
      heads > 0 && width % heads == 0 && keyHeads > 0 && heads % keyHeads == 0,
      "MultiHeadAttention: width \(width), \(heads) heads and \(keyHeads) of keys do not divide")
    let shared = width / heads * keyHeads
    query = Linear(width, width, bias: bias, initializer: initializer, random: &random)
    key = Linear(width, shared, bias: bias, initializer: initializer, random: &random)
    value = Linear(width, shared, bias: bias, initializer: initializer, random: &random)
    output = Linear(width, width, bias: bias, initializer: initializer, random: &random)
    self.heads = heads
    self.keyHeads = keyHeads
    self.isCausal = isCausal
    self.rotary = rotary
    self.dropout = dropout > 0 ? Dropout(dropout) : nil
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    attend(from: x, to: x, pass)
  }

  /// What the places of one sequence gather from those of another.
  ///
  /// - Parameters:
  ///   - x: Who asks, `[n, steps, width]`.
  ///   - memory: Who answers, `[n, others, width]`.
  ///   - mask: Where a place may look; broadcasts to `[n, heads, steps, others]`.
  public func attend(
    from x: Tensor<Float>, to memory: Tensor<Float>, mask: Tensor<Bool>? = nil, _ pass: Pass
  ) -> Tensor<Float> {
    precondition(
      x.rank == 3 && memory.rank == 3,
      "MultiHeadAttention: \(x.shape) and \(memory.shape): [n, steps, width] are due")
    let (n, steps, others) = (x.shape[0], x.shape[1], memory.shape[1])
    var q = query(x, pass).reshaped(n, steps, heads, -1)
    var k = key(memory, pass).reshaped(n, others, keyHeads, -1)
    let v = value(memory, pass).reshaped(n, others, keyHeads, -1)
    if let rotary {
      q = q.rotaryEmbedding(rotary)
      k = k.rotaryEmbedding(rotary)
    }
    pass.count(multiplyAdds: 2 * q.count * others / (isCausal ? 2 : 1))
    let gathered = scaledDotProductAttention(q, k, v, mask: mask, isCausal: isCausal)
    let y = output(gathered.reshaped(n, steps, -1), pass)
    return dropout?(y, pass) ?? y
  }
}
