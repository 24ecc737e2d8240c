/// How much greenhouse gas a kilowatt-hour from some grid stands for.
///
/// ```swift
/// let grid = try GridTable.grid("FR")       // 44 g/kWh, Ember 2024
/// let own = try Grid(gramsPerKWh: 20)       // declared
/// ```
public struct Grid: Sendable, Hashable, Codable {
  /// ISO 3166 code of a country, `"EU"`, `"world"`, or `"declared"` for a plain number.
  public var code: String
  /// The place in words.
  public var name: String
  /// Grams of CO2 equivalent per kilowatt-hour: low, best and high.
  public var gramsPerKWh: Interval<GramsCO2e>
  /// The year the figure describes; `nil` for a live or declared one.
  public var year: Int?
  /// Where the figure comes from: table, provider or "declared".
  public var provenance: Provenance

  public init(
    code: String, name: String, gramsPerKWh: Interval<GramsCO2e>, year: Int?,
    provenance: Provenance
  ) {
    self.code = code
    self.name = name
    self.gramsPerKWh = gramsPerKWh
    self.year = year
    self.provenance = provenance
  }

  /// A grid of a declared intensity, taken as exact.
  ///
  /// - Throws: ``EnergyError/invalidIntensity(_:)`` unless 0 or more and finite.
  public init(gramsPerKWh value: Double) throws(EnergyError) {
    guard value.isFinite, value >= 0, value <= 10_000 else {
      throw .invalidIntensity(QuantityFormat.number(value))
    }
    self.init(
      code: "declared", name: "declared by the user",
      gramsPerKWh: Interval(exactly: GramsCO2e(value)), year: nil,
      provenance: Provenance(.assumed, source: "declared"))
  }

  /// The greenhouse gas of an amount of energy drawn from this grid.
  public func carbon(of energy: Figure<Joules>) -> Figure<GramsCO2e> {
    let kWh = (
      max(energy.low.kilowattHours, 0), max(energy.best.kilowattHours, 0),
      max(energy.high.kilowattHours, 0)
    )
    return Figure(
      Interval(
        low: gramsPerKWh.low * kWh.0, best: gramsPerKWh.best * kWh.1,
        high: gramsPerKWh.high * kWh.2),
      energy.provenance.combined(with: provenance))
  }
}
