import ErgonTensor

/// The trits of a network's matrices at one moment: how many there are of each, and how many have
/// changed since another moment.
///
/// ```swift
/// let before = TritSnapshot(network)
/// // ... a step of training ...
/// TritSnapshot(network).changed(since: before)     // 0.004: 4 of 1,000 weights have another trit
/// ```
///
/// - Cost: a byte a weight, and one rounding of all.
public struct TritSnapshot: Sendable, Equatable {
  /// -1, 0 or 1 for every weight, the matrices one after the other.
  public let trits: [Int8]

  /// - Parameter threshold: Scales the mean magnitude that decides what is rounded to 0.
  public init(_ network: DecoderNetwork, threshold: Float = 1) {
    var trits: [Int8] = []
    for (_, projection) in network.projections {
      projection.mergedWeight.ternarized(threshold: threshold).values.withElements { values in
        trits.reserveCapacity(trits.count + values.count)
        for value in values { trits.append(value > 0 ? 1 : value < 0 ? -1 : 0) }
      }
    }
    self.trits = trits
  }

  /// The shares of -1, 0 and 1; they add up to 1.
  public var shares: (negative: Double, zero: Double, positive: Double) {
    var counts = (0, 0, 0)
    for trit in trits {
      if trit < 0 { counts.0 += 1 } else if trit == 0 { counts.1 += 1 } else { counts.2 += 1 }
    }
    let whole = Double(max(trits.count, 1))
    return (Double(counts.0) / whole, Double(counts.1) / whole, Double(counts.2) / whole)
  }

  /// The share of weights whose trit is another one.
  ///
  /// - Precondition: both are of networks of one shape.
  public func changed(since earlier: TritSnapshot) -> Double {
    precondition(
      trits.count == earlier.trits.count,
      "TritSnapshot: \(trits.count) trits against \(earlier.trits.count)")
    let changed = zip(trits, earlier.trits).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
    return Double(changed) / Double(max(trits.count, 1))
  }
}
