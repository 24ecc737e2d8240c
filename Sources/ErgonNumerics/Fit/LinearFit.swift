#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Ordinary least squares: `y = intercept + Σ slope_k x_k`, with the errors of its coefficients.
///
/// ```swift
/// let fit = try LinearFit(x: utilisation, y: watts)
/// fit.intercept      // idle watts
/// fit.slope          // watts a busy core adds
/// fit.rSquared
/// ```
///
/// Solved by Householder reflections of the centred columns, which keeps twice the digits that the
/// normal equations would.
public struct LinearFit: Sendable, Hashable, Codable {
  /// The value at x = 0.
  public let intercept: Double
  /// One slope for each predictor.
  public let slopes: [Double]
  /// Standard error of the intercept; `nil` when there are no more values than coefficients.
  public let interceptError: Double?
  /// Standard errors of the slopes; `nil` as above.
  public let slopeErrors: [Double]?
  /// The share of the variance of y that the fit explains; `nil` if y is constant.
  public let rSquared: Double?
  /// The standard deviation of what is left; `nil` as for the errors.
  public let residualDeviation: Double?
  /// Values used.
  public let count: Int

  /// The slope of the first predictor.
  public var slope: Double { slopes[0] }
  /// Standard error of ``slope``.
  public var slopeError: Double? { slopeErrors?[0] }

  /// A straight line through points.
  ///
  /// - Throws: ``NumericsError`` for unequal counts, fewer than two points, a value that is not
  ///   finite, or an `x` that never changes.
  public init(x: [Double], y: [Double]) throws(NumericsError) {
    try self.init(predictors: [x], y: y)
  }

  /// A plane through points with several predictors, each a column as long as `y`.
  ///
  /// - Throws: ``NumericsError`` for unequal counts, fewer values than coefficients, a value that
  ///   is not finite, or columns that depend on each other.
  /// - Precondition: there is at least one predictor.
  public init(predictors: [[Double]], y: [Double]) throws(NumericsError) {
    precondition(!predictors.isEmpty, "LinearFit: no predictor; give at least one column")
    let n = y.count
    let p = predictors.count
    for column in predictors where column.count != n {
      throw .unequalCounts(what: "predictor and response", first: column.count, second: n)
    }
    guard n > p else { throw .tooFew(what: "fit", count: n, needed: p + 1) }
    for column in predictors + [y] {
      if let bad = column.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(what: "fit", index: bad, value: column[bad])
      }
    }
    let means = predictors.map { Statistics.sum($0) / Double(n) }
    let meanY = Statistics.sum(y) / Double(n)
    let centred = zip(predictors, means).map { column, mean in column.map { $0 - mean } }
    guard var solver = HouseholderQR(centred) else { throw .singular(what: "fit") }
    let deviations = y.map { $0 - meanY }
    let (slopes, residual) = solver.solve(deviations)

    count = n
    self.slopes = slopes
    intercept = meanY - zip(slopes, means).reduce(0) { $0 + $1.0 * $1.1 }
    let total = Statistics.sum(deviations.map { $0 * $0 })
    rSquared = total > 0 ? max(0, 1 - residual / total) : nil
    if n > p + 1 {
      let variance = residual / Double(n - p - 1)
      let covariance = solver.inverseGram()
      residualDeviation = variance.squareRoot()
      slopeErrors = (0..<p).map { (variance * covariance[$0][$0]).squareRoot() }
      // Var(intercept) = s² (1/n + m' C m) with m the means of the columns.
      var spread = 1 / Double(n)
      for i in 0..<p { for j in 0..<p { spread += means[i] * covariance[i][j] * means[j] } }
      interceptError = (variance * spread).squareRoot()
    } else {
      (residualDeviation, slopeErrors, interceptError) = (nil, nil, nil)
    }
  }

  /// The power law `y = factor * x^exponent` through points, as a line through their logarithms:
  /// the slope is the exponent and the factor is `exp(intercept)`.
  ///
  /// - Throws: ``NumericsError/notPositive(what:index:value:)`` for a value without a logarithm,
  ///   and as ``init(x:y:)``.
  public static func logLog(x: [Double], y: [Double]) throws(NumericsError) -> LinearFit {
    for (name, values) in [("x", x), ("y", y)] {
      if let bad = values.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
        throw .notPositive(what: "log-log fit, \(name)", index: bad, value: values[bad])
      }
    }
    return try LinearFit(x: x.map { log($0) }, y: y.map { log($0) })
  }

  /// The fitted value where there is one predictor.
  public func value(at x: Double) -> Double { value(at: [x]) }

  /// The fitted value for one value of each predictor.
  ///
  /// - Precondition: as many values as there are slopes.
  public func value(at x: [Double]) -> Double {
    precondition(
      x.count == slopes.count, "LinearFit: \(x.count) values for \(slopes.count) predictors")
    return zip(slopes, x).reduce(intercept) { $0 + $1.0 * $1.1 }
  }
}
