/// Whether a printed pair of energy and emissions can be right for its place.
///
/// The intensity it implies, `C / E`, must lie between 20 and 1000 g/kWh and within a factor of
/// 1.6 of the country's average; a row that does not is listed with the reason, not removed.
public struct FootprintConsistency: Sendable, Hashable, Codable {
  public let id: String
  /// Printed CO2e over printed energy, g/kWh.
  public let implied: Double
  /// The country's average and its year.
  public let table: Double?
  public let tableYear: Int?
  /// Why the row is inconsistent; empty where it is not.
  public let reasons: [String]

  public var isConsistent: Bool { reasons.isEmpty }

  public static let range = 20.0...1000.0
  public static let factor = 1.6
}

extension FootprintRegistry {
  /// The check of every published row that prints both energy and emissions.
  public func consistency() -> [FootprintConsistency] {
    records.compactMap { record in
      guard let printed = record.published, let kWh = printed.energyKWh, kWh > 0,
        let kilograms = printed.kgCO2e
      else { return nil }
      let implied = kilograms * 1000 / kWh
      let grid = record.place.flatMap { tables.country($0.country) }
      let table = grid?.gramsPerKWh.best.value
      var reasons: [String] = []
      if !FootprintConsistency.range.contains(implied) {
        reasons.append("implied intensity outside 20 to 1000 g/kWh")
      }
      if let grid, let table {
        let ratio = max(implied / table, table / implied)
        if !(ratio <= FootprintConsistency.factor) {
          let provider =
            record.place?.provider.map { "; the figure is of \($0)'s own supply" } ?? ""
          let market = printed.basis == .market ? ", after what it bought" : ""
          reasons.append("not within 1.6 of \(grid.name)'s average" + provider + market)
        }
      } else {
        reasons.append("no table value for its place")
      }
      return FootprintConsistency(
        id: record.id, implied: implied, table: table, tableYear: grid?.year, reasons: reasons)
    }
  }
}
