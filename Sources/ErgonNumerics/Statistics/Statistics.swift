#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Descriptive statistics of plain numbers.
///
/// A statistic that the values do not define (the mean of nothing, the variance of one value) is
/// `nil`, never zero. A NaN among the values makes the result NaN.
///
/// ```swift
/// let joules = [10.2, 9.8, 10.4]
/// Statistics.mean(joules)               // 10.133…
/// Statistics.standardDeviation(joules)  // 0.305…
/// ```
public enum Statistics {
  /// The sum, with the rounding error of each addition carried along.
  ///
  /// - Accuracy: as if summed in twice the precision, for any order and any mix of sizes.
  /// - Reference: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
  ///   Summen", 1974.
  public static func sum(_ values: [Double]) -> Double {
    var sum = 0.0
    var lost = 0.0
    for value in values {
      let next = sum + value
      lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
      sum = next
    }
    // An infinite sum would turn the correction into NaN.
    return sum.isFinite ? sum + lost : sum
  }

  /// The arithmetic mean; `nil` without values.
  public static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : sum(values) / Double(values.count)
  }

  /// The unbiased sample variance, divisor n - 1; `nil` for fewer than two values.
  ///
  /// Computed in two passes and corrected for the rounding of the mean, so that it holds for values
  /// that differ only in their last digits.
  public static func variance(_ values: [Double]) -> Double? {
    guard values.count >= 2, let mean = mean(values) else { return nil }
    let deviations = values.map { $0 - mean }
    let squares = sum(deviations.map { $0 * $0 })
    let residue = sum(deviations)
    let corrected = squares - residue * residue / Double(values.count)
    // Rounding may leave a little less than nothing; the order keeps a NaN.
    return (corrected < 0 ? 0 : corrected) / Double(values.count - 1)
  }

  /// The square root of ``variance(_:)``; `nil` for fewer than two values.
  public static func standardDeviation(_ values: [Double]) -> Double? {
    variance(values).map { $0.squareRoot() }
  }

  /// The standard deviation of the mean, `sd / sqrt(n)`; `nil` for fewer than two values.
  public static func standardError(_ values: [Double]) -> Double? {
    standardDeviation(values).map { $0 / Double(values.count).squareRoot() }
  }

  /// The standard deviation as a share of the mean; `nil` where either is undefined or the mean
  /// is zero.
  public static func coefficientOfVariation(_ values: [Double]) -> Double? {
    guard let mean = mean(values), mean != 0, let deviation = standardDeviation(values) else {
      return nil
    }
    return deviation / abs(mean)
  }

  /// The geometric mean, `exp(mean(ln x))`; `nil` unless there are values and all are positive.
  public static func geometricMean(_ values: [Double]) -> Double? {
    logarithms(values).flatMap(mean).map { exp($0) }
  }

  /// The geometric standard deviation, `exp(sd(ln x))`, a factor of at least 1; `nil` for fewer
  /// than two values or any that is not positive.
  public static func geometricStandardDeviation(_ values: [Double]) -> Double? {
    logarithms(values).flatMap(standardDeviation).map { exp($0) }
  }

  /// The natural logarithms; `nil` as soon as one value is zero, negative, infinite or NaN.
  public static func logarithms(_ values: [Double]) -> [Double]? {
    values.allSatisfy { $0 > 0 && $0.isFinite } ? values.map { log($0) } : nil
  }
}
