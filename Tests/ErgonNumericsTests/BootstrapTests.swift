import Testing

@testable import ErgonNumerics

@Suite("Bootstrap intervals")
struct BootstrapTests {
  @Test("the BCa interval of a mean agrees with SciPy's")
  func bca() throws {
    let ours = try #require(
      Bootstrap.interval(of: Golden.sample, resamples: 100_000, seed: 1) {
        Statistics.mean($0) ?? .nan
      })
    let width = Golden.bcaOfMean.high - Golden.bcaOfMean.low
    #expect(abs(ours.low - Golden.bcaOfMean.low) < 0.02 * width)
    #expect(abs(ours.high - Golden.bcaOfMean.high) < 0.02 * width)
  }

  @Test("the percentile interval of a median agrees with SciPy's")
  func percentile() throws {
    let ours = try #require(
      Bootstrap.interval(
        of: Golden.sample, resamples: 20_000, seed: 1, method: .bootstrapPercentile
      ) { Statistics.median($0) ?? .nan })
    // A median of resamples takes few values, and the bounds sit on them.
    #expect(abs(ours.low - Golden.percentileOfMedian.low) < 1e-9)
    #expect(abs(ours.high - Golden.percentileOfMedian.high) < 1e-9)
  }

  @Test("same seed, same bounds; another seed, others")
  func seeds() {
    let mean = { (x: [Double]) in Statistics.mean(x) ?? .nan }
    let first = Bootstrap.interval(of: Golden.sample, resamples: 500, seed: 7, statistic: mean)
    #expect(
      first == Bootstrap.interval(of: Golden.sample, resamples: 500, seed: 7, statistic: mean))
    #expect(
      first != Bootstrap.interval(of: Golden.sample, resamples: 500, seed: 8, statistic: mean))
  }

  @Test("one value, or a statistic that is not finite, has no interval")
  func absent() {
    #expect(Bootstrap.interval(of: [1]) { $0[0] } == nil)
    #expect(Bootstrap.interval(of: [1, 2, 3], resamples: 50) { _ in .nan } == nil)
  }

  @Test("values that are all the same give an interval without width")
  func constant() throws {
    let interval = try #require(
      Bootstrap.interval(of: [3, 3, 3, 3], resamples: 100) { Statistics.mean($0) ?? .nan })
    #expect(interval.low == 3 && interval.high == 3)
  }

  @Test("the t interval of a mean is the textbook's")
  func studentT() throws {
    // Mean 2, standard error 1/sqrt(3); for two degrees of freedom t = c sqrt(2 / (1 - c²)).
    let interval = try #require(ConfidenceInterval.ofMean([1, 2, 3]))
    let t = 0.95 * (2 / (1 - 0.95 * 0.95)).squareRoot()
    let half = t / 3.0.squareRoot()
    #expect(abs(interval.low - (2 - half)) < 1e-11 && abs(interval.high - (2 + half)) < 1e-11)
    #expect(ConfidenceInterval.ofMean([1]) == nil)
  }

  @Test("10,000 values and as many resamples are no matter of memory")
  func large() throws {
    var generator = SplitMix64(seed: 2)
    let values = (0..<10_000).map { _ in generator.nextUnit() + 1 }
    let estimate = try Bootstrap.ratio(of: values, to: values, paired: false, resamples: 200)
    #expect(estimate.ratio == 1)
    let interval = try #require(estimate.interval)
    #expect(interval.contains(1) && interval.high - interval.low < 0.03)
  }
}
