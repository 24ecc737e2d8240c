import Testing

@testable import ErgonNumerics

@Suite("Rank tests")
struct RankTestTests {
  @Test("the signed-rank test agrees with SciPy and with enumeration", arguments: Golden.signedRank)
  func signedRank(values: [Double], statistic: Double, p: Double) {
    let result = RankTest.signedRank(values)
    #expect(result.statistic == statistic)
    #expect(abs(result.pValue - p) < 1e-10)
    #expect(result.isExact == (values.count <= 100))
  }

  @Test(
    "the Mann-Whitney test agrees with SciPy and with enumeration", arguments: Golden.mannWhitney)
  func mannWhitney(a: [Double], b: [Double], statistic: Double, p: Double) {
    let result = RankTest.mannWhitney(a, b)
    #expect(result.statistic == statistic)
    #expect(abs(result.pValue - p) < 1e-10)
  }

  @Test("three against three cannot be surer than one in ten")
  func smallest() {
    #expect(abs(RankTest.mannWhitney([1, 2, 3], [4, 5, 6]).pValue - 0.1) < 1e-15)
    #expect(abs(RankTest.signedRank([1, 2, 3]).pValue - 0.25) < 1e-15)
  }

  @Test("no difference at all is no evidence")
  func nothing() {
    #expect(RankTest.signedRank([0, 0]).pValue == 1)
    #expect(RankTest.signedRank([]).pValue == 1)
    #expect(RankTest.mannWhitney([1, 1], [1, 1]).pValue == 1)
    let many = [Double](repeating: 1, count: 80)
    #expect(RankTest.mannWhitney(many, many).pValue == 1)
  }

  @Test("exact and approximate p-values meet where one hands over to the other")
  func handover() {
    var generator = SplitMix64(seed: 12)
    let a = (0..<30).map { _ in generator.nextUnit() }
    let b = (0..<30).map { _ in generator.nextUnit() + 0.2 }
    let exact = RankTest.mannWhitney(a, b)
    // The same samples and one value more that is in the middle of both.
    let approximate = RankTest.mannWhitney(a + [0.6], b)
    #expect(exact.isExact && !approximate.isExact)
    #expect(abs(exact.pValue - approximate.pValue) < 0.05)
  }
}
