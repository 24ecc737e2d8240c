@testable import ErgonLM

/// A head whose logits are the hidden state itself.
struct FixedHead: OutputHead {
  let vocabularySize: Int
  var hiddenSize: Int { vocabularySize }
  var bytesPerToken: Int { 0 }

  func logits(
    _ count: Int, _ hidden: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) {
    out.update(from: hidden, count: count * vocabularySize)
  }

  func logits(
    _ hidden: UnsafePointer<Float>, demand: LogitDemand, mask: TokenMask?, including: [TokenID]
  ) -> Logits {
    let values = (0..<vocabularySize).map { hidden[$0] }
    guard let mask else { return Logits(values: values) }
    let tokens = (0..<TokenID(vocabularySize)).filter { mask[$0] }
    return Logits(
      tokens: tokens, values: tokens.map { values[Int($0)] }, rest: -.infinity, restMass: 0...0)
  }
}

/// Allows what its list has.
struct ListConstraint: TokenConstraint {
  var allowed: Set<TokenID>
  var isComplete: Bool { false }

  mutating func restrict(_ mask: inout TokenMask) {
    for token in 0..<TokenID(mask.count) where !allowed.contains(token) { mask[token] = false }
  }

  mutating func accept(_ token: TokenID) -> Bool { allowed.contains(token) }
}

extension Sampler {
  /// The token for these logits.
  mutating func next(
    _ logits: [Float], allowed: Set<TokenID>? = nil
  ) throws(LMError) -> SampledToken {
    var constraint: (any TokenConstraint)? = allowed.map { ListConstraint(allowed: $0) }
    return try next(logits, head: FixedHead(vocabularySize: logits.count), constraint: &constraint)
  }
}
