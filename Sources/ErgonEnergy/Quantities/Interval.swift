/// An amount known between two bounds.
///
/// Arithmetic is interval arithmetic: whatever the true operands inside their bounds, the true
/// result lies inside the result's bounds. Nothing is assumed about independence, so a long sum is
/// wide rather than falsely sure.
public struct Interval<Quantity: PhysicalQuantity>: Sendable, Hashable, Codable {
  public let low: Quantity
  public let best: Quantity
  public let high: Quantity

  /// - Precondition: `low <= best <= high`, none of them NaN.
  public init(low: Quantity, best: Quantity, high: Quantity) {
    precondition(
      low <= best && best <= high,
      "Interval: bounds out of order: \(low.value) <= \(best.value) <= \(high.value) does not hold")
    self.low = low
    self.best = best
    self.high = high
  }

  /// An amount without any doubt, such as a declared constant's own value.
  public init(exactly value: Quantity) { self.init(low: value, best: value, high: value) }

  /// An amount with a symmetric relative error: `0.05` is ±5 %.
  ///
  /// - Precondition: `relative >= 0`.
  public init(_ best: Quantity, relative: Double) {
    precondition(relative >= 0, "Interval: relative error must not be negative, is \(relative)")
    let half = abs(best.value) * relative
    self.init(low: Quantity(best.value - half), best: best, high: Quantity(best.value + half))
  }

  /// An amount good to a factor: `2` is from half to double.
  ///
  /// - Precondition: `best >= 0` and `factor >= 1`.
  public init(_ best: Quantity, factor: Double) {
    precondition(best.value >= 0, "Interval: a factor needs an amount >= 0, got \(best.value)")
    precondition(factor >= 1, "Interval: factor must be at least 1, is \(factor)")
    self.init(low: best / factor, best: best, high: best * factor)
  }

  /// An amount whose true value lies between `best * error.low` and `best * error.high`.
  ///
  /// - Precondition: `best >= 0`.
  public init(_ best: Quantity, error: ErrorBar) {
    precondition(best.value >= 0, "Interval: an error bar needs an amount >= 0, got \(best.value)")
    self.init(low: best * error.low, best: best, high: best * error.high)
  }

  /// Reads `{low, best, high}` and refuses bounds out of order, since files are not trusted.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    low = try container.decode(Quantity.self, forKey: .low)
    best = try container.decode(Quantity.self, forKey: .best)
    high = try container.decode(Quantity.self, forKey: .high)
    guard low <= best && best <= high else {
      throw DecodingError.dataCorruptedError(
        forKey: .best, in: container, debugDescription: "interval bounds are out of order")
    }
  }

  /// Whether an amount lies inside, bounds included.
  public func contains(_ value: Quantity) -> Bool { low <= value && value <= high }

  public static var zero: Interval { Interval(exactly: .zero) }

  public static func + (a: Interval, b: Interval) -> Interval {
    Interval(low: a.low + b.low, best: a.best + b.best, high: a.high + b.high)
  }

  public static func - (a: Interval, b: Interval) -> Interval {
    Interval(low: a.low - b.high, best: a.best - b.best, high: a.high - b.low)
  }

  public static func * (a: Interval, factor: Double) -> Interval {
    let (x, y) = (a.low * factor, a.high * factor)
    return Interval(low: min(x, y), best: a.best * factor, high: max(x, y))
  }

  /// - Precondition: `divisor != 0`.
  public static func / (a: Interval, divisor: Double) -> Interval {
    let (x, y) = (a.low / divisor, a.high / divisor)
    return Interval(low: min(x, y), best: a.best / divisor, high: max(x, y))
  }
}

extension Interval where Quantity == Joules {
  /// Mean power of this energy over a time.
  ///
  /// - Precondition: `time > 0`.
  public static func / (energy: Interval, time: Seconds) -> Interval<Watts> {
    precondition(time.value > 0, "Interval: mean power needs a time above 0, got \(time.value) s")
    return Interval<Watts>(
      low: energy.low / time, best: energy.best / time, high: energy.high / time)
  }
}

extension Interval where Quantity == Watts {
  /// Energy of this power held for a time.
  ///
  /// - Precondition: `time >= 0`.
  public static func * (power: Interval, time: Seconds) -> Interval<Joules> {
    precondition(time.value >= 0, "Interval: energy needs a time of 0 or more, got \(time.value) s")
    return Interval<Joules>(
      low: power.low * time, best: power.best * time, high: power.high * time)
  }
}

/// A multiplicative error bar: the truth lies between `low` and `high` times the reading.
public struct ErrorBar: Sendable, Hashable, Codable, CustomStringConvertible {
  /// At most 1.
  public let low: Double
  /// At least 1.
  public let high: Double

  /// - Precondition: `0 <= low <= 1 <= high`, both finite.
  public init(low: Double, high: Double) {
    precondition(
      0 <= low && low <= 1 && 1 <= high && high.isFinite,
      "ErrorBar: 0 <= low <= 1 <= high does not hold for low \(low), high \(high)")
    self.low = low
    self.high = high
  }

  /// Reads `{low, high}` and refuses bounds that do not enclose 1, since files are not trusted.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    low = try container.decode(Double.self, forKey: .low)
    high = try container.decode(Double.self, forKey: .high)
    guard 0 <= low && low <= 1 && 1 <= high && high.isFinite else {
      throw DecodingError.dataCorruptedError(
        forKey: .low, in: container, debugDescription: "an error bar must enclose 1")
    }
  }

  /// ±share: `.relative(0.05)` is ±5 %.
  public static func relative(_ share: Double) -> ErrorBar {
    ErrorBar(low: max(0, 1 - share), high: 1 + share)
  }

  /// From `1/factor` to `factor`.
  public static func factor(_ factor: Double) -> ErrorBar {
    ErrorBar(low: 1 / factor, high: factor)
  }

  public static let none = ErrorBar(low: 1, high: 1)

  /// The bar of a product of two uncertain numbers.
  public func combined(with other: ErrorBar) -> ErrorBar {
    ErrorBar(low: low * other.low, high: high * other.high)
  }

  public var description: String { QuantityFormat.string(self) }
}

/// A figure fit to be shown: an amount, its bounds and where it comes from.
public struct Figure<Quantity: PhysicalQuantity>: Sendable, Hashable, Codable,
  CustomStringConvertible
{
  public let interval: Interval<Quantity>
  public let provenance: Provenance

  public init(_ interval: Interval<Quantity>, _ provenance: Provenance) {
    self.interval = interval
    self.provenance = provenance
  }

  public var low: Quantity { interval.low }
  public var best: Quantity { interval.best }
  public var high: Quantity { interval.high }

  /// The sum; it claims no more than the weaker of the two provenances.
  public static func + (a: Figure, b: Figure) -> Figure {
    Figure(a.interval + b.interval, a.provenance.combined(with: b.provenance))
  }

  public static func * (a: Figure, factor: Double) -> Figure {
    Figure(a.interval * factor, a.provenance)
  }

  /// `12.3 J ±5 % (measured)`.
  public var description: String {
    "\(QuantityFormat.string(interval)) (\(provenance.kind.rawValue))"
  }
}
