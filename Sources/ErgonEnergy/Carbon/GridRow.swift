/// One row of the table of grids: a country's average for one year, as published.
public struct GridRow: Sendable, Hashable {
  /// ISO 3166-1 alpha-2, the code Ergon writes: `FR`.
  public let alpha2: String
  /// ISO 3166-1 alpha-3: `FRA`.
  public let alpha3: String
  /// The English name.
  public let name: String
  /// Other names people type.
  public let alsoKnownAs: [String]
  /// Lifecycle grams of CO2 equivalent per kilowatt-hour generated.
  public let gramsPerKWh: Double
  /// The year the average describes.
  public let year: Int
  /// How well the country's average stands for one place in it.
  public let spread: Spread
  /// Member of the European Union.
  public let isInEU: Bool

  /// How far a place's grid may lie from its country's average.
  public enum Spread: Double, Sendable, Hashable {
    /// One market: ×/÷ 1.15.
    case country = 1.15
    /// A federation whose regions differ widely: ×/÷ 1.6.
    case federation = 1.6
  }

  init(
    _ alpha2: String, _ alpha3: String, _ name: String, _ gramsPerKWh: Double, _ year: Int = 2024,
    _ spread: Spread = .country, eu: Bool = false, also: [String] = []
  ) {
    self.alpha2 = alpha2
    self.alpha3 = alpha3
    self.name = name
    self.gramsPerKWh = gramsPerKWh
    self.year = year
    self.spread = spread
    isInEU = eu
    alsoKnownAs = also
  }

  /// The row as a grid with its interval.
  public var grid: Grid {
    Grid(
      code: alpha2, name: name,
      gramsPerKWh: Interval(GramsCO2e(gramsPerKWh), factor: spread.rawValue), year: year,
      provenance: GridTable.provenance)
  }
}
