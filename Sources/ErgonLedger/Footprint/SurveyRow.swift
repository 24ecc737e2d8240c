import ErgonEnergy

/// What a survey needs to know of one run or record.
public struct SurveyRow: Sendable, Hashable {
  public var id: String
  public var name: String
  public var task: String?
  public var year: Int?
  /// `2024-05`, `2024-05-31`, where the day is known.
  public var day: String?
  /// Two-letter code of the country, where the place is known and in the table.
  public var country: String?
  public var provenance: FootprintProvenance
  public var quality: FootprintRecord.Quality?
  public var tags: [String]
  public var footprint: Footprint

  public init(
    id: String, name: String, task: String? = nil, year: Int? = nil, day: String? = nil,
    country: String? = nil, provenance: FootprintProvenance,
    quality: FootprintRecord.Quality? = nil, tags: [String] = [], footprint: Footprint
  ) {
    self.id = id
    self.name = name
    self.task = task
    self.year = year
    self.day = day
    self.country = country
    self.provenance = provenance
    self.quality = quality
    self.tags = tags
    self.footprint = footprint
  }

  /// The row of a record.
  public init(_ record: FootprintRecord, tables: FootprintTables = .standard) {
    self.init(
      id: record.id, name: record.name, task: record.task,
      year: record.year ?? record.date.flatMap { CalendarDay($0)?.year }, day: record.date,
      country: record.place.flatMap { tables.country($0.country)?.code },
      provenance: record.provenance, quality: record.quality,
      footprint: record.resolved(tables: tables))
  }

  /// The main source of the electricity, where the place, the year and the source are known.
  public var electricity: ElectricitySource? {
    guard let country, let year else { return nil }
    return ElectricitySource.main(country: country, year: year)
  }

  /// Emissions in grams that may stand in a ranking with others.
  var rankedCarbon: Double? {
    footprint.basis == .market ? nil : footprint.carbon?.value
  }
}

/// By what a survey sorts its rows.
public enum SurveyGrouping: Sendable, Hashable, CustomStringConvertible {
  /// The main source of the grid's electricity.
  case source
  case country
  case task
  case year, month, day
  /// By year, month or day, whichever is the coarsest that tells the rows apart.
  case time
  /// By who stands behind the figure: measured, attributed, estimated, declared, published.
  case provenance
  /// By the value of a tag `name=value`.
  case tag(String)

  /// `source`, `task`, `tag:team`; `nil` for anything else.
  public init?(_ text: String) {
    switch text.lowercased() {
    case "source", "electricity": self = .source
    case "country", "place": self = .country
    case "task": self = .task
    case "year": self = .year
    case "month": self = .month
    case "day": self = .day
    case "time": self = .time
    case "provenance": self = .provenance
    default:
      guard text.hasPrefix("tag:"), text.count > 4 else { return nil }
      self = .tag(String(text.dropFirst(4)))
    }
  }

  public var description: String {
    switch self {
    case .source: "source"
    case .country: "country"
    case .task: "task"
    case .year: "year"
    case .month: "month"
    case .day: "day"
    case .time: "time"
    case .provenance: "provenance"
    case .tag(let name): "tag:\(name)"
    }
  }

  /// The group a row falls in; `nil` where it does not say.
  func key(of row: SurveyRow) -> String? {
    switch self {
    case .source: row.electricity?.rawValue
    case .country: row.country
    case .task: row.task
    case .year, .time: row.year.map(String.init)
    case .month: row.day.map { String($0.prefix(7)) }
    case .day: row.day
    case .provenance: row.provenance.rawValue
    case .tag(let name):
      row.tags.lazy.compactMap { tag -> String? in
        if tag == name { return "yes" }
        return tag.hasPrefix(name + "=") ? String(tag.dropFirst(name.count + 1)) : nil
      }.first
    }
  }

  /// ``time`` made definite for some rows.
  func resolved(for rows: [SurveyRow]) -> SurveyGrouping {
    guard self == .time else { return self }
    if Set(rows.lazy.compactMap(\.year)).count > 1 { return .year }
    if rows.contains(where: { $0.day == nil }) { return .year }
    return Set(rows.lazy.compactMap { $0.day?.prefix(7) }).count > 1 ? .month : .day
  }
}
