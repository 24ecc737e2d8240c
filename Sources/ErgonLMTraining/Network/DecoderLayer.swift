import ErgonLM
public import ErgonNN
public import ErgonTensor

/// One layer of a decoder: attention and a gated feed-forward part, each behind a norm and added
/// to what came in.
///
///     x += output(subNorm(attention(norm(x))));  x += down(subNorm(activation(gate) * up))
///
/// BitNet has the norms before the last matrices, Llama has not.
public struct DecoderLayer: Layer {
  public let attentionNorm: RMSNorm
  public let query: Projection
  public let key: Projection
  public let value: Projection
  /// Norms of each head's queries and keys, as Qwen3 has.
  public let queryNorm: RMSNorm?
  public let keyNorm: RMSNorm?
  public let attentionSubNorm: RMSNorm?
  public let output: Projection
  public let feedForwardNorm: RMSNorm
  public let gate: Projection
  public let up: Projection
  public let feedForwardSubNorm: RMSNorm?
  public let down: Projection

  let configuration: ModelConfiguration
  let rotary: RotaryTable<Float>
  let activation: ErgonTensor.Activation

  /// `[n, steps, width]` from `[n, steps, width]`.
  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    let x = x + attention(x, pass)
    return x + feedForward(x, pass)
  }

  private func attention(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    let (n, steps) = (x.shape[0], x.shape[1])
    let c = configuration
    let read = Projection.input(attentionNorm(x, pass), isTernary: query.isTernary)
    var q = query(read, pass).reshaped(n, steps, c.heads, -1)
    var k = key(read, pass).reshaped(n, steps, c.keyValueHeads, -1)
    let v = value(read, pass).reshaped(n, steps, c.keyValueHeads, -1)
    if let queryNorm, let keyNorm {
      q = queryNorm(q, pass)
      k = keyNorm(k, pass)
    }
    q = q.rotaryEmbedding(rotary)
    k = k.rotaryEmbedding(rotary)
    // Half of the places look back from each.
    pass.count(multiplyAdds: q.count * steps)
    let gathered = scaledDotProductAttention(q, k, v, isCausal: true).reshaped(n, steps, -1)
    let inner = attentionSubNorm?(gathered, pass) ?? gathered
    return output(Projection.input(inner, isTernary: output.isTernary), pass)
  }

  private func feedForward(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    let read = Projection.input(feedForwardNorm(x, pass), isTernary: gate.isTernary)
    let product = gate(read, activation: activation, pass) * up(read, pass)
    let inner = feedForwardSubNorm?(product, pass) ?? product
    return down(Projection.input(inner, isTernary: down.isTernary), pass)
  }
}
