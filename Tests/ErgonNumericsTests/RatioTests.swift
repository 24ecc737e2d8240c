import Testing

@testable import ErgonNumerics

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

@Suite("Ratios of repeats")
struct RatioTests {
  @Test("the paired ratio is the geometric mean of the pair ratios")
  func pairedValue() throws {
    let r = try Bootstrap.ratio(of: [1, 4, 9], to: [2, 2, 3], paired: true)
    #expect(abs(r.ratio - cbrt(0.5 * 2 * 3)) < 1e-14)
    #expect(r.isPaired && r.counts.first == 3)
  }

  @Test("the unpaired ratio is the ratio of the means")
  func unpairedValue() throws {
    let r = try Bootstrap.ratio(of: [1, 2, 3], to: [4, 4], paired: false)
    #expect(r.ratio == 0.5)
    #expect(!r.isPaired && r.counts.first == 3 && r.counts.second == 2)
  }

  @Test("exchanging the sides of pairs inverts ratio and bounds", arguments: [4, 12])
  func antisymmetry(count: Int) throws {
    var generator = SplitMix64(seed: 6)
    let a = (0..<count).map { _ in 10 + generator.nextUnit() }
    let b = (0..<count).map { _ in 12 + generator.nextUnit() }
    let there = try Bootstrap.ratio(of: a, to: b, paired: true)
    let back = try Bootstrap.ratio(of: b, to: a, paired: true)
    #expect(abs(there.ratio * back.ratio - 1) < 1e-14)
    let (x, y) = (try #require(there.inverse.interval), try #require(back.interval))
    #expect(abs(x.low / y.low - 1) < 2e-3 && abs(x.high / y.high - 1) < 2e-3)
  }

  @Test("few pairs get Student's interval of the log ratios")
  func fewPairs() throws {
    let r = try Bootstrap.ratio(of: [1, 2, 4], to: [1, 1, 1], paired: true)
    let interval = try #require(r.interval)
    // Logs 0, ln 2, 2 ln 2: standard error ln 2 / sqrt 3, times t for two degrees of freedom.
    let t = 0.95 * (2 / (1 - 0.95 * 0.95)).squareRoot()
    let half = t * log(2) / 3.0.squareRoot()
    #expect(interval.method == .studentT)
    #expect(abs(log(interval.low) - (log(2) - half)) < 1e-11)
    #expect(abs(log(interval.high) - (log(2) + half)) < 1e-11)
    #expect(r.isInsideNoise == true)
  }

  @Test("a single repeat has a ratio and nothing more", arguments: [true, false])
  func single(paired: Bool) throws {
    let r = try Bootstrap.ratio(of: [3], to: [2], paired: paired)
    #expect(r.ratio == 1.5)
    #expect(
      r.interval == nil && r.pValue == nil && r.isInsideNoise == nil && r.noiseFloor == nil)
  }

  @Test("drift that both sides share cancels in pairs and not without them")
  func drift() throws {
    let b = (0..<10).map { 100 + 10 * Double($0) }
    let a = b.enumerated().map { $1 * (1.03 + 0.001 * Double($0 % 3)) }
    let paired = try Bootstrap.ratio(of: a, to: b, paired: true)
    let unpaired = try Bootstrap.ratio(of: a, to: b, paired: false)
    #expect(paired.isInsideNoise == false && unpaired.isInsideNoise == true)
    #expect(try #require(paired.noiseFloor) < 0.002)
    #expect(try #require(unpaired.noiseFloor) > 0.1)
  }

  @Test("values that cannot form a ratio are refused with their place")
  func refused() {
    #expect(throws: NumericsError.tooFew(what: "first side", count: 0, needed: 1)) {
      try Bootstrap.ratio(of: [], to: [1], paired: false)
    }
    #expect(throws: NumericsError.notPositive(what: "second side", index: 1, value: 0)) {
      try Bootstrap.ratio(of: [1, 2], to: [1, 0], paired: false)
    }
    #expect(throws: NumericsError.unequalCounts(what: "paired repeats", first: 2, second: 1)) {
      try Bootstrap.ratio(of: [1, 2], to: [1], paired: true)
    }
    #expect(throws: NumericsError.self) {
      try Bootstrap.ratio(of: [.infinity], to: [1], paired: true)
    }
  }

  @Test("equal values on both sides are inside the noise")
  func identical() throws {
    let r = try Bootstrap.ratio(of: [2, 2, 2], to: [2, 2, 2], paired: true)
    #expect(r.ratio == 1 && r.isInsideNoise == true && r.pValue == 1)
  }

  /// The share of intervals that hold the truth, over many repetitions of a measurement.
  private func coverage(count: Int, paired: Bool, spread: Double, trials: Int) throws -> Double {
    var generator = Xoshiro256StarStar(seed: UInt64(count) * 2 + (paired ? 1 : 0))
    var held = 0
    for trial in 0..<trials {
      let drift = (0..<count).map { _ in paired ? generator.nextNormal() : 0 }
      let a = drift.map { 1.2 * exp(spread * generator.nextNormal() + $0) }
      let b = drift.map { exp(spread * generator.nextNormal() + $0) }
      let r = try Bootstrap.ratio(
        of: a, to: b, paired: paired, resamples: 400, seed: UInt64(trial))
      if r.interval?.contains(1.2) == true { held += 1 }
    }
    return Double(held) / Double(trials)
  }

  @Test(
    "a 95 % interval holds the truth in about 95 % of measurements, few repeats included",
    .tags(.slow), arguments: [3, 5, 9, 10, 12, 20], [true, false])
  func coverage(count: Int, paired: Bool) throws {
    // 500 trials have a standard error of 1 %.
    let share = try coverage(count: count, paired: paired, spread: 0.1, trials: 500)
    #expect(share > 0.92 && share < 0.995, "\(share)")
  }
}
