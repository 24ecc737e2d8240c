public import ErgonEnergy

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Energy and greenhouse gas of one record, factor by factor.
///
/// `C = sum(count * TDP) * utilisation * hours * PUE * intensity`. A metered record replaces the
/// first three by the meter's joules, a published one by the printed kilowatt-hours. Every factor
/// says where it comes from and how far it may be off.
///
/// ```swift
/// let footprint = try record.footprint()
/// print(footprint.energy!, footprint.carbon!)     // 240 kWh, 114 kgCO2e
/// ```
///
/// - Units: watts, hours, grams of CO2e per kilowatt-hour.
public struct Footprint: Sendable, Hashable, Codable {
  /// Power of all devices without ``utilisation``; for metered and printed energy the mean power.
  public var powerW: Factor?
  public var utilisation: Factor?
  public var hours: Factor?
  public var pue: Factor
  public var gramsPerKWh: Factor?
  /// The year the intensity describes, where it is known.
  public var intensityYear: Int?
  /// Which electricity the carbon figure counts, as far as anybody stated it.
  public var basis: CarbonBasis?
  /// Building overhead included.
  public var energy: Joules?
  /// Multiplicative spread of ``energy``, 68 %.
  public var energySpread: Double
  public var carbon: GramsCO2e?
  /// Multiplicative spread of ``carbon``, 68 %.
  public var carbonSpread: Double

  /// One factor of the chain.
  public struct Factor: Sendable, Hashable, Codable {
    public var value: Double
    /// The true value lies between `value / spread` and `value * spread` with 68 %.
    public var spread: Double
    public var origin: FactorOrigin

    public init(_ value: Double, spread: Double, origin: FactorOrigin) {
      self.value = value
      self.spread = spread
      self.origin = origin
    }
  }

  /// Energy between its 68 % bounds.
  public var energyInterval: Interval<Joules>? {
    energy.map { Interval($0, factor: energySpread) }
  }

  /// Greenhouse gas between its 68 % bounds.
  public var carbonInterval: Interval<GramsCO2e>? {
    carbon.map { Interval($0, factor: carbonSpread) }
  }

  /// Every factor that nobody stated and no meter gave, as a line a reader can check.
  public var conventions: [String] {
    let named = [
      ("power", powerW), ("utilisation", utilisation), ("hours", hours), ("PUE", pue),
      ("intensity", gramsPerKWh),
    ]
    return named.compactMap { name, factor in
      guard let factor, factor.origin.isFilledIn else { return nil }
      return "\(name): \(factor.origin.words)"
    }
  }
}

/// Where a factor's value comes from.
public enum FactorOrigin: String, Sendable, Hashable, Codable, CaseIterable {
  /// The record says so.
  case stated
  /// The paper's convention, applied because nothing was stated: utilisation 1, PUE 1.
  case convention
  case deviceTable
  case gridTable
  case meter
  /// A figure a publication printed.
  case printed
  /// Follows from two other figures: printed CO2e over printed energy.
  case implied

  /// Whether the value was put in because the record does not hold it.
  public var isFilledIn: Bool {
    switch self {
    case .stated, .meter, .printed: false
    case .convention, .deviceTable, .gridTable, .implied: true
    }
  }

  public var words: String {
    switch self {
    case .stated: "stated"
    case .convention: "1, the paper's convention"
    case .deviceTable: "design power, \(DeviceTable.mark)"
    case .gridTable: "average of the country's generation"
    case .meter: "the meter's reading"
    case .printed: "the printed energy"
    case .implied: "printed CO2e over printed energy"
    }
  }
}

/// The default spreads of a footprint's factors, each a multiplicative 68 % interval.
///
/// Independent factors: `g_C = exp(sqrt(sum of ln^2 g_k))`.
public enum FootprintSpread {
  public static let hours = 1.05
  /// Design power taken as draw when the mean utilisation is known.
  public static let powerKnownUtilisation = 1.3
  /// Design power taken as draw when it is not.
  public static let powerUnknownUtilisation = 1.6
  public static let count = 1.0
  public static let pue = 1.1
  public static let intensity = 1.15
  /// A meter's spread where it stated none: a counter, a share of one, a model.
  public static func meter(_ provenance: FootprintProvenance) -> Double {
    switch provenance {
    case .measured: 1.05
    case .attributed: 1.5
    case .estimated, .declared, .published: 2
    }
  }

  /// The spread of a factor whose natural logarithm has this standard deviation.
  public static func factor(logDeviation: Double) -> Double { exp(logDeviation) }

  /// The spread of a product of independent factors.
  public static func product(_ spreads: [Double]) -> Double {
    exp(spreads.reduce(0) { $0 + log($1) * log($1) }.squareRoot())
  }
}
