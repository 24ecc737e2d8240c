#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Student's t distribution: the mean of few normal values, measured in its own standard errors.
///
/// ```swift
/// StudentT(degreesOfFreedom: 2).quantile(0.975)   // 4.3026…: three repeats say little
/// ```
public struct StudentT: Sendable, Hashable {
  /// Values minus fitted parameters; need not be whole.
  public let degreesOfFreedom: Double

  /// - Precondition: `degreesOfFreedom > 0`.
  public init(degreesOfFreedom: Double) {
    precondition(
      degreesOfFreedom > 0, "StudentT: degrees of freedom must be positive, are \(degreesOfFreedom)"
    )
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The probability of a value of at most `t`.
  ///
  /// - Accuracy: relative error about 1e-13.
  public func cdf(_ t: Double) -> Double {
    if t.isNaN { return t }
    let tail = upperTail(abs(t))
    return t > 0 ? 1 - tail : tail
  }

  /// The probability of a distance from zero of at least `|t|`.
  public func twoSided(_ t: Double) -> Double { t.isNaN ? t : min(1, 2 * upperTail(abs(t))) }

  /// The value that stays above the variable with probability `p`; NaN outside [0, 1].
  ///
  /// - Accuracy: relative error about 1e-12.
  public func quantile(_ p: Double) -> Double {
    guard p >= 0, p <= 1 else { return .nan }
    if p == 0.5 { return 0 }
    if p < 0.5 { return -upperQuantile(p) }
    return upperQuantile(1 - p)
  }

  /// P(T > t) for `t >= 0`.
  private func upperTail(_ t: Double) -> Double {
    guard degreesOfFreedom.isFinite, degreesOfFreedom < 1e10 else { return Normal.cdf(-t) }
    if t == .infinity { return 0 }
    let nu = degreesOfFreedom
    let square = t * t
    // For small t the share of nu is near 1 and the other end is the accurate one.
    if square < nu {
      let inner = SpecialFunctions.incompleteBeta(square / (nu + square), a: 0.5, b: nu / 2)
      return 0.5 * (1 - inner)
    }
    return 0.5 * SpecialFunctions.incompleteBeta(nu / (nu + square), a: nu / 2, b: 0.5)
  }

  /// The t with P(T > t) = `tail`, for `0 <= tail < 0.5`.
  private func upperQuantile(_ tail: Double) -> Double {
    if tail == 0 { return .infinity }
    guard degreesOfFreedom.isFinite, degreesOfFreedom < 1e10 else {
      return -Normal.quantile(tail)
    }
    var high = 1.0
    while upperTail(high) > tail {
      high *= 2
      if high == .infinity { return .infinity }
    }
    var low = high == 1 ? 0 : high / 2
    // Bisection gains a bit a step and never fails; at most 64 steps reach neighbouring doubles.
    for _ in 0..<64 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if upperTail(middle) > tail { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }
}
