import ErgonTensor

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Chooses tokens, one after the other, as ``SamplingOptions`` say.
///
/// A value: a copy goes on as the original would, which is what speculation needs. It asks an
/// ``OutputHead`` for no more logits than its filters need, checks that what it was given decides
/// them, and asks for all otherwise; which head it is therefore does not show in the tokens.
///
/// ```swift
/// var sampler = try Sampler(
///   options, vocabularySize: 128_256, endTokens: tokenizer.special.endOfGeneration)
/// let chosen = try sampler.next(hidden, head: model.head, constraint: &constraint)
/// sampler.accept(chosen.token)
/// ```
///
/// - Cost: linear in the logits that the head gives, and in the history where DRY is on.
public struct Sampler: Sendable {
  private let options: SamplingOptions
  private let vocabularySize: Int
  private let demand: LogitDemand
  private var doubt = Doubt()
  private var adjustments: LogitAdjustments
  private var random: RandomStream
  /// Mirostat's bound on a token's surprise, in bits.
  private var surpriseLimit: Double

  /// - Parameter endTokens: Penalties leave them alone.
  /// - Throws: ``LMError`` for options out of range.
  public init(
    _ options: SamplingOptions, vocabularySize: Int, endTokens: Set<TokenID>
  ) throws(LMError) {
    try options.validate(vocabularySize: vocabularySize)
    self.options = options
    self.vocabularySize = vocabularySize
    demand = Self.demand(options)
    adjustments = LogitAdjustments(
      options, vocabularySize: vocabularySize, endTokens: endTokens)
    var system = SystemRandomNumberGenerator()
    random = RandomStream(seed: options.seed ?? system.next())
    surpriseLimit = 2 * Double(options.mirostatTau)
  }

  /// Takes note of a token, of the prompt or chosen, for the penalties of later ones.
  public mutating func accept(_ token: TokenID) { adjustments.accept(token) }

  /// Chooses the token that follows a final hidden state.
  ///
  /// - Parameter constraint: Asked which tokens may come; what is chosen is the caller's to give it.
  /// - Throws: ``LMError`` for logits that are not finite, and where biases and the constraint leave
  ///   no token.
  public mutating func next(
    _ hidden: UnsafePointer<Float>, head: any OutputHead,
    constraint: inout (any TokenConstraint)?
  ) throws(LMError) -> SampledToken {
    precondition(
      head.vocabularySize == vocabularySize,
      "Sampler: \(vocabularySize) tokens, its head has \(head.vocabularySize)")
    var mask: TokenMask?
    if constraint != nil {
      mask = TokenMask(count: vocabularySize, allowed: true)
      constraint?.restrict(&mask!)
    }
    let changes = adjustments.changes()
    var sampled = SampledToken(token: 0)
    var choice: Choice?
    if let alternatives = options.logProbabilities {
      let logits = head.logits(hidden, demand: .all, mask: nil, including: [])
      let all = try candidates(logits, [], mask: nil)
      let total = log(all.keys.reduce(0.0) { $0 + exp(Self.distance($1, all.greatest)) })
      sampled.alternatives = all.greatestKeys(alternatives).map {
        (Candidates.token($0), Float(Self.distance($0, all.greatest) - total))
      }
      choice = choose(try candidates(logits, changes, mask: mask))
      if let choice {
        let key = Candidates.key(logits.values[Int(choice.token)], choice.token)
        sampled.logProbability = Float(Self.distance(key, all.greatest) - total)
      }
    } else {
      let including = changes.map(\.token)
      let demand = doubt.isAskingAll() ? .all : demand
      let part = head.logits(hidden, demand: demand, mask: mask, including: including)
      choice = choose(try candidates(part, changes, mask: nil))
      let isUndecided = choice == nil && part.rest > -.infinity
      if isUndecided {
        let all = head.logits(hidden, demand: .all, mask: mask, including: including)
        choice = choose(try candidates(all, changes, mask: nil))
      }
      if demand != .all {
        // A head that gives so many at once has found that a part is not to be had.
        let isAll = part.rest == -.infinity && part.values.count > vocabularySize / 8
        doubt.learn(decided: !isUndecided && !isAll)
      }
    }
    guard let choice else {
      throw .request(
        what: "next token", reason: "the constraint and the biases allow none",
        mend: "loosen them, or check that the grammar can be met with this vocabulary")
    }
    random = choice.random
    surpriseLimit = choice.surpriseLimit
    sampled.token = choice.token
    return sampled
  }

  /// A token, and what the sampler is once it is taken.
  private struct Choice {
    var token: TokenID = 0
    var random: RandomStream
    var surpriseLimit: Double
  }

  /// Whether a part of the logits is worth asking for: what did not decide several tokens in a row
  /// is tried again only now and then, because a part in vain costs half a reading more.
  ///
  /// The tokens are the same either way.
  private struct Doubt {
    private var failures = 0
    private var pause = 0

    mutating func isAskingAll() -> Bool {
      guard pause > 0 else { return false }
      pause -= 1
      return true
    }

    mutating func learn(decided: Bool) {
      failures = decided ? 0 : min(failures + 1, 5)
      // 0, 2, 6, 14, 30 tokens.
      pause = decided ? 0 : (1 << failures) - 2
    }
  }

  private static func distance(_ key: UInt64, _ from: Float) -> Double {
    Double(Candidates.logit(key)) - Double(from)
  }

  /// What the first filter that looks at all tokens needs of them.
  private static func demand(_ options: SamplingOptions) -> LogitDemand {
    if options.temperature <= 0 { return .greatest(1) }
    if options.mirostat != 0 || options.topNSigma > 0 { return .all }
    if options.topK > 0 { return .greatest(options.topK) }
    if options.typicalP < 1 { return .all }
    if options.topP < 1 { return .mass(options.topP) }
    if options.minP > 0 { return .within(-log(options.minP)) }
    return .all
  }

  /// Makes candidates of logits, with the changes made and without what is forbidden.
  private func candidates(
    _ logits: Logits, _ changes: [LogitAdjustments.Change], mask: TokenMask?
  ) throws(LMError) -> Candidates {
    var keys: [UInt64] = []
    keys.reserveCapacity(logits.values.count)
    var greatest = -Float.infinity
    var nextChange = changes[...]
    for (index, value) in logits.values.enumerated() {
      let token = logits.tokens?[index] ?? TokenID(truncatingIfNeeded: index)
      guard value.isFinite else {
        throw .request(
          what: "next token", reason: "the model's logit of token \(token) is \(value)",
          mend: "its weights are damaged or its numbers overflow; try another file")
      }
      greatest = max(greatest, value)
      var logit = value
      while let change = nextChange.first, change.token <= token {
        if change.token == token { logit = adjustments.apply(change, to: value) }
        nextChange.removeFirst()
      }
      if logit > -.infinity, mask?[token] ?? true { keys.append(Candidates.key(logit, token)) }
    }
    return Candidates(
      keys: keys, rest: logits.rest, restMass: logits.restMass, reference: greatest)
  }

  // MARK: The chain

  /// Filters and draws; nil where the candidates do not decide the token, or there are none.
  private func choose(_ all: Candidates) -> Choice? {
    var choice = Choice(random: random, surpriseLimit: surpriseLimit)
    if options.temperature <= 0 {
      guard let token = all.likeliest else { return nil }
      choice.token = token
      return choice
    }
    guard all.count > 0 else { return nil }
    if options.mirostat != 0 { return drawSurprising(all, &choice) }

    var candidates = all
    if options.topNSigma > 0,
      !candidates.keepNearGreatest(deviations: options.topNSigma)
    {
      return nil
    }
    if options.topK > 0, !candidates.keepGreatest(options.topK) { return nil }
    if options.typicalP < 1, !candidates.keepTypical(options.typicalP) { return nil }
    if options.topP < 1, !candidates.keepMass(options.topP) { return nil }
    if options.minP > 0, !candidates.keepShare(options.minP) { return nil }
    // One number for the question whether, drawn in any case, so that the answer does not shift
    // what later tokens draw.
    if options.xtcProbability > 0, choice.random.fraction() < Double(options.xtcProbability),
      !candidates.removeTop(threshold: options.xtcThreshold)
    {
      return nil
    }
    guard candidates.isComplete else { return nil }
    let temperature = temperature(candidates)
    let u = choice.random.fraction()
    if temperature <= 0 {
      choice.token = candidates.likeliest!
    } else {
      let index = candidates.draw(candidates.probabilities(temperature: temperature), u)
      choice.token = Candidates.token(candidates.keys[index])
    }
    return choice
  }

  /// The temperature, between its bounds by how even the candidates are.
  private func temperature(_ candidates: Candidates) -> Float {
    guard options.dynamicTemperatureRange > 0, candidates.count > 1 else {
      return options.temperature
    }
    let least = max(0, options.temperature - options.dynamicTemperatureRange)
    let most = options.temperature + options.dynamicTemperatureRange
    let evenness = Candidates.entropy(candidates.probabilities()) / log(Double(candidates.count))
    return least
      + (most - least) * Float(pow(evenness, Double(options.dynamicTemperatureExponent)))
  }

  /// Mirostat 2: tokens of at most the limit's surprise, and the limit moved towards the target.
  private func drawSurprising(_ all: Candidates, _ choice: inout Choice) -> Choice? {
    guard all.isComplete else { return nil }
    var candidates = all
    candidates.sort()
    let probabilities = candidates.probabilities(temperature: options.temperature)
    // Probabilities descend, so surprises ascend; the likeliest stays in any case.
    let kept = max(1, probabilities.prefix { -log2($0) <= surpriseLimit }.count)
    let total = probabilities[..<kept].reduce(0, +)
    let index = candidates.draw(probabilities[..<kept].map { $0 / total }, choice.random.fraction())
    choice.token = Candidates.token(candidates.keys[index])
    let error = -log2(probabilities[index]) - Double(options.mirostatTau)
    choice.surpriseLimit -= Double(options.mirostatEta) * error
    return choice
  }
}

extension RandomNumberGenerator {
  /// A number in [0, 1) of 53 bits.
  mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
