/// The single largest source of a grid's electricity.
///
/// A label hides the mix behind it: two grids that both say gas may differ threefold in intensity.
public enum ElectricitySource: String, Sendable, Hashable, Codable, CaseIterable {
  case coal, gas, oil, hydro, nuclear, wind, solar, geothermal

  /// What every use of the table must say.
  public static let mark = "main sources of countries: from memory, unverified"

  public var isLowCarbon: Bool {
    switch self {
    case .coal, .gas, .oil: false
    case .hydro, .nuclear, .wind, .solar, .geothermal: true
    }
  }

  /// The main source of a country in a year; `nil` where it is not stated.
  ///
  /// Only countries and years whose first source led clearly are in the table; a close race is
  /// left out rather than decided. A year after the table's last takes the last: a run of today
  /// is billed with the newest intensity there is, and its source is that figure's.
  ///
  /// - Parameter country: ISO 3166-1 code of two letters.
  public static func main(country: String, year: Int) -> ElectricitySource? {
    table[country]?.first { $0.years.contains(min(year, lastYear)) }?.source
  }

  private static let lastYear = rows.map(\.1.upperBound).max() ?? 0

  private static let table: [String: [(years: ClosedRange<Int>, source: ElectricitySource)]] = {
    var table: [String: [(years: ClosedRange<Int>, source: ElectricitySource)]] = [:]
    for (source, years, countries) in rows {
      for country in countries.split(separator: " ") {
        table[String(country), default: []].append((years, source))
      }
    }
    return table
  }()

  private static let rows: [(ElectricitySource, ClosedRange<Int>, String)] = [
    (.coal, 2010...2024, "AU CN IN ID KZ PH PL RS ZA XK MA"),
    (.coal, 2018...2024, "VN MY"),
    (.coal, 2010...2014, "US GB"),
    (.coal, 2010...2018, "DE"),
    (.coal, 2010...2022, "KR"),
    (.gas, 2010...2024, "AR BD DZ EG IR MX NG RU SG TH AE"),
    (.gas, 2015...2024, "IE IT IL"),
    (.gas, 2016...2024, "US"),
    (.gas, 2016...2022, "GB"),
    (.gas, 2017...2024, "NL MT"),
    (.gas, 2012...2022, "JP"),
    (.oil, 2010...2024, "CY"),
    (.hydro, 2010...2024, "AL AT BR CA CH CO CR ET IS NO NZ PE PY SE"),
    (.nuclear, 2010...2024, "FR BE HU SK FI"),
    (.nuclear, 2014...2021, "UA"),
    (.wind, 2014...2024, "DK"),
    (.wind, 2024...2024, "DE"),
    (.geothermal, 2018...2024, "KE"),
  ]
}
