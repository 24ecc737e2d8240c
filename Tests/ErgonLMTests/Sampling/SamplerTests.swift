#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Testing

@testable import ErgonLM

/// No filter, temperature 1.
private var plain: SamplingOptions {
  var options = SamplingOptions()
  (options.temperature, options.topK, options.topP, options.minP) = (1, 0, 1, 0)
  options.seed = 7
  return options
}

private func logits(_ probabilities: [Double]) -> [Float] { probabilities.map { Float(log($0)) } }

/// How often each token is drawn.
private func frequencies(
  _ options: SamplingOptions, _ logits: [Float], draws: Int = 20_000,
  accepting: [TokenID] = [], endTokens: Set<TokenID> = []
) throws -> [Double] {
  var sampler = try Sampler(options, vocabularySize: logits.count, endTokens: endTokens)
  for token in accepting { sampler.accept(token) }
  var counts = [Double](repeating: 0, count: logits.count)
  for _ in 0..<draws { counts[Int(try sampler.next(logits).token)] += 1 }
  return counts.map { $0 / Double(draws) }
}

/// Within five standard deviations everywhere, and never where the probability is 0.
private func matches(_ found: [Double], _ expected: [Double], draws: Int = 20_000) -> Bool {
  zip(found, expected).allSatisfy { found, p in
    p == 0 ? found == 0 : abs(found - p) <= 5 * (p * (1 - p) / Double(draws)).squareRoot() + 1e-9
  }
}

private func normalized(_ weights: [Double]) -> [Double] {
  let total = weights.reduce(0, +)
  return weights.map { $0 / total }
}

@Suite struct SamplerTests {
  @Test func `greedy takes the greatest logit, and the lowest token of equals`() throws {
    var sampler = try Sampler(.greedy, vocabularySize: 4, endTokens: [])
    #expect(try sampler.next([1, 3, 3, 2]).token == 1)
    #expect(try sampler.next([-0.0, 0, -1, -2]).token == 0)
    #expect(try sampler.next([-4, -3, -2, -1]).token == 3)
  }

  @Test func `tokens are drawn as often as they are likely, at every temperature`() throws {
    let p = [0.05, 0.4, 0.25, 0.3]
    for temperature: Float in [0.5, 1, 2] {
      var options = plain
      options.temperature = temperature
      let expected = normalized(p.map { pow($0, 1 / Double(temperature)) })
      #expect(matches(try frequencies(options, logits(p)), expected))
    }
  }

  @Test func `the same seed gives the same tokens, another seed others`() throws {
    let p = logits([Double](repeating: 0.02, count: 50))
    func draws(_ seed: UInt64) throws -> [TokenID] {
      var options = plain
      options.seed = seed
      var sampler = try Sampler(options, vocabularySize: 50, endTokens: [])
      return try (0..<20).map { _ in try sampler.next(p).token }
    }
    #expect(try draws(1) == draws(1))
    #expect(try draws(1) != draws(2))
  }

  struct Filter: Sendable, CustomTestStringConvertible {
    let name: String
    let expected: [Double]
    let change: @Sendable (inout SamplingOptions) -> Void
    var testDescription: String { name }
  }

  static let filters = [
    Filter(name: "top-k", expected: [0.4, 0, 0.35, 0, 0]) { $0.topK = 2 },
    Filter(name: "top-k beyond all", expected: [0.4, 0.1, 0.35, 0.1, 0.05]) { $0.topK = 9 },
    Filter(name: "top-k at equals", expected: [0.4, 0.1, 0.35, 0, 0]) { $0.topK = 3 },
    Filter(name: "top-p keeps the crossing token", expected: [0.4, 0, 0.35, 0, 0]) {
      $0.topP = 0.5
    },
    Filter(name: "top-p of one", expected: [1, 0, 0, 0, 0]) { $0.topP = 0.3 },
    Filter(name: "min-p", expected: [0.4, 0.1, 0.35, 0.1, 0]) { $0.minP = 0.2 },
    Filter(name: "typical", expected: [0, 0, 1, 0, 0]) { $0.typicalP = 0.3 },
    Filter(name: "XTC", expected: [0, 0.1, 0.35, 0.1, 0.05]) {
      ($0.xtcProbability, $0.xtcThreshold) = (1, 0.2)
    },
    Filter(name: "XTC spares the only one", expected: [0.4, 0.1, 0.35, 0.1, 0.05]) {
      ($0.xtcProbability, $0.xtcThreshold) = (1, 0.38)
    },
    Filter(name: "top-nσ", expected: [0.4, 0, 0.35, 0, 0]) { $0.topNSigma = 1 },
    Filter(name: "top-p of what top-k left", expected: [1, 0, 0, 0, 0]) {
      ($0.topK, $0.topP) = (2, 0.5)
    },
    Filter(name: "a bias", expected: [0.4, 0.2, 0.35, 0.1, 0]) {
      $0.logitBias = [1: Float(log(2.0)), 4: -.infinity]
    },
  ]

  @Test(arguments: filters)
  func `filters keep what they are defined to keep`(filter: Filter) throws {
    var options = plain
    filter.change(&options)
    let found = try frequencies(options, logits([0.4, 0.1, 0.35, 0.1, 0.05]))
    #expect(matches(found, normalized(filter.expected)), "\(found)")
  }

  @Test func `filters see probabilities before the temperature`() throws {
    var options = plain
    (options.topP, options.temperature) = (0.5, 10)
    let found = try frequencies(options, logits([0.4, 0.1, 0.35, 0.1, 0.05]))
    #expect(found[1] == 0 && found[3] == 0 && found[4] == 0)
  }

  @Test func `a dynamic temperature lies between its bounds by the entropy`() throws {
    var options = plain
    (options.temperature, options.dynamicTemperatureRange) = (1, 0.5)
    let p = [0.7, 0.2, 0.1]
    let entropy = p.reduce(0) { $0 - $1 * log($1) } / log(3)
    let expected = normalized(p.map { pow($0, 1 / (0.5 + entropy)) })
    #expect(matches(try frequencies(options, logits(p)), expected))
    // Nothing is uncertain and the least temperature is 0: the likeliest.
    options.dynamicTemperatureRange = 1
    #expect(try frequencies(options, [0, -200], draws: 50) == [1, 0])
  }

  @Test func `penalties follow their definitions within the window`() throws {
    var options = SamplingOptions.greedy
    (options.repeatPenalty, options.penaltyWindow) = (2, 3)
    var sampler = try Sampler(options, vocabularySize: 3, endTokens: [])
    sampler.accept(0)
    #expect(try sampler.next([3, 2, 0]).token == 1)  // 3 / 2 < 2
    #expect(try sampler.next([-1, -1.5, -9]).token == 1)  // -1 * 2 < -1.5
    for _ in 0..<3 { sampler.accept(2) }
    #expect(try sampler.next([3, 2, 0]).token == 0)  // out of the window

    options = .greedy
    (options.frequencyPenalty, options.presencePenalty) = (0.5, 1)
    sampler = try Sampler(options, vocabularySize: 2, endTokens: [])
    sampler.accept(0)
    sampler.accept(0)
    #expect(try sampler.next([2.1, 0]).token == 0)  // 2.1 - 2 * 0.5 - 1 > 0
    #expect(try sampler.next([1.9, 0]).token == 1)
  }

  @Test func `an end of generation is never penalised`() throws {
    var options = SamplingOptions.greedy
    options.repeatPenalty = 10
    var sampler = try Sampler(options, vocabularySize: 2, endTokens: [0])
    sampler.accept(0)
    #expect(try sampler.next([3, 2]).token == 0)
  }

  @Test func `don't-repeat-yourself takes more off the longer the repetition`() throws {
    // 1 2 3 4 … 1 2 3: token 4 would make a repetition of three one longer.
    var options = SamplingOptions.greedy
    (options.dryMultiplier, options.dryBase, options.dryAllowedLength) = (1, 2, 2)
    var sampler = try Sampler(options, vocabularySize: 10, endTokens: [])
    for token: TokenID in [1, 2, 3, 4, 9, 1, 2, 3] { sampler.accept(token) }
    var logits = [Float](repeating: 0, count: 10)
    logits[4] = 2.1
    #expect(try sampler.next(logits).token == 4)  // 2.1 - 2^(3 - 2) > 0
    logits[4] = 1.9
    #expect(try sampler.next(logits).token == 0)
  }

  @Test(arguments: 0..<40)
  func `repetitions are the longest common suffixes`(seed: Int) {
    var random = TestRandom(seed)
    var history = TokenHistory(window: 0, keepsAll: true)
    var tokens: [TokenID] = []
    for _ in 0..<Int.random(in: 0...60, using: &random) {
      tokens.append(TokenID.random(in: 0...2, using: &random))
      history.append(tokens.last!)
    }
    var expected: [TokenID: Int] = [:]
    for end in tokens.indices {
      var length = 0
      while length < end, tokens[end - 1 - length] == tokens[tokens.count - 1 - length] {
        length += 1
      }
      if length >= 2 { expected[tokens[end]] = max(expected[tokens[end]] ?? 0, length) }
    }
    #expect(history.repetitions(atLeast: 2) == expected)
  }

  @Test func `counts of a window are those of its tokens, however long the history`() {
    var random = TestRandom(1)
    var history = TokenHistory(window: 5, keepsAll: false)
    var tokens: [TokenID] = []
    for _ in 0..<3000 {
      tokens.append(TokenID.random(in: 0...3, using: &random))
      history.append(tokens.last!)
      #expect(history.counts == tokens.suffix(5).reduce(into: [:]) { $0[$1, default: 0] += 1 })
    }
  }

  @Test func `mirostat holds the mean surprise at its target`() throws {
    var options = plain
    (options.mirostat, options.mirostatTau, options.mirostatEta) = (2, 3, 0.1)
    let p = normalized((1...200).map { 1 / Double($0) })
    var sampler = try Sampler(options, vocabularySize: 200, endTokens: [])
    var surprise = 0.0
    for _ in 0..<4000 { surprise -= log2(p[Int(try sampler.next(logits(p)).token)]) / 4000 }
    #expect(abs(surprise - 3) < 0.02)
  }

  @Test func `a constraint leaves only what it allows`() throws {
    var sampler = try Sampler(plain, vocabularySize: 4, endTokens: [])
    for _ in 0..<50 { #expect(try sampler.next([9, 1, 1, 9], allowed: [1, 2]).token % 3 != 0) }
    #expect(throws: LMError.self) { try sampler.next([1, 2, 3, 4], allowed: []) }
    var options = SamplingOptions.greedy
    options.logitBias = [2: -.infinity]
    sampler = try Sampler(options, vocabularySize: 4, endTokens: [])
    #expect(throws: LMError.self) { try sampler.next([1, 2, 3, 4], allowed: [2]) }
  }

  @Test func `log-probabilities are the model's, whatever the options`() throws {
    var options = plain
    (options.logProbabilities, options.temperature, options.topK) = (2, 5, 1)
    options.logitBias = [0: 10]
    let p = [0.1, 0.2, 0.3, 0.4]
    var sampler = try Sampler(options, vocabularySize: 4, endTokens: [])
    let sampled = try sampler.next(logits(p))
    #expect(sampled.token == 0)
    #expect(abs(sampled.logProbability! - Float(log(0.1))) < 1e-6)
    #expect(sampled.alternatives.map(\.token) == [3, 2])
    #expect(abs(sampled.alternatives[1].logProbability - Float(log(0.3))) < 1e-6)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `logits that are not finite are an error`(value: Float) throws {
    for options in [plain, .greedy, SamplingOptions()] {
      var sampler = try Sampler(options, vocabularySize: 3, endTokens: [])
      #expect(throws: LMError.self) { try sampler.next([1, value, 2]) }
    }
  }

  @Test func `options out of range are an error`() {
    let changes: [(inout SamplingOptions) -> Void] = [
      { $0.temperature = .nan }, { $0.topK = -1 }, { $0.topP = 0 }, { $0.minP = 1.5 },
      { $0.typicalP = 2 }, { $0.repeatPenalty = 0 }, { $0.mirostat = 1 }, { $0.dryBase = 0 },
      { $0.logitBias = [5: 1] }, { $0.logitBias = [0: .nan] }, { $0.penaltyWindow = -2 },
    ]
    for change in changes {
      var options = plain
      change(&options)
      #expect(throws: LMError.self) {
        try Sampler(options, vocabularySize: 3, endTokens: [])
      }
    }
  }

  @Test(arguments: [1, 7, 40, 300, 3000])
  func `the greatest of many are those of a sort`(k: Int) {
    var random = TestRandom(k)
    let keys = (0..<3000).map {
      Candidates.key((random.normal() * 8).rounded() / 8, TokenID($0))
    }
    let candidates = Candidates(keys: keys, rest: -.infinity, restMass: 0...0, reference: 0)
    #expect(candidates.greatestKeys(k) == Array(keys.sorted(by: >).prefix(k)))
    let sorted = keys.sorted(by: >)
    for (a, b) in zip(sorted, sorted.dropFirst()) {
      let (x, y) = (Candidates.logit(a), Candidates.logit(b))
      #expect(x > y || (x == y && Candidates.token(a) < Candidates.token(b)))
    }
  }

  @Test
  func `a part that is asked for in vain is asked for less and less, and again once it is not`()
    throws
  {
    let head = PartHead()
    var options = SamplingOptions.greedy
    options.seed = 1
    var sampler = try Sampler(options, vocabularySize: 100, endTokens: [])
    var constraint: (any TokenConstraint)?
    let logits = (0..<100).map { Float($0 * 37 % 100) }
    for outcome in [PartHead.Outcome.all, .undecided] {
      head.outcome = outcome
      head.asked = []
      for _ in 0..<100 {
        #expect(try sampler.next(logits, head: head, constraint: &constraint).token == 27)
      }
      #expect(head.asked.count { $0 != .all } < 10)
      head.outcome = .part
      head.asked = []
      for _ in 0..<100 {
        #expect(try sampler.next(logits, head: head, constraint: &constraint).token == 27)
      }
      #expect(head.asked.suffix(60).allSatisfy { $0 != .all })
    }
  }
}

/// A head of one part, which decides, does not, or is all.
private final class PartHead: OutputHead, @unchecked Sendable {
  enum Outcome { case part, undecided, all }

  var outcome = Outcome.part
  var asked: [LogitDemand] = []
  let vocabularySize = 100
  let hiddenSize = 100
  let bytesPerToken = 0

  func logits(
    _ count: Int, _ hidden: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) {
    out.update(from: hidden, count: count * vocabularySize)
  }

  func logits(
    _ hidden: UnsafePointer<Float>, demand: LogitDemand, mask: TokenMask?, including: [TokenID]
  ) -> Logits {
    asked.append(demand)
    let values = (0..<vocabularySize).map { hidden[$0] }
    if demand == .all || outcome == .all { return Logits(values: values) }
    return Logits(
      tokens: [27], values: [values[27]], rest: outcome == .part ? 98 : 99, restMass: 0...99)
  }
}
