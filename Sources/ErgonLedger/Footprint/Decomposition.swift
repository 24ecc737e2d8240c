/// How much of the differences between emissions each factor makes.
///
/// With `x_k` the logarithm of a factor and `y = sum x_k` that of the emissions, the share of
/// factor k is `Cov(x_k, y) / Var(y)`. The shares sum to 1 exactly, and one may be negative: that
/// factor works against the others. They are also the Shapley values of the game in which a
/// coalition S of factors is worth `Var(sum over S of x_k)`, so no other division treats the
/// factors alike and leaves nothing over.
///
/// ```swift
/// let shares = Decomposition(factors: [("power", p), ("time", t), ("intensity", i)])
/// shares?.share(of: "time")           // 0.53
/// ```
///
/// - Cost: `3 n` operations a factor.
public struct Decomposition: Sendable, Hashable, Codable {
  /// One factor's part.
  public struct Part: Sendable, Hashable, Codable {
    public let factor: String
    /// Of the variance of log emissions; all parts sum to 1.
    public let share: Double
    /// Standard deviation of the factor's natural logarithm.
    public let logDeviation: Double
  }

  public let parts: [Part]
  /// Rows that entered.
  public let count: Int
  /// Standard deviation of the natural logarithm of the emissions.
  public let logDeviation: Double

  /// Divides the variance of the product of some factors.
  ///
  /// - Parameter factors: Each factor's name and its natural logarithm in every row.
  /// - Returns: `nil` for fewer than two rows, a logarithm that is not finite, or emissions that
  ///   do not differ.
  /// - Precondition: all columns are of one length.
  public init?(factors: [(name: String, logs: [Double])]) {
    guard let count = factors.first?.logs.count, count >= 2 else { return nil }
    for factor in factors {
      precondition(
        factor.logs.count == count,
        "Decomposition: '\(factor.name)' has \(factor.logs.count) rows, not \(count)")
    }
    let deviations = factors.map { Self.centred($0.logs) }
    // The deviation of y is summed from those of the factors, so that the shares add up to 1 to
    // the last digit whatever cancels between the factors.
    var total = [Double](repeating: 0, count: count)
    for column in deviations { for row in 0..<count { total[row] += column[row] } }
    let variance = Self.product(total, total)
    guard variance.isFinite, variance > 0 else { return nil }
    let freedom = Double(count - 1)
    parts = zip(factors, deviations).map { factor, column in
      Part(
        factor: factor.name, share: Self.product(column, total) / variance,
        logDeviation: (Self.product(column, column) / freedom).squareRoot())
    }
    self.count = count
    logDeviation = (variance / freedom).squareRoot()
    guard parts.allSatisfy({ $0.share.isFinite }) else { return nil }
  }

  /// The share of a factor by name.
  public func share(of factor: String) -> Double? {
    parts.first { $0.factor == factor }?.share
  }

  private static func centred(_ values: [Double]) -> [Double] {
    // Against a first guess, so that equal values have deviations of exactly 0.
    let guess = values[0]
    let mean = guess + values.reduce(0) { $0 + ($1 - guess) } / Double(values.count)
    return values.map { $0 - mean }
  }

  private static func product(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for row in x.indices { sum += x[row] * y[row] }
    return sum
  }
}
