import Testing

@testable import ErgonLM

@Suite struct SpeculationTests {
  @Test(arguments: [
    [0.25, 0.25, 0.25, 0.25], [0.1, 0.2, 0.3, 0.4], [0, 0.5, 0.5, 0], [0.7, 0.1, 0.2, 0],
    [0, 0, 0, 1],
  ])
  func `over drafts of any distribution, tokens have the target's`(q: [Double]) {
    let p = [0.1, 0.2, 0.3, 0.4]
    let draws = 40_000
    var random = TestRandom(3)
    var counts = [Double](repeating: 0, count: 4)
    for _ in 0..<draws {
      var u = Double.random(in: 0..<1, using: &random)
      let drafted = q.firstIndex {
        u -= $0
        return u < 0
      }!
      counts[Int(Speculation.decide(TokenID(drafted), target: p, draft: q, using: &random))] += 1
    }
    for (count, p) in zip(counts, p) {
      #expect(abs(count / Double(draws) - p) < 5 * (p * (1 - p) / Double(draws)).squareRoot())
    }
  }

  @Test func `a token that the target excludes is never taken, one that it favours always`() {
    var random = TestRandom(1)
    for _ in 0..<100 {
      #expect(Speculation.decide(0, target: [0, 1], draft: [0.5, 0.5], using: &random) == 1)
      #expect(Speculation.decide(1, target: [0, 1], draft: [0.5, 0.5], using: &random) == 1)
    }
  }

  @Test func `greedy drafts hold up to the first that differs`() {
    #expect(Speculation.accepted([1, 2, 3], chosen: [1, 2, 4, 5]) == 2)
    #expect(Speculation.accepted([], chosen: [1]) == 0)
    #expect(Speculation.accepted([7], chosen: [7, 1]) == 1)
  }
}
