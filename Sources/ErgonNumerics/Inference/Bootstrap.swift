#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Intervals by resampling: the values are drawn again, with replacement, many times, and the
/// spread of the statistic over those draws stands for its uncertainty.
///
/// ```swift
/// let interval = Bootstrap.interval(of: joules, seed: 1) { Statistics.median($0) ?? .nan }
/// let ratio = try Bootstrap.ratio(of: ours, to: theirs, paired: true)
/// ```
///
/// Same values and same seed, same bounds, on every platform.
public enum Bootstrap {
  /// The interval of any statistic of one sample.
  ///
  /// - Parameters:
  ///   - sample: The values; at least two, or there is no interval.
  ///   - confidence: The share of repetitions in which the bounds should hold the truth.
  ///   - resamples: How often to draw again; 10,000 settle the bounds to about 2 % of their width.
  ///   - seed: Which draws.
  ///   - method: Quantiles as they are, or moved for bias and skewness (BCa).
  ///   - statistic: A number made of the values, for instance the median.
  /// - Returns: `nil` for fewer than two values or when the statistic is not finite.
  /// - Precondition: `0 < confidence < 1`, `resamples >= 1`.
  /// - Cost: `resamples + count` evaluations of the statistic.
  /// - Reference: Efron, "Better bootstrap confidence intervals", 1987.
  public static func interval(
    of sample: [Double], confidence: Double = 0.95, resamples: Int = 10_000, seed: UInt64 = 0,
    method: ConfidenceInterval.Method = .bootstrapBCa,
    statistic: ([Double]) -> Double
  ) -> ConfidenceInterval? {
    checkArguments(confidence, resamples)
    if method == .studentT { return ConfidenceInterval.ofMean(sample, confidence: confidence) }
    let observed = statistic(sample)
    guard sample.count >= 2, observed.isFinite else { return nil }
    var generator = Xoshiro256StarStar(seed: seed)
    var drawn = sample
    var replicates = [Double](repeating: 0, count: resamples)
    for r in replicates.indices {
      for i in drawn.indices { drawn[i] = sample[generator.nextIndex(below: sample.count)] }
      replicates[r] = statistic(drawn)
    }
    let jackknife = method == .bootstrapBCa ? leaveOneOut(sample, statistic) : []
    return bounds(
      of: replicates, observed: observed, jackknife: [jackknife], confidence: confidence,
      method: method)
  }

  static func checkArguments(_ confidence: Double, _ resamples: Int) {
    precondition(
      confidence > 0 && confidence < 1,
      "Bootstrap: confidence must be between 0 and 1, is \(confidence)")
    precondition(resamples >= 1, "Bootstrap: resamples must be at least 1, are \(resamples)")
  }

  private static func leaveOneOut(_ sample: [Double], _ statistic: ([Double]) -> Double)
    -> [Double]
  {
    var rest = Array(sample.dropFirst())
    return sample.indices.map { i in
      // `rest` holds all but value i; value i + 1 then makes room for value i.
      defer { if i < rest.count { rest[i] = sample[i] } }
      return statistic(rest)
    }
  }

  /// The bounds that a set of replicates gives.
  ///
  /// - Parameters:
  ///   - jackknife: For each sample the statistic without each of its values in turn; used for
  ///     the skewness, and only by BCa.
  ///   - expandedFor: Degrees of freedom for which the quantiles are moved outwards, so that few
  ///     values do not give bounds that are too narrow; `nil` leaves them.
  static func bounds(
    of replicates: [Double], observed: Double, jackknife: [[Double]], confidence: Double,
    method: ConfidenceInterval.Method, expandedFor freedom: Double? = nil
  ) -> ConfidenceInterval? {
    guard replicates.allSatisfy(\.isFinite) else { return nil }
    let sorted = replicates.sorted()
    let z = expandedQuantile(confidence, freedom)
    var (bias, acceleration) = (0.0, 0.0)
    if method == .bootstrapBCa {
      bias = self.bias(sorted, observed)
      acceleration = self.acceleration(jackknife)
    }
    let shares = [-z, z].map { side -> Double in
      let moved = bias + side
      let stretch = 1 - acceleration * moved
      // Beyond the pole of the correction nothing is left but the extreme replicate.
      guard stretch > 0 else { return moved < 0 ? 0 : 1 }
      return Normal.cdf(bias + moved / stretch)
    }
    return ConfidenceInterval(
      low: Statistics.quantile(ofSorted: sorted, min(shares[0], shares[1])),
      high: Statistics.quantile(ofSorted: sorted, max(shares[0], shares[1])),
      confidence: confidence, method: method)
  }

  /// The normal quantile of the bounds; with degrees of freedom nu the t quantile times
  /// sqrt((nu + 1) / nu), which undoes both the normal tails and the divisor n of resampling.
  ///
  /// Reference: Hesterberg, "What teachers should know about the bootstrap", 2015, section 4.
  private static func expandedQuantile(_ confidence: Double, _ freedom: Double?) -> Double {
    let p = (1 + confidence) / 2
    guard let freedom else { return Normal.quantile(p) }
    return StudentT(degreesOfFreedom: freedom).quantile(p)
      * ((freedom + 1) / freedom).squareRoot()
  }

  /// z0: how far the observed value lies from the middle of the replicates; ties count half.
  private static func bias(_ sorted: [Double], _ observed: Double) -> Double {
    let below = sorted.partitioningIndex { $0 >= observed }
    let upTo = sorted.partitioningIndex { $0 > observed }
    let share = Double(below + upTo) / 2 / Double(sorted.count)
    // All replicates on one side: as far as this many draws can show.
    let edge = 0.5 / Double(sorted.count)
    return Normal.quantile(min(max(share, edge), 1 - edge))
  }

  /// a: the skewness of the statistic by the jackknife, over one sample or several.
  private static func acceleration(_ jackknife: [[Double]]) -> Double {
    var (cubes, squares) = (0.0, 0.0)
    for values in jackknife {
      guard let mean = Statistics.mean(values) else { continue }
      let n = Double(values.count)
      for value in values {
        let influence = (n - 1) * (mean - value)
        cubes += influence * influence * influence / (n * n * n)
        squares += influence * influence / (n * n)
      }
    }
    return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0
  }
}

extension [Double] {
  /// The first index at which the condition holds, in values ordered by it.
  fileprivate func partitioningIndex(where holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
