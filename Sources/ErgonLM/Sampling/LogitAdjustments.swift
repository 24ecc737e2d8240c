#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What biases and penalties do to the logits of the few tokens that they concern.
struct LogitAdjustments: Sendable {
  private let options: SamplingOptions
  private let endTokens: Set<TokenID>
  private let vocabularySize: Int
  private let hasPenalties: Bool
  private var history: TokenHistory

  init(_ options: SamplingOptions, vocabularySize: Int, endTokens: Set<TokenID>) {
    self.options = options
    self.endTokens = endTokens
    self.vocabularySize = vocabularySize
    hasPenalties =
      options.repeatPenalty != 1 || options.frequencyPenalty != 0 || options.presencePenalty != 0
    history = TokenHistory(
      window: hasPenalties ? options.penaltyWindow : 0, keepsAll: options.dryMultiplier != 0)
  }

  mutating func accept(_ token: TokenID) {
    if hasPenalties || options.dryMultiplier != 0 { history.append(token) }
  }

  /// The change for each token concerned, ascending.
  func changes() -> [Change] {
    var changes: [TokenID: Change] = [:]
    for (token, bias) in options.logitBias { changes[token, default: Change(token)].bias = bias }
    if hasPenalties {
      for (token, count) in history.counts where isPenalized(token) {
        changes[token, default: Change(token)].count = count
      }
    }
    if options.dryMultiplier != 0 {
      for (token, length) in history.repetitions(atLeast: options.dryAllowedLength)
      where isPenalized(token) {
        changes[token, default: Change(token)].repetition =
          options.dryMultiplier * powf(options.dryBase, Float(length - options.dryAllowedLength))
      }
    }
    return changes.values.sorted { $0.token < $1.token }
  }

  /// An end of generation stays as likely as the model has it: templates repeat it at each turn,
  /// and an answer whose end is penalised does not end.
  private func isPenalized(_ token: TokenID) -> Bool {
    token >= 0 && Int(token) < vocabularySize && !endTokens.contains(token)
  }

  func apply(_ change: Change, to logit: Float) -> Float {
    var logit = logit + change.bias
    if change.count > 0 {
      logit = logit > 0 ? logit / options.repeatPenalty : logit * options.repeatPenalty
      logit -= Float(change.count) * options.frequencyPenalty + options.presencePenalty
    }
    logit -= change.repetition
    // What overflows downwards is forbidden, what overflows upwards is the greatest there is.
    if logit.isNaN { return -.infinity }
    return min(logit, .greatestFiniteMagnitude)
  }

  struct Change {
    let token: TokenID
    var bias: Float = 0
    /// Occurrences within the window.
    var count = 0
    /// What don't-repeat-yourself takes off.
    var repetition: Float = 0

    init(_ token: TokenID) { self.token = token }
  }
}
