import Testing

@testable import ErgonNumerics

@Suite("Descriptive statistics")
struct StatisticsTests {
  private func near(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-13) -> Bool {
    a.map { abs($0 - b) <= tolerance * max(1, abs(b)) } ?? false
  }

  @Test("mean, spread and their geometric twins agree with SciPy")
  func golden() {
    let x = Golden.sample
    #expect(near(Statistics.mean(x), Golden.mean))
    #expect(near(Statistics.variance(x), Golden.variance))
    #expect(near(Statistics.median(x), Golden.median))
    #expect(near(Statistics.geometricMean(x), Golden.geometricMean))
    #expect(near(Statistics.geometricStandardDeviation(x), Golden.geometricDeviation))
    #expect(near(Statistics.medianAbsoluteDeviation(x), Golden.medianAbsoluteDeviation))
    #expect(near(Statistics.covariance(x, Golden.other), Golden.covariance))
    #expect(near(Statistics.correlation(x, Golden.other), Golden.correlation))
    #expect(near(Statistics.rankCorrelation(x, Golden.other), Golden.rankCorrelation))
  }

  @Test("quantiles agree with NumPy", arguments: Golden.quantiles)
  func quantile(p: Double, x: Double) {
    #expect(near(Statistics.quantile(Golden.sample, p), x))
  }

  @Test("a sum of huge and tiny values that cancel is exact")
  func cancellation() {
    #expect(Statistics.sum([1, 1e100, 1, -1e100]) == 2)
    #expect(Statistics.sum([Double](repeating: 0.1, count: 10)) == 1)
    #expect(Statistics.sum([.infinity, 1]) == .infinity)
  }

  @Test("the variance survives an offset a billion times its size")
  func offset() {
    let x = [4.0, 7, 13, 16]
    #expect(Statistics.variance(x.map { $0 + 1e9 }) == 30)
  }

  @Test("what the values do not define is absent")
  func absent() {
    #expect(Statistics.mean([]) == nil)
    #expect(Statistics.median([]) == nil)
    #expect(Statistics.summary([]) == nil)
    #expect(Statistics.variance([1]) == nil)
    #expect(Statistics.standardError([1]) == nil)
    #expect(Statistics.covariance([1], [1]) == nil)
    #expect(Statistics.correlation([1, 1], [1, 2]) == nil)
    #expect(Statistics.coefficientOfVariation([-1, 1]) == nil)
  }

  @Test("logarithmic statistics refuse what has no logarithm", arguments: [0, -1, .nan, .infinity])
  func logarithms(bad: Double) {
    #expect(Statistics.geometricMean([1, bad]) == nil)
    #expect(Statistics.geometricStandardDeviation([1, 2, bad]) == nil)
    #expect(Statistics.logarithms([bad]) == nil)
  }

  @Test("a NaN shows in every statistic")
  func nan() throws {
    #expect(try #require(Statistics.mean([1, .nan])).isNaN)
    #expect(try #require(Statistics.median([1, .nan, 2])).isNaN)
    #expect(try #require(Statistics.variance([1, .nan])).isNaN)
  }

  @Test("equal values share their rank")
  func ranks() {
    #expect(Statistics.ranks([10, 20, 10, 30]) == [1.5, 3, 1.5, 4])
    #expect(Statistics.ranks([]) == [])
  }

  @Test("the summary holds the five numbers")
  func summary() throws {
    let s = try #require(Statistics.summary([4, 1, 3, 2, 5]))
    #expect(s.count == 5 && s.mean == 3 && s.minimum == 1 && s.maximum == 5 && s.median == 3)
    #expect(s.lowerQuartile == 2 && s.upperQuartile == 4)
    #expect(try #require(Statistics.summary([7])).standardDeviation == nil)
  }

  @Test("the median lies between the neighbours of infinite values")
  func infinite() {
    #expect(Statistics.quantile([.infinity, .infinity], 0.5) == .infinity)
    #expect(Statistics.quantile([1, 2, .infinity], 0.5) == 2)
  }
}
