/// The dated table of grids, compiled in, so that carbon works offline and never guesses a place.
///
/// ```swift
/// let grid = try GridTable.grid("FR")           // also "FRA", "France", "world", "56 g/kWh"
/// let carbon = grid.carbon(of: energy)
/// ```
///
/// - Reference: Ember, Yearly Electricity Data, CC BY 4.0; spreads after the uncertainty rules for
///   declared training runs (country ×/÷ 1.15, large federation ×/÷ 1.6).
public enum GridTable {
  /// Where the figures come from.
  public static let provenance = Provenance(
    .assumed, source: "Ember yearly electricity data", version: "August 2025")
  /// The table's licence, which asks for the name of the source beside the figures.
  public static let licence = "CC BY 4.0"
  /// What every figure of the table leaves out; to be printed with it.
  public static let caveats = [
    "annual average of generation: no imports, no losses between plant and plug (5-10 %)",
    "lifecycle factors; the average is not the marginal plant that an extra kWh sets going",
    "a figure that is two years old is typically 3-10 % high where a grid is getting cleaner",
  ]

  /// The average of the world, for work whose place is unknown: it must be asked for by name.
  public static let world = group(code: "world", name: "World average", 473) { _ in true }
  /// The average of the European Union.
  public static let europeanUnion = group(code: "EU", name: "European Union", 213) { $0.isInEU }

  /// Every grid of the table: world, European Union, then the countries by name.
  public static var all: [Grid] { [world, europeanUnion] + rows.map(\.grid) }

  /// The grid somebody names.
  ///
  /// - Parameter code: An ISO 3166-1 code of two or three letters, an English country name, `EU`,
  ///   `world`, or a number of grams per kilowatt-hour (`56`, `56 g/kWh`). Case does not matter.
  /// - Throws: ``EnergyError/unknownGrid(code:nearest:)`` with the nearest names,
  ///   ``EnergyError/noSubregion(code:country:)`` for a part of a country of which only the whole
  ///   is in the table, ``EnergyError/invalidIntensity(_:)`` for a number out of range.
  public static func grid(_ code: String) throws(EnergyError) -> Grid {
    if let number = try intensity(code) { return try Grid(gramsPerKWh: number) }
    let key = GridName.key(code)
    switch key {
    case "world": return world
    case "eu", "europeanunion": return europeanUnion
    default: break
    }
    if let row = row(key: key) { return row.grid }
    if let country = GridName.country(ofSubregion: code).flatMap({ row(key: $0) }) {
      throw .noSubregion(code: String(code.prefix(64)), country: country.alpha2)
    }
    throw .unknownGrid(
      code: String(code.prefix(64)), nearest: GridName.nearest(to: key, among: rows))
  }

  /// The row of a country, by either of its codes or by name; `nil` where the table has none.
  public static func row(_ code: String) -> GridRow? { row(key: GridName.key(code)) }

  private static func row(key: String) -> GridRow? { index[key].map { rows[$0] } }

  private static let index: [String: Int] = {
    var index: [String: Int] = [:]
    for (number, row) in rows.enumerated() {
      for name in [row.alpha2, row.alpha3, row.name] + row.alsoKnownAs {
        index[GridName.key(name)] = number
      }
    }
    return index
  }()

  /// A group's bounds are its cleanest and its dirtiest member: the place may be either.
  private static func group(
    code: String, name: String, _ gramsPerKWh: Double, of isMember: (GridRow) -> Bool
  ) -> Grid {
    let members = rows.filter(isMember).map(\.gramsPerKWh)
    return Grid(
      code: code, name: name,
      gramsPerKWh: Interval(
        low: GramsCO2e(min(members.min() ?? gramsPerKWh, gramsPerKWh)),
        best: GramsCO2e(gramsPerKWh),
        high: GramsCO2e(max(members.max() ?? gramsPerKWh, gramsPerKWh))),
      year: 2024, provenance: provenance)
  }

  /// The number in `56`, `56 g/kWh` or `56gCO2e/kWh`; `nil` when the text is no number at all.
  private static func intensity(_ text: String) throws(EnergyError) -> Double? {
    let compact = text.lowercased().filter { !$0.isWhitespace }
    guard let first = compact.first, first.isASCII, first.isNumber || "+-.".contains(first) else {
      return nil
    }
    for unit in ["gco2e/kwh", "gco2eq/kwh", "gco2/kwh", "g/kwh", ""] where compact.hasSuffix(unit) {
      if let number = Double(compact.dropLast(unit.count)) { return number }
    }
    throw .invalidIntensity(String(text.prefix(64)))
  }
}
