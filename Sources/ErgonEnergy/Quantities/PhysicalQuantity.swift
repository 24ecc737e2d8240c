/// A number with a unit: joules, watts, seconds or grams of CO2 equivalent.
///
/// Inside Ergon everything is SI (`Double`); larger and smaller units appear only when a quantity
/// is shown or read.
public protocol PhysicalQuantity:
  Sendable, Hashable, Codable, Comparable, AdditiveArithmetic, CustomStringConvertible
{
  /// The amount in the base unit ``symbol``.
  var value: Double { get set }
  init(_ value: Double)
  /// The base unit: `J`, `W`, `s`, `g`.
  static var symbol: String { get }
  /// The units a person would choose from, ascending by scale; scale is in base units.
  static var displayUnits: [(symbol: String, scale: Double)] { get }
}

extension PhysicalQuantity {
  public static var zero: Self { Self(0) }
  public static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }
  public static func - (a: Self, b: Self) -> Self { Self(a.value - b.value) }
  public static func * (a: Self, factor: Double) -> Self { Self(a.value * factor) }
  public static func * (factor: Double, a: Self) -> Self { Self(a.value * factor) }
  public static func / (a: Self, divisor: Double) -> Self { Self(a.value / divisor) }
  /// The ratio of two amounts, a plain number.
  public static func / (a: Self, b: Self) -> Double { a.value / b.value }
  public static func < (a: Self, b: Self) -> Bool { a.value < b.value }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Double.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  /// The amount in the unit a person would choose, three significant digits: `12.3 mJ`.
  public var description: String { QuantityFormat.string(self) }
}

/// Energy in joules.
public struct Joules: PhysicalQuantity {
  public var value: Double
  public init(_ value: Double) { self.value = value }
  public static let symbol = "J"
  public static let displayUnits: [(symbol: String, scale: Double)] = [
    ("nJ", 1e-9), ("µJ", 1e-6), ("mJ", 1e-3), ("J", 1), ("kJ", 1e3),
    ("kWh", 3.6e6), ("MWh", 3.6e9), ("GWh", 3.6e12),
  ]

  /// Energy given in kilowatt-hours; 1 kWh is 3.6 MJ exactly.
  public init(kilowattHours: Double) { self.init(kilowattHours * 3.6e6) }
  /// The energy in kilowatt-hours.
  public var kilowattHours: Double { value / 3.6e6 }
}

/// Power in watts.
public struct Watts: PhysicalQuantity {
  public var value: Double
  public init(_ value: Double) { self.value = value }
  public static let symbol = "W"
  public static let displayUnits: [(symbol: String, scale: Double)] = [
    ("µW", 1e-6), ("mW", 1e-3), ("W", 1), ("kW", 1e3), ("MW", 1e6), ("GW", 1e9),
  ]
}

/// Time in seconds.
public struct Seconds: PhysicalQuantity {
  public var value: Double
  public init(_ value: Double) { self.value = value }
  public static let symbol = "s"
  public static let displayUnits: [(symbol: String, scale: Double)] = [
    ("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60), ("h", 3600), ("d", 86400),
  ]

  /// Seconds of a Swift `Duration`, to the attosecond it holds.
  public init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self.init(Double(seconds) + Double(attoseconds) * 1e-18)
  }
}

/// Mass of greenhouse gas as grams of CO2 with the same warming over 100 years.
public struct GramsCO2e: PhysicalQuantity {
  public var value: Double
  public init(_ value: Double) { self.value = value }
  public static let symbol = "gCO2e"
  public static let displayUnits: [(symbol: String, scale: Double)] = [
    ("ngCO2e", 1e-9), ("µgCO2e", 1e-6), ("mgCO2e", 1e-3), ("gCO2e", 1), ("kgCO2e", 1e3),
    ("tCO2e", 1e6), ("ktCO2e", 1e9),
  ]
}

extension Watts {
  /// Energy of this power held for a time.
  public static func * (power: Watts, time: Seconds) -> Joules { Joules(power.value * time.value) }
}

extension Joules {
  /// Mean power of this energy over a time.
  public static func / (energy: Joules, time: Seconds) -> Watts {
    Watts(energy.value / time.value)
  }
}
