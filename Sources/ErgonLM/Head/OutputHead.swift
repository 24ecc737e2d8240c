/// What a sampler needs of the logits of one position.
///
/// It speaks of the tokens that the mask allows and that are not among those included anyway: what
/// penalties do to the included ones then cannot make others needed that are not there.
public enum LogitDemand: Sendable, Equatable {
  /// All of them.
  case all
  /// The k greatest, and those that equal the last of them.
  case greatest(Int)
  /// Enough of the greatest to decide which tokens make up this share of the probability, where so
  /// few of them do that a part is worth computing; bounds of the rest say whether it decides.
  case mass(Float)
  /// All within this distance below the greatest.
  case within(Float)
}

/// Logits of one position: all of them, or a certified part.
public struct Logits: Sendable {
  /// Tokens whose exact logits are known, ascending; nil stands for `0 ..< values.count`.
  public var tokens: [TokenID]?
  /// Their logits, the very numbers the full-precision head gives.
  public var values: [Float]
  /// For a part: no allowed token outside it has a logit above this; minus infinity where there
  /// is none outside.
  public var rest: Float
  /// For a part: bounds on the sum of exp(logit − greatest) over the allowed tokens outside it,
  /// where greatest is that of `values`.
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

  /// The token of the greatest known logit, the lowest where two are equal.
  var likeliest: TokenID? {
    values.indices.lazy.map { Candidates.key(values[$0], tokens?[$0] ?? TokenID($0)) }.max()
      .map(Candidates.token)
  }
}

/// The projection from a final hidden state to the vocabulary.
public protocol OutputHead: Sendable {
  var vocabularySize: Int { get }
  var hiddenSize: Int { get }
  /// Bytes that one position reads where nothing but its likeliest tokens are asked for, for
  /// bandwidth figures.
  var bytesPerToken: Int { get }
  /// All logits of `count` positions, `hidden` [count, hiddenSize], into [count, vocabularySize].
  func logits(_ count: Int, _ hidden: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>)
  /// What `demand` needs for one position, or more. Tokens that are not set in `mask`, if there is
  /// one, are left out; those in `including` (ascending) are there whatever their logit, where the
  /// mask allows them.
  func logits(
    _ hidden: UnsafePointer<Float>, demand: LogitDemand, mask: TokenMask?, including: [TokenID]
  ) -> Logits
}
