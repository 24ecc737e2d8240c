import Testing

@testable import ErgonNumerics

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

@Suite("Fits and fronts")
struct FitTests {
  private func near(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-11) -> Bool {
    a.map { abs($0 - b) <= tolerance * max(1, abs(b)) } ?? false
  }

  @Test("a line agrees with SciPy, errors included")
  func line() throws {
    let fit = try LinearFit(x: Golden.sample, y: Golden.other)
    #expect(near(fit.slope, Golden.line.slope))
    #expect(near(fit.intercept, Golden.line.intercept))
    #expect(near(fit.slopeError, Golden.line.slopeError))
    #expect(near(fit.interceptError, Golden.line.interceptError))
    #expect(near(fit.rSquared, Golden.line.rSquared))
  }

  @Test("a plane agrees with NumPy, errors included")
  func plane() throws {
    let fit = try LinearFit(predictors: [Golden.sample, Golden.second], y: Golden.response)
    for (ours, theirs) in zip([fit.intercept] + fit.slopes, Golden.plane.coefficients) {
      #expect(near(ours, theirs))
    }
    let errors = [try #require(fit.interceptError)] + (try #require(fit.slopeErrors))
    for (ours, theirs) in zip(errors, Golden.plane.errors) { #expect(near(ours, theirs, 1e-10)) }
  }

  @Test("points on a line are met exactly, far from the origin too")
  func exact() throws {
    let x = (0..<5).map { 1e6 + Double($0) }
    let fit = try LinearFit(x: x, y: x.map { 3 * $0 - 7 })
    #expect(near(fit.slope, 3) && near(fit.intercept, -7, 1e-7) && near(fit.rSquared, 1))
    #expect(near(fit.value(at: 1e6 + 10), 3 * (1e6 + 10) - 7))
  }

  @Test("two points give a line without errors, a constant y no R²")
  func absent() throws {
    let two = try LinearFit(x: [1, 2], y: [1, 3])
    #expect(two.slopeError == nil && two.interceptError == nil && two.residualDeviation == nil)
    #expect(near(two.slope, 2))
    #expect(try LinearFit(x: [1, 2, 3], y: [5, 5, 5]).rSquared == nil)
  }

  @Test("a power law is a line of logarithms")
  func powerLaw() throws {
    let x = [1.0, 10, 100, 1000]
    let fit = try LinearFit.logLog(x: x, y: x.map { 5 * pow($0, 1.5) })
    #expect(near(fit.slope, 1.5) && near(exp(fit.intercept), 5))
  }

  @Test("what has no fit is refused")
  func refused() {
    #expect(throws: NumericsError.singular(what: "fit")) {
      try LinearFit(x: [2, 2, 2], y: [1, 2, 3])
    }
    #expect(throws: NumericsError.singular(what: "fit")) {
      try LinearFit(predictors: [[1, 2, 3, 4], [2, 4, 6, 8]], y: [1, 2, 3, 5])
    }
    #expect(throws: NumericsError.tooFew(what: "fit", count: 1, needed: 2)) {
      try LinearFit(x: [1], y: [1])
    }
    #expect(throws: NumericsError.notFinite(what: "fit", index: 1, value: .infinity)) {
      try LinearFit(x: [1, .infinity, 3], y: [1, 2, 3])
    }
    #expect(
      throws: NumericsError.unequalCounts(what: "predictor and response", first: 2, second: 3)
    ) { try LinearFit(x: [1, 2], y: [1, 2, 3]) }
    #expect(throws: NumericsError.notPositive(what: "log-log fit, y", index: 0, value: 0)) {
      try LinearFit.logLog(x: [1, 2], y: [0, 2])
    }
  }

  @Test("the front holds exactly the points that nothing beats")
  func front() {
    var generator = SplitMix64(seed: 8)
    // Few distinct values, so that ties in one or both of the two occur.
    let cost = (0..<200).map { _ in Double(generator.nextIndex(below: 12)) }
    let quality = (0..<200).map { _ in Double(generator.nextIndex(below: 12)) }
    let expected = cost.indices.filter { i in
      !cost.indices.contains { j in
        cost[j] <= cost[i] && quality[j] >= quality[i]
          && (cost[j] < cost[i] || quality[j] > quality[i])
      }
    }
    #expect(Set(ParetoFront.indices(cost: cost, quality: quality)) == Set(expected))
    #expect(ParetoFront.indices(cost: [.nan, 1], quality: [1, 1]) == [1])
    #expect(ParetoFront.indices(cost: [], quality: []) == [])
  }
}
