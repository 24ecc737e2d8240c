#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension RandomNumberGenerator {
  /// A uniform number in 0 ..< 1, a multiple of 2^-53.
  @inlinable
  public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A uniform index in `0 ..< bound`, by one multiplication.
  ///
  /// - Precondition: `bound > 0`.
  /// - Accuracy: the chance of an index is off by less than `bound / 2^64`.
  @inlinable
  public mutating func nextIndex(below bound: Int) -> Int {
    precondition(bound > 0, "nextIndex: the bound must be positive, is \(bound)")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A standard normal number: mean 0, standard deviation 1.
  ///
  /// It inverts the distribution function, so that one draw of the generator gives one number and
  /// streams stay aligned.
  public mutating func nextNormal() -> Double {
    // Half a step from the ends: 0 and 1 have no finite quantile.
    Normal.quantile((Double(next() >> 12) + 0.5) * 0x1p-52)
  }

  /// An exponential number with mean 1.
  public mutating func nextExponential() -> Double { -log1p(-nextUnit()) }
}
