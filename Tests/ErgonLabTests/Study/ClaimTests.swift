import Testing

@testable import ErgonLab

@Suite struct ClaimTests {
  struct Case: Sendable {
    var published: Double?
    var ours: Double?
    var tolerance: Tolerance
    var spread: ClosedRange<Double>?
    var partly: Tolerance?
    var verdict: Verdict
  }

  static let cases: [Case] = [
    // Each band, just inside and just outside.
    Case(published: 100, ours: 105, tolerance: .relative(0.05), verdict: .reproduced),
    Case(published: 100, ours: 105.1, tolerance: .relative(0.05), verdict: .notReproduced),
    Case(published: -100, ours: -95, tolerance: .relative(0.05), verdict: .reproduced),
    Case(published: 0, ours: 0, tolerance: .relative(0.05), verdict: .reproduced),
    Case(published: 0, ours: 1e-9, tolerance: .relative(0.05), verdict: .notReproduced),
    Case(published: 2, ours: 2.5, tolerance: .absolute(0.5), verdict: .reproduced),
    Case(published: 2, ours: 1.4, tolerance: .absolute(0.5), verdict: .notReproduced),
    Case(published: 10, ours: 20, tolerance: .factor(2), verdict: .reproduced),
    Case(published: 10, ours: 4.9, tolerance: .factor(2), verdict: .notReproduced),
    Case(published: nil, ours: 3, tolerance: .between(1, 3), verdict: .reproduced),
    Case(published: nil, ours: 3.1, tolerance: .between(1, 3), verdict: .notReproduced),
    Case(published: nil, ours: 5, tolerance: .atLeast(5), verdict: .reproduced),
    Case(published: nil, ours: 4, tolerance: .atLeast(5), verdict: .notReproduced),
    Case(published: 9, ours: 5, tolerance: .atMost(5), verdict: .reproduced),
    Case(published: 9, ours: 6, tolerance: .atMost(5), verdict: .notReproduced),
    // Partly: the wider band, or our own doubt reaching into the band.
    Case(
      published: 100, ours: 115, tolerance: .relative(0.1), partly: .relative(0.2),
      verdict: .partly),
    Case(
      published: 100, ours: 125, tolerance: .relative(0.1), partly: .relative(0.2),
      verdict: .notReproduced),
    Case(
      published: 100, ours: 115, tolerance: .relative(0.1), spread: 108...122, verdict: .partly),
    Case(
      published: 100, ours: 115, tolerance: .relative(0.1), spread: 112...118,
      verdict: .notReproduced),
    // Nothing to compare.
    Case(published: nil, ours: 1, tolerance: .relative(0.1), verdict: .notComparable),
    Case(published: 1, ours: nil, tolerance: .relative(0.1), verdict: .notComparable),
    Case(published: 1, ours: .nan, tolerance: .relative(0.1), verdict: .notComparable),
    Case(published: .infinity, ours: 1, tolerance: .relative(0.1), verdict: .notComparable),
    Case(published: -1, ours: -1, tolerance: .factor(2), verdict: .notComparable),
    Case(published: 1, ours: 1, tolerance: .factor(0.5), verdict: .notComparable),
    Case(published: 1, ours: 1, tolerance: .absolute(-1), verdict: .notComparable),
    Case(published: nil, ours: 2, tolerance: .between(3, 1), verdict: .notComparable),
    Case(published: 1, ours: 1, tolerance: .relative(.nan), verdict: .notComparable),
  ]

  @Test("the verdict follows from the figures and the band", arguments: cases)
  func verdicts(item: Case) {
    let claim = Claim(
      "c", "It holds", published: item.published, ours: item.ours, spread: item.spread,
      tolerance: item.tolerance, partly: item.partly)
    #expect(claim.verdict == item.verdict)
  }

  @Test("a claim meets its expectation when the verdict is as good or better")
  func expectations() {
    let claim = { (ours: Double?, expected: Verdict) in
      Claim(
        "c", "It holds", published: 1, ours: ours, tolerance: .relative(0.1),
        partly: .relative(0.5), expected: expected
      ).meetsExpectation
    }
    #expect(claim(1, .reproduced))
    #expect(!claim(1.4, .reproduced))
    #expect(!claim(nil, .reproduced))
    #expect(claim(1.4, .partly))
    #expect(claim(1, .partly))
    #expect(!claim(9, .partly))
    #expect(claim(9, .notReproduced))
    let absent = Claim.notComparable("c", "It holds", published: 1, because: "no data")
    #expect(absent.verdict == .notComparable)
    #expect(absent.meetsExpectation)
  }

  @Test(
    "bands read as a person would write them",
    arguments: [
      (.relative(0.05), "±5.000 %"), (.relative(0), "exactly"), (.absolute(0.5), "±0.5000"),
      (.factor(2), "×/÷ 2.000"), (.between(1, 3), "1.000 … 3.000"), (.atLeast(5), "≥ 5.000"),
      (.atMost(5), "≤ 5.000"),
    ] as [(Tolerance, String)])
  func words(tolerance: Tolerance, text: String) {
    #expect(tolerance.description == text)
  }
}
