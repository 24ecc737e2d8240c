/// The unit of an axis, with the multiples it may be shown in.
///
/// An axis picks the one multiple that keeps its numbers short and names it in its title, so that
/// 0 … 0.25 W reads as 0 … 250 mW.
public struct AxisUnit: Sendable, Hashable {
  /// A multiple of the base unit.
  public struct Multiple: Sendable, Hashable {
    public let symbol: String
    /// How many base units it is.
    public let scale: Double

    public init(_ symbol: String, _ scale: Double) {
      self.symbol = symbol
      self.scale = scale
    }
  }

  /// Ascending by scale.
  public let multiples: [Multiple]

  /// - Precondition: at least one multiple; scales positive and ascending.
  public init(_ multiples: [Multiple]) {
    precondition(
      !multiples.isEmpty && multiples.allSatisfy { $0.scale > 0 && $0.scale.isFinite }
        && zip(multiples, multiples.dropFirst()).allSatisfy { $0.scale < $1.scale },
      "AxisUnit: give multiples with positive, ascending scales")
    self.multiples = multiples
  }

  /// A unit that is always shown as it is.
  public init(_ symbol: String) { self.init([Multiple(symbol, 1)]) }

  /// Watts, from nanowatts to megawatts.
  public static let watts = AxisUnit([
    Multiple("nW", 1e-9), Multiple("µW", 1e-6), Multiple("mW", 1e-3), Multiple("W", 1),
    Multiple("kW", 1e3), Multiple("MW", 1e6),
  ])
  /// Joules, from nanojoules to gigajoules.
  public static let joules = AxisUnit([
    Multiple("nJ", 1e-9), Multiple("µJ", 1e-6), Multiple("mJ", 1e-3), Multiple("J", 1),
    Multiple("kJ", 1e3), Multiple("MJ", 1e6), Multiple("GJ", 1e9),
  ])
  /// Joules shown as a utility bills them, from milliwatt-hours to gigawatt-hours.
  public static let wattHours = AxisUnit([
    Multiple("mWh", 3.6), Multiple("Wh", 3.6e3), Multiple("kWh", 3.6e6), Multiple("MWh", 3.6e9),
    Multiple("GWh", 3.6e12),
  ])
  /// Seconds, from nanoseconds to days.
  public static let seconds = AxisUnit([
    Multiple("ns", 1e-9), Multiple("µs", 1e-6), Multiple("ms", 1e-3), Multiple("s", 1),
    Multiple("min", 60), Multiple("h", 3600), Multiple("d", 86_400),
  ])
  /// Grams of CO2 equivalent, from micrograms to tonnes.
  public static let gramsCO2e = AxisUnit([
    Multiple("µgCO₂e", 1e-6), Multiple("mgCO₂e", 1e-3), Multiple("gCO₂e", 1),
    Multiple("kgCO₂e", 1e3), Multiple("tCO₂e", 1e6),
  ])
  /// Shares of one, shown in per cent.
  public static let percent = AxisUnit([Multiple("%", 0.01)])

  /// The multiple for amounts up to `largest`: the greatest that keeps it at 2 or more, so that
  /// ninety seconds stay seconds.
  func multiple(for largest: Double) -> Multiple {
    multiples.last { largest >= 2 * $0.scale }
      ?? multiples.first { $0.scale == 1 && largest == 0 } ?? multiples[0]
  }

  /// The multiples that are powers of ten of each other: on a logarithmic axis 1000 s must not
  /// become 16.7 min.
  var decimal: AxisUnit {
    guard let base = multiples.first(where: { $0.scale == 1 }) ?? multiples.first else {
      return self
    }
    return AxisUnit(
      multiples.filter {
        let power = Ticks.log10($0.scale / base.scale)
        return abs(power - power.rounded()) < 1e-9
      })
  }

  /// An amount in base units with its own best multiple: `1.25 kJ`.
  public func text(_ amount: Double) -> String {
    let size = abs(amount)
    let multiple =
      multiples.last { size >= $0.scale * 0.9995 }
      ?? (size == 0 ? multiple(for: 0) : multiples[0])
    return "\(NumberText.short(amount / multiple.scale)) \(multiple.symbol)"
  }
}
