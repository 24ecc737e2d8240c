import CErgonKernels
import Testing

@testable import ErgonLM

@Suite struct CertifiedHeadTests {
  /// What is known has the exact head's bits, and the demand is met.
  private func check(
    _ head: CertifiedHead, _ hidden: [Float], _ demand: LogitDemand, mask: TokenMask?,
    including: [TokenID]
  ) {
    let part = head.logits(hidden, demand: demand, mask: mask, including: including)
    let all = head.exact.logits(hidden, demand: .all, mask: nil, including: []).values
    let tokens = part.tokens ?? all.indices.map { TokenID($0) }
    #expect(zip(tokens, part.values).allSatisfy { all[Int($0)].bitPattern == $1.bitPattern })
    #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0 < $1 })
    let known = Set(tokens)
    let allowed = (0..<TokenID(all.count)).filter { mask?[$0] ?? true }
    #expect(known.isSubset(of: allowed))
    #expect(including.allSatisfy { known.contains($0) || !(mask?[$0] ?? true) })
    let unknown = allowed.filter { !known.contains($0) }
    #expect(unknown.allSatisfy { all[Int($0)] <= part.rest })
    #expect(unknown.isEmpty || part.rest > -.infinity)
    switch demand {
    case .greatest(let k):
      let others = allowed.filter { !including.contains($0) }.map { all[Int($0)] }.sorted(by: >)
      if k < others.count { #expect(unknown.allSatisfy { all[Int($0)] < others[k - 1] }) }
    case .within(let d):
      let most = allowed.filter { !including.contains($0) }.map { all[Int($0)] }.max() ?? 0
      #expect(unknown.allSatisfy { all[Int($0)] < most - d })
    case .all: #expect(unknown.isEmpty)
    case .mass:
      // Within what exponentials of Foundation-free arithmetic allow to check: the sign.
      #expect(part.restMass.lowerBound >= 0)
    }
  }

  @Test(arguments: HeadCase.allCases.filter { $0 != .notFinite })
  func `demands are met with the exact head's own bits`(kind: HeadCase) {
    for seed in 0..<6 {
      var random = TestRandom(seed)
      let rows = Int.random(in: 1...700, using: &random)
      let columns = Int.random(in: 1...90, using: &random)
      let format = [EK_WEIGHTS_F32, EK_WEIGHTS_F16, EK_WEIGHTS_BF16][seed % 3]
      let matrix = kind.matrix(rows, columns, format, seed: seed)
      let head = CertifiedHead(ExactHead(matrix.matrix, owner: matrix))
      for trial in 0..<4 {
        let hidden = kind.hidden(columns, seed: seed * 100 + trial)
        var mask: TokenMask?
        if trial % 3 == 1 {
          mask = TokenMask(count: rows, allowed: true)
          for token in 0..<rows where Bool.random(using: &random) { mask![TokenID(token)] = false }
        }
        let including = Set(
          (0..<trial).map { _ in TokenID.random(in: 0..<TokenID(rows), using: &random) })
        for demand: LogitDemand in [
          .greatest(1), .greatest(5), .greatest(40), .within(3), .mass(0.9), .all,
        ] {
          check(head, hidden, demand, mask: mask, including: including.sorted())
        }
      }
    }
  }

  @Test func `few rows are computed where few can matter`() {
    let matrix = HeadCase.normal.matrix(4000, 128, EK_WEIGHTS_F16, seed: 1)
    let head = CertifiedHead(ExactHead(matrix.matrix, owner: matrix))
    var random = TestRandom(5)
    let hidden = (0..<128).map { _ in random.normal() }
    let part = head.logits(hidden, demand: .greatest(1), mask: nil, including: [])
    #expect(part.values.count < 40)
    #expect(head.bytesPerToken < head.exact.bytesPerToken * 6 / 10)
  }

  /// Options at random, so that all meet each other.
  private func options(_ random: inout TestRandom, tokens: Int) -> SamplingOptions {
    var o = SamplingOptions()
    func pick<T>(_ values: [T]) -> T { values.randomElement(using: &random)! }
    o.temperature = pick([0, 0.5, 1, 2])
    o.topK = pick([0, 0, 1, 5, 40])
    o.topP = pick([1, 0.95, 0.5, 0.9])
    o.minP = pick([0, 0.05, 0.3])
    o.typicalP = pick([1, 1, 1, 0.7])
    o.topNSigma = pick([0, 0, 0, 1.5])
    o.xtcProbability = pick([0, 0, 0.5])
    o.dynamicTemperatureRange = pick([0, 0, 0.4])
    o.repeatPenalty = pick([1, 1, 1.3, 0.8])
    o.frequencyPenalty = pick([0, 0, 0.4])
    o.presencePenalty = pick([0, 0, -0.5, 0.5])
    o.dryMultiplier = pick([0, 0, 0.8])
    o.mirostat = pick([0, 0, 0, 0, 2])
    o.logProbabilities = pick([nil, nil, nil, 3])
    for _ in 0..<pick([0, 0, 3]) {
      o.logitBias[TokenID.random(in: 0..<TokenID(tokens), using: &random)] = pick([
        -.infinity, 4, -2,
      ])
    }
    o.seed = random.next()
    return o
  }

  @Test(arguments: [HeadCase.normal, .nearTies, .equalRows, .outlierColumns, .heavyTails])
  func `whatever the options, tokens are those of the exact head`(kind: HeadCase) throws {
    let (rows, columns) = (600, 48)
    let matrix = kind.matrix(rows, columns, EK_WEIGHTS_F16, seed: 9)
    let exact = ExactHead(matrix.matrix, owner: matrix)
    let certified = CertifiedHead(exact)
    var random = TestRandom(kind.rawValue.count)
    for trial in 0..<30 {
      let o = options(&random, tokens: rows)
      var one = try Sampler(o, vocabularySize: rows, endTokens: [3])
      var other = one
      var constraint: (any TokenConstraint)?
      if trial % 5 == 0 {
        constraint = ListConstraint(
          allowed: Set((0..<300).map { _ in TokenID.random(in: 0..<600, using: &random) }))
      }
      let scale = Float.random(in: 0.05...2, using: &random)
      for draw in 0..<12 {
        let hidden = kind.hidden(columns, seed: trial * 20 + draw % 4).map { $0 * scale }
        let a = try one.next(hidden, head: exact, constraint: &constraint)
        let b = try other.next(hidden, head: certified, constraint: &constraint)
        #expect(a.token == b.token && a.logProbability == b.logProbability, "\(o)")
        one.accept(a.token)
        other.accept(b.token)
      }
    }
  }

  @Test func `a logit that is not finite is an error with either head`() throws {
    let matrix = HeadCase.notFinite.matrix(300, 16, EK_WEIGHTS_F16, seed: 1)
    let exact = ExactHead(matrix.matrix, owner: matrix)
    for head: any OutputHead in [exact, CertifiedHead(exact)] {
      var sampler = try Sampler(.greedy, vocabularySize: 300, endTokens: [])
      var constraint: (any TokenConstraint)?
      #expect(throws: LMError.self) {
        try sampler.next([Float](repeating: 1, count: 16), head: head, constraint: &constraint)
      }
    }
  }
}
