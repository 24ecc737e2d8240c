import CErgonKernels

/// softmax(scale · Q Kᵀ) V: for each query the mean of the values, weighted by how well their keys
/// match.
///
/// Heads are an axis of the arrays as projections leave them, so that nothing is transposed or
/// copied. Fewer heads of keys and values than of queries are shared by neighbouring query heads
/// (grouped queries).
///
/// ```swift
/// let q = x.linear(wq).reshaped(8, 256, 8, 32)        // x: [8, 256, 256]
/// let y = scaledDotProductAttention(q, k, v, isCausal: true)
/// y.reshaped(8, 256, 256)                             // y: [8, 256, 8, 32]
/// ```
///
/// - Parameters:
///   - queries: `[batch, queries, heads, size]`.
///   - keys: `[batch, keys, keyHeads, size]`.
///   - values: `[batch, keys, keyHeads, valueSize]`.
///   - mask: Where a query may see a key; broadcasts to `[batch, heads, queries, keys]`. A query
///     that may see none sees all alike.
///   - isCausal: Whether query i sees keys up to i alone, counted from the last: the last query
///     sees every key.
///   - scale: 1 / √size unless given.
/// - Precondition: sizes that agree, `keyHeads` divides `heads`, no more queries than keys where
///   causal.
/// - Cost: 4 · batch · heads · queries · keys · size operations, half of it where causal; memory
///   for a block of 64 queries only. The gradient computes the weights again.
/// - Reference: Vaswani and others, Attention is all you need, 2017, equation 1; Dao and others,
///   FlashAttention, 2022, for the blocks.
@specialized(where S == Float)
public func scaledDotProductAttention<S: FloatScalar>(
  _ queries: Tensor<S>, _ keys: Tensor<S>, _ values: Tensor<S>, mask: Tensor<Bool>? = nil,
  isCausal: Bool = false, scale: S? = nil
) -> Tensor<S> {
  let (q, k, v) = (queries.shape, keys.shape, values.shape)
  let name = "scaledDotProductAttention: \(q), \(k), \(v)"
  precondition(
    q.rank == 4 && k.rank == 4 && v.rank == 4, "\(name): [batch, time, heads, size] are due")
  precondition(
    q[0] == k[0] && k[0] == v[0] && k[1] == v[1] && k[2] == v[2] && q[3] == k[3],
    "\(name): batch, keys, heads or sizes differ")
  precondition(
    k[2] > 0 && q[2] % k[2] == 0, "\(name): \(q[2]) heads do not share \(k[2]) evenly")
  precondition(
    !isCausal || q[1] <= k[1], "\(name): \(q[1]) causal queries for \(k[1]) keys")
  if let mask {
    let scores: Shape = [q[0], q[2], q[1], k[1]]
    precondition(
      mask.rank <= 4 && Shape.broadcast(mask.shape, scores, for: "attention mask") == scores,
      "\(name): a mask of \(mask.shape) does not broadcast to \(scores)")
  }
  let scale = scale ?? 1 / S(q[3]).squareRoot()
  let records = Tensor.records(queries, keys, values)
  if records, Tensor<S>.isDifferentiatedTwice {
    return composedAttention(queries, keys, values, mask, isCausal, scale)
  }
  let plan = AttentionPlan(
    queries, keys, values, mask: mask, isCausal: isCausal, scale: scale)
  let y = plan.result()
  guard records else { return y }
  let (queries, keys, values) = (queries.outline, keys.outline, values.outline)
  return y.recordedOnce { g, back in
    let gradients = plan.gradients(g)
    back.add(to: queries) { gradients.queries }
    back.add(to: keys) { gradients.keys }
    back.add(to: values) { gradients.values }
  }
}

/// Attention as products and a softmax, for gradients of every order.
private func composedAttention<S: FloatScalar>(
  _ queries: Tensor<S>, _ keys: Tensor<S>, _ values: Tensor<S>, _ mask: Tensor<Bool>?,
  _ isCausal: Bool, _ scale: S
) -> Tensor<S> {
  let (b, t, h) = (queries.shape[0], queries.shape[1], queries.shape[2])
  let (length, shared) = (keys.shape[1], keys.shape[2])
  // [b, shared, group, t, size] x [b, shared, 1, size, length]
  let q = queries.reshaped(b, t, shared, h / shared, queries.shape[3]).permuted([0, 2, 3, 1, 4])
  let k = keys.permuted([0, 2, 3, 1]).expandingAxis(at: 2)
  let v = values.permuted([0, 2, 1, 3]).expandingAxis(at: 2)
  var scores = q.matmul(k).reshaped(b, h, t, length) * scale
  let least = -S.greatestFiniteMagnitude
  if let mask {
    scores = Tensor.select(mask, scores, Tensor(least))
  }
  if isCausal {
    let hidden = Tensor<S>(shape: [t, length]) { out in
      for row in 0..<t {
        for column in 0..<length {
          out[row * length + column] = column > row + length - t ? 1 : 0
        }
      }
    }
    scores = scores.replacing(with: -S.infinity, where: hidden .> 0)
  }
  let weights = scores.softmax().reshaped(b, shared, h / shared, t, length)
  return weights.matmul(v).permuted([0, 3, 1, 2, 4]).reshaped(b, t, h, values.shape[3])
}
