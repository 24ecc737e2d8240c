extension Statistics {
  /// The value below which a share `p` of the values lies; `nil` without values.
  ///
  /// Between two values it interpolates on a straight line (type 7 of Hyndman and Fan), as R and
  /// NumPy do by default.
  ///
  /// - Precondition: `0 <= p <= 1`.
  /// - Cost: sorts a copy; use ``quantiles(_:_:)`` for several at once.
  public static func quantile(_ values: [Double], _ p: Double) -> Double? {
    quantiles(values, [p])?[0]
  }

  /// Several quantiles of the same values for one sort; `nil` without values.
  ///
  /// - Precondition: each share is in [0, 1].
  public static func quantiles(_ values: [Double], _ shares: [Double]) -> [Double]? {
    if values.isEmpty { return nil }
    if values.contains(where: \.isNaN) { return shares.map { _ in .nan } }
    let sorted = values.sorted()
    return shares.map { quantile(ofSorted: sorted, $0) }
  }

  /// The quantile of values that are already ascending, not empty and free of NaN.
  static func quantile(ofSorted sorted: [Double], _ p: Double) -> Double {
    precondition((0...1).contains(p), "quantile: the share must be in 0...1, is \(p)")
    let position = p * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    let (low, high) = (sorted[below], sorted[below + 1])
    let share = position - Double(below)
    // An infinite neighbour counts only where it has a share; equal ones have no difference.
    return share == 0 || low == high ? low : low + share * (high - low)
  }

  /// The middle value, or the mean of the middle two; `nil` without values.
  public static func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

  /// The median of the distances from the median, times 1.4826 so that it estimates the standard
  /// deviation of normal values; `nil` without values.
  public static func medianAbsoluteDeviation(_ values: [Double]) -> Double? {
    median(values).flatMap { centre in median(values.map { abs($0 - centre) }) }
      .map { $0 * 1.482_602_218_505_602 }
  }

  /// The ranks 1 … n in the order of the input, equal values sharing the mean of their ranks.
  ///
  /// - Precondition: no value is NaN.
  public static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var first = 0
    while first < order.count {
      var end = first + 1
      while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
      // Ranks first+1 ... end share their mean.
      let shared = Double(first + 1 + end) / 2
      for position in first..<end { ranks[order[position]] = shared }
      first = end
    }
    return ranks
  }

  /// The values' count, centre and spread in one record; `nil` without values.
  public static func summary(_ values: [Double]) -> Summary? {
    guard let mean = mean(values), let cuts = quantiles(values, [0, 0.25, 0.5, 0.75, 1]) else {
      return nil
    }
    return Summary(
      count: values.count, mean: mean, standardDeviation: standardDeviation(values),
      minimum: cuts[0], lowerQuartile: cuts[1], median: cuts[2], upperQuartile: cuts[3],
      maximum: cuts[4])
  }

  /// Count, centre and spread of a list of numbers.
  public struct Summary: Sendable, Hashable, Codable {
    public let count: Int
    public let mean: Double
    /// `nil` for a single value.
    public let standardDeviation: Double?
    public let minimum: Double
    public let lowerQuartile: Double
    public let median: Double
    public let upperQuartile: Double
    public let maximum: Double
  }
}
