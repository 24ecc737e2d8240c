public import ErgonEnergy

/// The grid figures a registry looks things up in.
///
/// A value, so that a test or a user with better figures brings other tables; the shipped ones are
/// ``standard``.
public struct FootprintTables: Sendable {
  private let countries: [String: Grid]
  private let lookUp: @Sendable (String) throws(EnergyError) -> Grid

  /// - Parameters:
  ///   - countries: Grids by every code a record may name them by, upper case.
  ///   - lookUp: Any other way to name a place: words, groups of countries, numbers.
  public init(
    countries: [String: Grid],
    lookUp: @escaping @Sendable (String) throws(EnergyError) -> Grid
  ) {
    self.countries = countries
    self.lookUp = lookUp
  }

  /// The grid of a country by its ISO code; `nil` where the table has none.
  public func country(_ code: String) -> Grid? { countries[code] }

  /// The grid of whatever a person types: a code, a name, `world`, `56 g/kWh`.
  ///
  /// - Throws: ``EnergyError/unknownGrid(code:nearest:)`` and its kin.
  public func grid(_ code: String) throws(EnergyError) -> Grid {
    if let grid = countries[code] { return grid }
    return try lookUp(code)
  }

  /// The tables that ship with Ergon.
  public static let standard = FootprintTables(
    countries: Dictionary(
      GridTable.rows.flatMap { row in [(row.alpha2, row.grid), (row.alpha3, row.grid)] },
      uniquingKeysWith: { first, _ in first })
  ) { code throws(EnergyError) in
    try GridTable.grid(code)
  }
}

extension Grid {
  /// The multiplicative spread of the intensity: the wider side of its interval.
  var spread: Double {
    let (low, best, high) = (
      gramsPerKWh.low.value, gramsPerKWh.best.value, gramsPerKWh.high.value
    )
    guard best > 0 else { return 1 }
    return max(high / best, low > 0 ? best / low : 1)
  }
}

/// What to do with a record whose year the grid table does not hold.
public enum IntensityRule: String, Sendable, Hashable, Codable, CaseIterable {
  /// Refuse: the record must state the intensity of its year.
  case exactYear
  /// Take the year the table has; the footprint names it.
  case tableYear
}
