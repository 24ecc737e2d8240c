/// Decides over drafted tokens so that the target's distribution is kept exactly.
///
/// - Reference: Leviathan, Kalman, Matias, Fast inference from transformers via speculative decoding,
///   2023, algorithm 1.
public enum Speculation {
  /// The token that takes a drafted one's place.
  ///
  /// It is the drafted one itself with probability min(1, p/q), otherwise one drawn from
  /// max(0, p - q), renormalised. Over drafts drawn from q the result is distributed as p.
  ///
  /// ```swift
  /// let token = Speculation.decide(drafted, target: p, draft: q, using: &random)  // p, q: [vocabulary]
  /// if token != drafted { /* what was drafted behind it is void */ }
  /// ```
  ///
  /// - Parameters:
  ///   - target: The target's probabilities p, after all filters.
  ///   - draft: Those q that `drafted` was drawn from; for a draft that is certain, 1 at its token.
  /// - Cost: linear in the vocabulary where the draft is refused.
  public static func decide(
    _ drafted: TokenID, target p: [Double], draft q: [Double],
    using random: inout some RandomNumberGenerator
  ) -> TokenID {
    precondition(
      p.count == q.count, "Speculation: \(p.count) target and \(q.count) draft probabilities")
    let token = Int(drafted)
    if random.fraction() * q[token] < p[token] { return drafted }
    let total = zip(p, q).reduce(0) { $0 + max(0, $1.0 - $1.1) }
    // Where p = q but for rounding nothing is left, and nothing was to be refused.
    guard total > 0 else { return drafted }
    let u = random.fraction() * total
    var sum = 0.0
    var last = token
    for index in p.indices where p[index] > q[index] {
      sum += p[index] - q[index]
      last = index
      if u < sum { break }
    }
    return TokenID(last)
  }

  /// How many drafted tokens greedy decoding would have chosen: those before the first that differs.
  public static func accepted(_ drafted: [TokenID], chosen: [TokenID]) -> Int {
    zip(drafted, chosen).prefix { $0.0 == $0.1 }.count
  }
}
