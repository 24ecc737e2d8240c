extension ConfidenceInterval {
  /// The interval of a share of successes by Wilson's score; `nil` without trials.
  ///
  /// It stays between 0 and 1 and is honest for few trials and shares near the ends, where the
  /// normal interval around the share is not.
  ///
  /// ```swift
  /// ConfidenceInterval.ofProportion(8, of: 10)!   // 0.490 to 0.943
  /// ```
  ///
  /// - Precondition: `0 <= successes <= trials`, and `0 < confidence < 1`.
  /// - Reference: E. Wilson, "Probable inference, the law of succession, and statistical inference",
  ///   1927.
  public static func ofProportion(
    _ successes: Int, of trials: Int, confidence: Double = 0.95
  ) -> ConfidenceInterval? {
    precondition(
      successes >= 0 && successes <= trials, "\(successes) successes of \(trials) trials")
    precondition(
      confidence > 0 && confidence < 1, "confidence must be between 0 and 1, is \(confidence)")
    if trials == 0 { return nil }
    let n = Double(trials)
    let share = Double(successes) / n
    let z = Normal.quantile((1 + confidence) / 2)
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return ConfidenceInterval(
      low: successes == 0 ? 0 : centre - half, high: successes == trials ? 1 : centre + half,
      confidence: confidence, method: .wilson)
  }
}
