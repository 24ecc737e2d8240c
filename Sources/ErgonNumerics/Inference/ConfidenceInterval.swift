/// The bounds that would hold the true value in a stated share of all repetitions.
public struct ConfidenceInterval: Sendable, Hashable, Codable {
  public let low: Double
  public let high: Double
  /// The stated share: 0.95.
  public let confidence: Double
  public let method: Method

  /// How the bounds were found.
  public enum Method: String, Sendable, Hashable, Codable {
    /// Student's t: exact for normal values, and honest for few of them.
    case studentT
    /// Quantiles of the resampled statistic.
    case bootstrapPercentile
    /// Quantiles of the resampled statistic, moved for bias and skewness.
    case bootstrapBCa
    /// Wilson's score, for a share of successes.
    case wilson
  }

  /// - Precondition: `low <= high`.
  public init(low: Double, high: Double, confidence: Double, method: Method) {
    precondition(low <= high, "ConfidenceInterval: bounds out of order: \(low) > \(high)")
    self.low = low
    self.high = high
    self.confidence = confidence
    self.method = method
  }

  /// Whether a value lies inside, bounds included.
  public func contains(_ value: Double) -> Bool { low <= value && value <= high }

  /// The interval of a mean by Student's t; `nil` for fewer than two values.
  ///
  /// - Precondition: `0 < confidence < 1`.
  public static func ofMean(_ values: [Double], confidence: Double = 0.95) -> ConfidenceInterval? {
    precondition(
      confidence > 0 && confidence < 1, "confidence must be between 0 and 1, is \(confidence)")
    guard let mean = Statistics.mean(values), let error = Statistics.standardError(values),
      mean.isFinite, error.isFinite
    else { return nil }
    let t = StudentT(degreesOfFreedom: Double(values.count - 1))
    let half = t.quantile((1 + confidence) / 2) * error
    return ConfidenceInterval(
      low: mean - half, high: mean + half, confidence: confidence, method: .studentT)
  }
}
