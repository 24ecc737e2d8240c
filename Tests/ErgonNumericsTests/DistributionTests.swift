import Testing

@testable import ErgonNumerics

@Suite("Distributions and special functions")
struct DistributionTests {
  private func relative(_ a: Double, _ b: Double) -> Double {
    a == b ? 0 : abs(a - b) / max(abs(b), 1e-300)
  }

  @Test("the normal distribution function agrees with SciPy", arguments: Golden.normalCDF)
  func normalCDF(x: Double, p: Double) { #expect(relative(Normal.cdf(x), p) < 1e-12) }

  @Test("normal quantiles agree with SciPy", arguments: Golden.normalQuantile)
  func normalQuantile(p: Double, x: Double) { #expect(relative(Normal.quantile(p), x) < 1e-13) }

  @Test("the normal quantile's ends and outside")
  func normalEnds() {
    #expect(Normal.quantile(0) == -.infinity && Normal.quantile(1) == .infinity)
    #expect(
      Normal.quantile(-0.1).isNaN && Normal.quantile(1.1).isNaN && Normal.quantile(.nan).isNaN)
    #expect(abs(Normal.density(0) - 0.3989422804014327) < 1e-16)
  }

  @Test("log gamma agrees with SciPy", arguments: Golden.logGamma)
  func logGamma(x: Double, value: Double) {
    #expect(abs(SpecialFunctions.logGamma(x) - value) < 1e-14 * max(1, abs(value)))
  }

  @Test("the incomplete beta function agrees with SciPy", arguments: Golden.incompleteBeta)
  func incompleteBeta(x: Double, a: Double, b: Double, value: Double) {
    #expect(
      relative(SpecialFunctions.incompleteBeta(x, a: a, b: b), value)
        < (a + b < 200 ? 1e-12 : 1e-11))
  }

  @Test("the incomplete beta function is the distribution of a uniform number at a = b = 1")
  func uniform() {
    for x in stride(from: 0, through: 1, by: 0.125) {
      #expect(abs(SpecialFunctions.incompleteBeta(x, a: 1, b: 1) - x) < 1e-15)
    }
    #expect(SpecialFunctions.incompleteBeta(1.5, a: 1, b: 1).isNaN)
    #expect(SpecialFunctions.incompleteBeta(0.5, a: 0, b: 1).isNaN)
  }

  @Test("Student's distribution function agrees with SciPy", arguments: Golden.studentCDF)
  func studentCDF(t: Double, freedom: Double, p: Double) {
    #expect(relative(StudentT(degreesOfFreedom: freedom).cdf(t), p) < 1e-12)
  }

  @Test("Student's quantiles agree with SciPy", arguments: Golden.studentQuantile)
  func studentQuantile(p: Double, freedom: Double, t: Double) {
    #expect(relative(StudentT(degreesOfFreedom: freedom).quantile(p), t) < 1e-11)
  }

  @Test("Student's distribution with one degree of freedom is Cauchy's")
  func cauchy() {
    let t = StudentT(degreesOfFreedom: 1)
    #expect(abs(t.cdf(1) - 0.75) < 1e-14)
    #expect(abs(t.twoSided(-1) - 0.5) < 1e-14)
    #expect(t.quantile(0.5) == 0 && t.quantile(1) == .infinity && t.quantile(0) == -.infinity)
    #expect(t.quantile(2).isNaN)
    #expect(t.cdf(.infinity) == 1)
  }

  @Test("with endless degrees of freedom Student's distribution is normal")
  func limit() {
    let t = StudentT(degreesOfFreedom: .infinity)
    #expect(t.cdf(1.5) == 1 - Normal.cdf(-1.5))
    #expect(abs(t.quantile(0.975) - Normal.quantile(0.975)) < 1e-12)
  }
}
