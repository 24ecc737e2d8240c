#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// How many times as much one thing costs as another, and how sure that is.
public struct RatioEstimate: Sendable, Hashable, Codable {
  /// The first over the second: 2 means twice as much.
  public let ratio: Double
  /// The bounds of the ratio; `nil` when there are too few repeats to say anything.
  public let interval: ConfidenceInterval?
  /// Whether repeats were compared pair by pair.
  public let isPaired: Bool
  /// Values on either side; both are the number of pairs for paired values.
  public let counts: Counts
  /// The chance of values at least this different if nothing differed, by an exact rank test
  /// (signed-rank for pairs, Mann-Whitney otherwise); `nil` for a single repeat.
  public let pValue: Double?

  /// How many values stand on either side.
  public struct Counts: Sendable, Hashable, Codable {
    public let first: Int
    public let second: Int
  }

  /// Whether a ratio of 1 (no difference) is inside the bounds; `nil` without bounds, since
  /// nothing is known then.
  public var isInsideNoise: Bool? { interval.map { $0.contains(1) } }

  /// The smallest relative difference that these values could tell from none: the half-width of
  /// the interval on a logarithmic scale, as a share (0.02 is 2 %); `nil` without bounds.
  public var noiseFloor: Double? {
    interval.map { $0.low > 0 ? expm1(log($0.high / $0.low) / 2) : .infinity }
  }

  /// The same comparison seen from the other side.
  public var inverse: RatioEstimate {
    RatioEstimate(
      ratio: 1 / ratio,
      interval: interval.map {
        ConfidenceInterval(
          low: 1 / $0.high, high: 1 / $0.low, confidence: $0.confidence, method: $0.method)
      },
      isPaired: isPaired, counts: Counts(first: counts.second, second: counts.first),
      pValue: pValue)
  }
}
