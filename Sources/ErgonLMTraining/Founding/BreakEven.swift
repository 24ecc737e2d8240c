import ErgonNumerics

/// After how many queries a model of one's own has cost less than another's: what it took to make,
/// divided by what each query saves.
///
/// Costs are in any unit: joules, seconds, money.
///
/// ```swift
/// let breakEven = BreakEven(founding: 4_000, own: [0.02, 0.021], other: [0.08, 0.083])
/// breakEven?.queries                                  // 65_574
/// ```
public struct BreakEven: Sendable, Hashable {
  public let queries: Double
  /// Where the number may lie, by resampling what single queries cost.
  ///
  /// Its end may be infinite, where it is not certain that a query saves anything; `nil` for fewer
  /// than two queries.
  public let interval: ClosedRange<Double>?

  /// - Parameters:
  ///   - own: What single queries to one's own model cost.
  ///   - other: What the same queries to the other cost, in the same order.
  /// - Returns: `nil` where a query saves nothing, so that there is no such number.
  public init?(
    founding: Double, own: [Double], other: [Double], confidence: Double = 0.95, seed: UInt64 = 0
  ) {
    precondition(own.count == other.count, "BreakEven: \(own.count) and \(other.count) queries")
    let saved = zip(own, other).map { $1 - $0 }
    let mean = saved.reduce(0, +) / Double(max(saved.count, 1))
    guard mean > 0, founding >= 0 else { return nil }
    queries = founding / mean
    interval = Bootstrap.interval(of: saved, confidence: confidence, seed: seed) {
      $0.reduce(0, +) / Double($0.count)
    }.map { bounds in
      founding / bounds.high...(bounds.low > 0 ? founding / bounds.low : .infinity)
    }
  }
}
