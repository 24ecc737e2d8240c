/// What a sampler needs of the logits of one position.
public enum LogitDemand: Sendable, Equatable {
  /// All of them.
  case all
  /// The k greatest.
  case greatest(Int)
  /// Enough of the greatest to decide which tokens make up this share of the probability.
  case mass(Float)
  /// All within this distance below the greatest.
  case within(Float)
}

/// Logits of one position: all of them, or a certified part.
public struct Logits: Sendable {
  /// Tokens whose exact logits are known; nil stands for `0 ..< values.count`.
  public var tokens: [TokenID]?
  /// Their logits, the very numbers the full-precision head gives.
  public var values: [Float]
  /// For a part: no token outside it has a logit above this.
  public var rest: Float
  /// For a part: bounds on the sum of exp(logit − greatest) over the tokens outside it.
  public var restMass: ClosedRange<Double>

  public init(values: [Float]) {
    tokens = nil
    self.values = values
    rest = -.infinity
    restMass = 0...0
  }

  public init(tokens: [TokenID], values: [Float], rest: Float, restMass: ClosedRange<Double>) {
    self.tokens = tokens
    self.values = values
    self.rest = rest
    self.restMass = restMass
  }
}

/// The projection from a final hidden state to the vocabulary.
public protocol OutputHead: Sendable {
  var vocabularySize: Int { get }
  var hiddenSize: Int { get }
  /// Bytes that one position reads at most, for bandwidth figures.
  var bytesPerToken: Int { get }
  /// All logits of `count` positions, `hidden` [count, hiddenSize], into [count, vocabularySize].
  func logits(_ count: Int, _ hidden: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>)
  /// What `demand` needs for one position. Tokens that are not set in `mask`, if there is one, are
  /// left out; those in `including` are there whatever their logit.
  func logits(
    _ hidden: UnsafePointer<Float>, demand: LogitDemand, mask: TokenMask?, including: [TokenID]
  ) -> Logits
}
