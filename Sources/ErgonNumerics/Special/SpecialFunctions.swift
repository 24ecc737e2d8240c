#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The functions that the distributions are made of.
public enum SpecialFunctions {
  /// The logarithm of the gamma function for `x > 0`; NaN otherwise.
  ///
  /// Small arguments are raised by `Γ(x + 1) = x Γ(x)` until Stirling's series holds. Unlike the
  /// C library's function it touches no global state.
  ///
  /// - Accuracy: error below 1e-14 · max(1, |result|).
  /// - Reference: Abramowitz, Stegun, "Handbook of mathematical functions", 6.1.41.
  public static func logGamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    if x == .infinity { return .infinity }
    var shifted = x
    var product = 1.0
    while shifted < 10 {
      product *= shifted
      shifted += 1
    }
    let inverse = 1 / shifted
    let square = inverse * inverse
    let series =
      inverse
      * (1.0 / 12
        - square
        * (1.0 / 360
          - square
          * (1.0 / 1260
            - square
            * (1.0 / 1680
              - square * (1.0 / 1188 - square * (691.0 / 360360 - square / 156))))))
    let halfLogTwoPi = 0.918_938_533_204_672_8
    return (shifted - 0.5) * log(shifted) - shifted + halfLogTwoPi + series - log(product)
  }

  /// The regularised incomplete beta function I_x(a, b): the probability that a beta(a, b)
  /// number is at most `x`.
  ///
  /// NaN unless `a, b > 0` and `0 <= x <= 1`.
  ///
  /// - Accuracy: relative error about 1e-13 for a, b up to 100 and 1e-11 for up to 1e4.
  /// - Reference: Abramowitz, Stegun, 26.5.8, evaluated by Lentz's method.
  public static func incompleteBeta(_ x: Double, a: Double, b: Double) -> Double {
    guard a > 0, b > 0, a.isFinite, b.isFinite, x >= 0, x <= 1 else { return .nan }
    if x == 0 || x == 1 { return x }
    // The fraction converges fast only on this side of the mean.
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, a: b, b: a, complement: x) }
    return incompleteBeta(x, a: a, b: b, complement: 1 - x)
  }

  private static func incompleteBeta(_ x: Double, a: Double, b: Double, complement: Double)
    -> Double
  {
    let logFront =
      logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(complement) - log(a)
    return exp(logFront) / betaFraction(x, a: a, b: b)
  }

  /// The continued fraction 1 + d1/(1 + d2/(1 + …)).
  private static func betaFraction(_ x: Double, a: Double, b: Double) -> Double {
    let tiny = 1e-300
    var fraction = 1.0
    var c = 1.0
    var d = 0.0
    // Convergence needs about sqrt(max(a, b)) terms.
    for step in 1...20_000 {
      let m = Double(step / 2)
      let coefficient =
        step % 2 == 0
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 + coefficient * d
      if abs(d) < tiny { d = tiny }
      d = 1 / d
      c = 1 + coefficient / c
      if abs(c) < tiny { c = tiny }
      fraction *= c * d
      if abs(c * d - 1) < 1e-16 { break }
    }
    return fraction
  }
}
