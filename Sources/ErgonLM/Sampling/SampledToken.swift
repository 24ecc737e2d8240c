/// A token that was chosen, and how likely it and others were.
public struct SampledToken: Sendable {
  public var token: TokenID
  /// Of the token, where ``SamplingOptions/logProbabilities`` asks for it: as the model gives it at
  /// temperature 1, before biases, constraint, penalties and filters.
  public var logProbability: Float?
  /// The likeliest tokens with theirs, descending.
  public var alternatives: [(token: TokenID, logProbability: Float)]

  public init(
    token: TokenID, logProbability: Float? = nil,
    alternatives: [(token: TokenID, logProbability: Float)] = []
  ) {
    self.token = token
    self.logProbability = logProbability
    self.alternatives = alternatives
  }
}
