/// A way to make electricity, with the greenhouse gas of its whole life cycle.
///
/// ```swift
/// GenerationType.hydro.gramsPerKWh      // 24, from 1 to 2200: reservoirs differ that much
/// ```
///
/// - Units: grams of CO2 equivalent per kilowatt-hour; best is the median of the literature, low
///   and high its extremes.
/// - Reference: Schlömer et al., Annex III, Table A.III.2, in IPCC AR5 Working Group III, 2014.
public enum GenerationType: String, Sendable, Hashable, Codable, CaseIterable {
  case coal, coalWithCapture, gas, gasWithCapture, oil
  case biomassCofired, biomassDedicated
  case solarUtility, solarRooftop, solarConcentrated
  case windOnshore, windOffshore
  case hydro, ocean, geothermal, nuclear

  /// Life-cycle emissions: lowest, median and highest of the studies the table gathers.
  public var gramsPerKWh: Interval<GramsCO2e> {
    let (low, best, high): (Double, Double, Double) =
      switch self {
      case .coal: (740, 820, 910)
      case .coalWithCapture: (190, 220, 250)
      case .gas: (410, 490, 650)
      case .gasWithCapture: (94, 170, 340)
      // Not in the table: the default of Electricity Maps, with the spread of a federation.
      case .oil: (650 / 1.6, 650, 650 * 1.6)
      case .biomassCofired: (620, 740, 890)
      case .biomassDedicated: (130, 230, 420)
      case .solarUtility: (18, 48, 180)
      case .solarRooftop: (26, 41, 60)
      case .solarConcentrated: (8.8, 27, 63)
      case .windOnshore: (7, 11, 56)
      case .windOffshore: (8, 12, 35)
      case .hydro: (1, 24, 2200)
      case .ocean: (5.6, 17, 28)
      case .geothermal: (6, 38, 79)
      case .nuclear: (3.7, 12, 110)
      }
    return Interval(low: GramsCO2e(low), best: GramsCO2e(best), high: GramsCO2e(high))
  }

  /// Where the factor comes from, and how far it was checked.
  public var provenance: Provenance {
    switch self {
    case .oil:
      Provenance(.assumed, source: "Electricity Maps default", version: "no range published")
    case .coalWithCapture, .gasWithCapture, .ocean, .biomassCofired, .geothermal,
      .solarConcentrated:
      Provenance(.assumed, source: "IPCC AR5 WG3 Annex III", version: "2014, range unverified")
    default:
      Provenance(.assumed, source: "IPCC AR5 WG3 Annex III", version: "2014")
    }
  }
}

extension Grid {
  /// A grid of declared generation: the mean of the types' life-cycle factors, weighted by share.
  ///
  /// ```swift
  /// let grid = try Grid(mix: [.nuclear: 0.7, .hydro: 0.2, .gas: 0.1])    // 62 g/kWh
  /// ```
  ///
  /// - Parameter mix: Shares of generation that add up to 1, give or take a thousandth.
  /// - Throws: ``EnergyError/invalidParameter(name:value:expected:)`` for a negative share, one
  ///   that is not a number, or shares that do not add up.
  public init(mix: [GenerationType: Double]) throws(EnergyError) {
    // In the order of the enumeration, so that the same mix gives the same last digit.
    let shares = GenerationType.allCases.compactMap { type in mix[type].map { (type, $0) } }
    for (type, share) in shares {
      try Overheads.check("share of \(type.rawValue)", share, in: 0...1, expected: "0 to 1")
    }
    let sum = shares.reduce(0) { $0 + $1.1 }
    try Overheads.check("sum of shares", sum, in: 0.999...1.001, expected: "1")
    var mean = Interval<GramsCO2e>.zero
    var provenance: Provenance?
    for (type, share) in shares where share > 0 {
      mean = mean + type.gramsPerKWh * (share / sum)
      provenance = provenance?.combined(with: type.provenance) ?? type.provenance
    }
    let parts = shares.filter { $0.1 > 0 }.map {
      "\($0.rawValue) \(QuantityFormat.number(100 * $1)) %"
    }
    self.init(
      code: "mix", name: parts.joined(separator: ", "), gramsPerKWh: mean, year: nil,
      provenance: provenance ?? Provenance(.assumed, source: "declared"))
  }
}
