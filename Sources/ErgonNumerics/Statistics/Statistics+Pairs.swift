extension Statistics {
  /// The unbiased sample covariance, divisor n - 1; `nil` for fewer than two pairs.
  ///
  /// - Precondition: both lists have the same length.
  public static func covariance(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(
      x.count == y.count, "covariance: \(x.count) values against \(y.count); give pairs")
    guard x.count >= 2, let meanX = mean(x), let meanY = mean(y) else { return nil }
    let products = zip(x, y).map { ($0 - meanX) * ($1 - meanY) }
    return sum(products) / Double(x.count - 1)
  }

  /// Pearson's correlation, from -1 to 1; `nil` for fewer than two pairs or a constant list.
  ///
  /// - Precondition: both lists have the same length.
  public static func correlation(_ x: [Double], _ y: [Double]) -> Double? {
    guard let shared = covariance(x, y), let a = standardDeviation(x),
      let b = standardDeviation(y), a != 0, b != 0
    else { return nil }
    let r = shared / a / b
    return r.isNaN ? r : min(1, max(-1, r))
  }

  /// Spearman's correlation: Pearson's correlation of the ranks; `nil` as there.
  ///
  /// - Precondition: both lists have the same length and hold no NaN.
  public static func rankCorrelation(_ x: [Double], _ y: [Double]) -> Double? {
    correlation(ranks(x), ranks(y))
  }
}
