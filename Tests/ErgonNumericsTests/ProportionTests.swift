import ErgonNumerics
import Testing

@Suite("the interval of a proportion") struct ProportionTests {
  @Test(
    "has the bounds that Newcombe published for Wilson's score in 1998, table I",
    arguments: [
      (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
      (1, 29, 0.0061, 0.1718),
    ])
  func published(successes: Int, trials: Int, low: Double, high: Double) throws {
    let interval = try #require(ConfidenceInterval.ofProportion(successes, of: trials))
    #expect(abs(interval.low - low) < 5e-5)
    #expect(abs(interval.high - high) < 5e-5)
    #expect(interval.method == .wilson)
    // Failures have the mirrored interval.
    let mirrored = try #require(ConfidenceInterval.ofProportion(trials - successes, of: trials))
    #expect(abs(mirrored.low + interval.high - 1) < 1e-12)
  }

  @Test("is nil without trials and reaches the ends where all succeed or fail")
  func ends() {
    #expect(ConfidenceInterval.ofProportion(0, of: 0) == nil)
    #expect(ConfidenceInterval.ofProportion(0, of: 5)?.low == 0)
    #expect(ConfidenceInterval.ofProportion(5, of: 5)?.high == 1)
  }
}
