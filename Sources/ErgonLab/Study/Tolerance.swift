import ErgonEnergy

/// The band in which ours counts as the same as the published figure.
public enum Tolerance: Sendable, Hashable, Codable, CustomStringConvertible {
  /// `|ours - published| <= share * |published|`.
  case relative(Double)
  /// `|ours - published| <= amount`, in the claim's unit.
  case absolute(Double)
  /// `published / factor <= ours <= published * factor`; both must be positive.
  case factor(Double)
  /// `low <= ours <= high`: a statement about a range; needs no published figure.
  case between(Double, Double)
  /// `ours >= bound`; needs no published figure.
  case atLeast(Double)
  /// `ours <= bound`; needs no published figure.
  case atMost(Double)

  /// The values that pass, or `nil` where a published figure is needed and absent, or makes no
  /// band (a factor of a figure that is not positive).
  public func band(around published: Double?) -> ClosedRange<Double>? {
    switch self {
    case .between(let low, let high): Self.range(low, high)
    case .atLeast(let bound): Self.range(bound, .infinity)
    case .atMost(let bound): Self.range(-.infinity, bound)
    case .relative(let share):
      published.flatMap { Self.range($0 - share * abs($0), $0 + share * abs($0)) }
    case .absolute(let amount): published.flatMap { Self.range($0 - amount, $0 + amount) }
    case .factor(let factor):
      published.flatMap { $0 > 0 && factor >= 1 ? Self.range($0 / factor, $0 * factor) : nil }
    }
  }

  private static func range(_ low: Double, _ high: Double) -> ClosedRange<Double>? {
    low <= high ? low...high : nil
  }

  public var description: String {
    let text = { (x: Double) in QuantityFormat.number(x, significantDigits: 4) }
    return switch self {
    case .relative(let share): share == 0 ? "exactly" : "±\(text(100 * share)) %"
    case .absolute(let amount): amount == 0 ? "exactly" : "±\(text(amount))"
    case .factor(let factor): "×/÷ \(text(factor))"
    case .between(let low, let high): "\(text(low)) … \(text(high))"
    case .atLeast(let bound): "≥ \(text(bound))"
    case .atMost(let bound): "≤ \(text(bound))"
    }
  }
}
