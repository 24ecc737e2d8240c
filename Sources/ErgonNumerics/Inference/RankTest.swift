#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Tests that look at the order of values only, so that no outlier can decide them.
///
/// Both are exact while the counting is cheap, ties included (the distribution is that of the
/// shared ranks as they are), and use the normal distribution with the tie and continuity
/// corrections beyond.
///
/// ```swift
/// RankTest.mannWhitney([1.1, 1.2, 1.3], [2.1, 2.2, 2.3]).pValue   // 0.1
/// ```
public enum RankTest {
  /// What a test found.
  public struct Result: Sendable, Hashable {
    /// U of the first sample, or the rank sum of the positive differences.
    public let statistic: Double
    /// Two-sided: the chance of values at least this far from the middle if nothing differed.
    public let pValue: Double
    public let isExact: Bool
  }

  /// Wilcoxon's signed-rank test of whether differences lie evenly about zero.
  ///
  /// Differences of zero are left out, as Wilcoxon did; if none is left the p-value is 1.
  ///
  /// - Precondition: no difference is NaN.
  /// - Cost: exact up to 100 differences, `n^3` steps.
  public static func signedRank(_ differences: [Double]) -> Result {
    let values = differences.filter { $0 != 0 }
    let n = values.count
    if n == 0 { return Result(statistic: 0, pValue: 1, isExact: true) }
    let ranks = Statistics.ranks(values.map { abs($0) })
    let positive = zip(values, ranks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
    if n <= 100 {
      let p = twoSided(signedRankDistribution(ranks), at: Int(2 * positive))
      return Result(statistic: positive, pValue: p, isExact: true)
    }
    let count = Double(n)
    let mean = count * (count + 1) / 4
    let variance = count * (count + 1) * (2 * count + 1) / 24 - tieTerm(ranks) / 48
    return Result(
      statistic: positive, pValue: normalPValue(positive - mean, variance), isExact: false)
  }

  /// The Mann-Whitney test (Wilcoxon's rank-sum test) of whether one sample lies above another.
  ///
  /// - Precondition: both samples have values and none is NaN.
  /// - Cost: exact up to 60 values together, about `n^4` steps.
  public static func mannWhitney(_ a: [Double], _ b: [Double]) -> Result {
    precondition(!a.isEmpty && !b.isEmpty, "mannWhitney: a sample is empty; give values to both")
    let ranks = Statistics.ranks(a + b)
    let (m, n) = (Double(a.count), Double(b.count))
    let rankSum = ranks.prefix(a.count).reduce(0, +)
    let u = rankSum - m * (m + 1) / 2
    if ranks.count <= 60 {
      let p = twoSided(rankSumDistribution(ranks, a.count), at: Int(2 * rankSum))
      return Result(statistic: u, pValue: p, isExact: true)
    }
    let total = m + n
    let variance = m * n / 12 * (total + 1 - tieTerm(ranks) / (total * (total - 1)))
    return Result(statistic: u, pValue: normalPValue(u - m * n / 2, variance), isExact: false)
  }

  /// The chance of each doubled sum of positive ranks, every sign being as likely as the other.
  private static func signedRankDistribution(_ ranks: [Double]) -> [Double] {
    let steps = ranks.map { Int(2 * $0) }
    var chance = [Double](repeating: 0, count: steps.reduce(0, +) + 1)
    chance[0] = 1
    var top = 0
    for step in steps {
      top += step
      for sum in stride(from: top, through: 0, by: -1) {
        chance[sum] = 0.5 * (chance[sum] + (sum >= step ? chance[sum - step] : 0))
      }
    }
    return chance
  }

  /// The chance of each doubled rank sum of `size` values chosen among all.
  private static func rankSumDistribution(_ ranks: [Double], _ size: Int) -> [Double] {
    let steps = ranks.map { Int(2 * $0) }
    let width = steps.reduce(0, +) + 1
    // ways[k * width + s]: choices of k values with the doubled sum s.
    var ways = [Double](repeating: 0, count: (size + 1) * width)
    ways[0] = 1
    for (index, step) in steps.enumerated() {
      for k in stride(from: min(size, index + 1), through: 1, by: -1) {
        for sum in stride(from: width - 1, through: step, by: -1) {
          ways[k * width + sum] += ways[(k - 1) * width + sum - step]
        }
      }
    }
    let chosen = ways[(size * width)...]
    let all = chosen.reduce(0, +)
    return chosen.map { $0 / all }
  }

  private static func twoSided(_ chance: [Double], at value: Int) -> Double {
    let lower = chance[...value].reduce(0, +)
    let upper = chance[value...].reduce(0, +)
    return min(1, 2 * min(lower, upper))
  }

  private static func normalPValue(_ distance: Double, _ variance: Double) -> Double {
    guard variance > 0 else { return 1 }
    let corrected = max(0, abs(distance) - 0.5)
    return min(1, 2 * Normal.cdf(-corrected / variance.squareRoot()))
  }

  /// The sum of t^3 - t over groups of t equal ranks.
  private static func tieTerm(_ ranks: [Double]) -> Double {
    var counts: [Double: Double] = [:]
    for rank in ranks { counts[rank, default: 0] += 1 }
    return counts.values.sorted().reduce(0) { $0 + ($1 * $1 * $1 - $1) }
  }
}
