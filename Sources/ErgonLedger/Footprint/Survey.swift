import ErgonEnergy
public import ErgonNumerics

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a set of runs or records says together: groups, shares of the differences, trade-offs.
///
/// The paper's four questions over anybody's rows: by main source of electricity, by energy, by
/// time, by how well the work was done. Rows that cannot answer a question are left out of it and
/// listed; market-based carbon figures are never ranked with location-based ones.
///
/// ```swift
/// let survey = Survey(of: registry)
/// survey.shares?.share(of: "intensity")      // 0.34
/// ```
///
/// - Cost: a few hundred nanoseconds a row and question.
/// - Reference: Luccioni and Hernandez-Garcia, Counting Carbon, 2023, section 4.
public struct Survey: Sendable, Hashable, Codable {
  public let rows: Int
  /// Energy of all rows that have one, kWh.
  public let energyKWh: Double
  public let rowsWithEnergy: Int
  /// Location-based emissions of all rows that have them, kg; market-based ones apart.
  public let carbonKg: Double
  public let rowsWithCarbon: Int
  public let marketCarbonKg: Double
  public let rowsMarketBased: Int
  public let sections: [Section]
  /// How much power, time and intensity make of the differences; `nil` where they cannot be told:
  /// below ``fewestForShares`` rows the shares are those of chance.
  public let shares: Decomposition?
  /// The same with the extended chain.
  public let extendedShares: Decomposition?
  /// Rows left out of the shares, by reason.
  public let excluded: [Exclusion]
  /// `ln C` against `ln E`: a slope of 1 with no scatter would mean that every grid is the same.
  public let carbonAgainstEnergy: LinearFit?
  public let qualities: [QualityTradeOff]
  /// What a reader must know.
  public let remarks: [String]

  /// Rows that shares need; with fewer they are withheld.
  public static let fewestForShares = 8

  /// Rows sorted by one thing.
  public struct Section: Sendable, Hashable, Codable {
    public let grouping: String
    public let groups: [Group]
  }

  /// Rows that have something in common.
  public struct Group: Sendable, Hashable, Codable {
    /// The common value; `not stated` for the rows that do not say.
    public let name: String
    public let isStated: Bool
    public let rows: Int
    public let energyKWh: Double?
    /// Location-based, kg.
    public let carbonKg: Double?
    /// Geometric mean and spread of the rows' location-based emissions, kg.
    public let typicalCarbonKg: Double?
    public let carbonSpread: Double?
    /// Mean intensity of the rows, each counted once as in the paper, g/kWh.
    public let gramsPerKWh: Double?
    public let rowsWithCarbon: Int
  }

  /// Rows that could not enter.
  public struct Exclusion: Sendable, Hashable, Codable {
    public let reason: ExclusionReason
    public let rows: Int
    /// The first of them by id, at most ``listed``.
    public let ids: [String]

    public static let listed = 20
  }

  /// Emissions against quality in one task and metric.
  public struct QualityTradeOff: Sendable, Hashable, Codable {
    public let task: String
    public let metric: String
    public let higherIsBetter: Bool
    public let rows: Int
    /// Rank correlation of quality (better is higher) with emissions; `nil` below three rows.
    public let rankCorrelation: Double?
    /// Rows that no other row beats in both, by rising emissions.
    public let front: [Point]

    public struct Point: Sendable, Hashable, Codable {
      public let id: String
      public let name: String
      public let quality: Double
      public let carbonKg: Double
    }
  }

  /// Surveys some rows.
  ///
  /// - Parameters:
  ///   - groupings: The sections wanted, in this order.
  ///   - quality: Whether to look at emissions against quality.
  public init(
    _ rows: [SurveyRow], by groupings: [SurveyGrouping] = [.source, .task, .time],
    quality: Bool = true
  ) {
    self.rows = rows.count
    let energies = rows.compactMap { $0.footprint.energy?.kilowattHours }
    energyKWh = Statistics.sum(energies)
    rowsWithEnergy = energies.count
    let carbons = rows.compactMap(\.rankedCarbon)
    carbonKg = Statistics.sum(carbons) / 1000
    rowsWithCarbon = carbons.count
    let market = rows.filter { $0.footprint.basis == .market }
      .compactMap { $0.footprint.carbon?.value }
    marketCarbonKg = Statistics.sum(market) / 1000
    rowsMarketBased = market.count
    sections = groupings.map { Self.section(rows, by: $0.resolved(for: rows)) }
    let analysis = LogAnalysis(rows)
    let isEnough = analysis.count >= Self.fewestForShares
    shares = isEnough ? analysis.decomposition(.powerTimeIntensity) : nil
    extendedShares = isEnough ? analysis.decomposition(.extended) : nil
    excluded = analysis.excluded
    carbonAgainstEnergy = analysis.carbonAgainstEnergy()
    qualities = quality ? Self.tradeOffs(rows) : []
    remarks = Self.remarks(rows, sections, rowsMarketBased, analysis.count)
  }

  /// Surveys a registry.
  public init(
    of registry: FootprintRegistry, by groupings: [SurveyGrouping] = [.source, .task, .time]
  ) {
    let tables = registry.tables
    self.init(registry.records.map { SurveyRow($0, tables: tables) }, by: groupings)
  }

  private static func section(_ rows: [SurveyRow], by grouping: SurveyGrouping) -> Section {
    var members: [String: [Int]] = [:]
    var unstated: [Int] = []
    for (index, row) in rows.enumerated() {
      if let key = grouping.key(of: row) {
        members[key, default: []].append(index)
      } else {
        unstated.append(index)
      }
    }
    var groups = members.map { name, indices in
      group(name, isStated: true, indices.map { rows[$0] })
    }
    switch grouping {
    case .year, .month, .day, .time: groups.sort { $0.name < $1.name }
    default: groups.sort { ($0.rows, $1.name) > ($1.rows, $0.name) }
    }
    if !unstated.isEmpty {
      groups.append(group("not stated", isStated: false, unstated.map { rows[$0] }))
    }
    return Section(grouping: grouping.description, groups: groups)
  }

  private static func group(_ name: String, isStated: Bool, _ rows: [SurveyRow]) -> Group {
    let energies = rows.compactMap { $0.footprint.energy?.kilowattHours }
    let carbons = rows.compactMap(\.rankedCarbon).map { $0 / 1000 }
    let positive = carbons.filter { $0 > 0 }
    let intensities = rows.filter { $0.footprint.basis != .market }
      .compactMap { $0.footprint.gramsPerKWh?.value }
    return Group(
      name: name, isStated: isStated, rows: rows.count,
      energyKWh: energies.isEmpty ? nil : Statistics.sum(energies),
      carbonKg: carbons.isEmpty ? nil : Statistics.sum(carbons),
      typicalCarbonKg: Statistics.geometricMean(positive),
      carbonSpread: Statistics.geometricStandardDeviation(positive),
      gramsPerKWh: Statistics.mean(intensities), rowsWithCarbon: carbons.count)
  }

  private static func tradeOffs(_ rows: [SurveyRow]) -> [QualityTradeOff] {
    struct Key: Hashable {
      var task, metric: String
      var higherIsBetter: Bool
    }
    var members: [Key: [(row: Int, quality: Double, carbon: Double)]] = [:]
    for (index, row) in rows.enumerated() {
      guard let quality = row.quality, let carbon = row.rankedCarbon else { continue }
      let key = Key(
        task: row.task ?? "not stated", metric: quality.metric,
        higherIsBetter: quality.higherIsBetter)
      members[key, default: []].append((index, quality.value, carbon))
    }
    return members.map { key, points in
      let qualities = points.map { key.higherIsBetter ? $0.quality : -$0.quality }
      let carbons = points.map(\.carbon)
      let front = ParetoFront.indices(cost: carbons, quality: qualities)
        .sorted { carbons[$0] < carbons[$1] }
      return QualityTradeOff(
        task: key.task, metric: key.metric, higherIsBetter: key.higherIsBetter,
        rows: points.count,
        rankCorrelation: points.count >= 3
          ? Statistics.rankCorrelation(qualities, carbons) : nil,
        front: front.map { index in
          let row = rows[points[index].row]
          return QualityTradeOff.Point(
            id: row.id, name: row.name, quality: points[index].quality,
            carbonKg: carbons[index] / 1000)
        })
    }.sorted { ($0.task, $0.metric) < ($1.task, $1.metric) }
  }

  /// Below this many rows the shares that are given are marked.
  private static let fewRows = 10

  private static func remarks(
    _ rows: [SurveyRow], _ sections: [Section], _ marketBased: Int, _ shared: Int
  ) -> [String] {
    if rows.isEmpty { return ["no row with an energy figure"] }
    var remarks: [String] = []
    if shared < fewestForShares {
      remarks.append(
        "shares of power, time and intensity need \(fewestForShares) rows that hold all three; "
          + "here \(shared == 1 ? "1 does" : "\(shared) do")")
    } else if shared < fewRows {
      remarks.append("shares of only \(shared) rows are an anecdote, not a finding")
    }
    if rows.contains(where: { $0.footprint.gramsPerKWh?.origin == .gridTable }) {
      remarks.append(GridTable.caveats[0])
    }
    if sections.contains(where: { $0.grouping == "source" }) {
      remarks.append(ElectricitySource.mark + "; the label hides the mix behind it")
    }
    if marketBased > 0 {
      remarks.append("market-based carbon figures stand apart and enter no ranking")
    }
    if rows.contains(where: { $0.footprint.powerW?.origin == .deviceTable }) {
      remarks.append("design powers: " + DeviceTable.mark)
    }
    if rows.contains(where: { $0.provenance == .estimated }) {
      remarks.append("estimated joules follow a model; ratios within one machine are safer")
    }
    return remarks
  }
}

/// The rows that have logarithms, and why the others have none.
struct LogAnalysis {
  private let included: [Footprint]
  let excluded: [Survey.Exclusion]
  var count: Int { included.count }

  init(_ rows: [SurveyRow]) {
    var included: [Footprint] = []
    included.reserveCapacity(rows.count)
    var reasons: [ExclusionReason: (count: Int, ids: [String])] = [:]
    for row in rows {
      var reason: ExclusionReason? = row.footprint.basis == .market ? .marketBased : nil
      if reason == nil, case .failure(let why) = FactorChain.extended.values(of: row.footprint) {
        reason = why
      }
      guard let reason else {
        included.append(row.footprint)
        continue
      }
      reasons[reason, default: (0, [])].count += 1
      if reasons[reason, default: (0, [])].ids.count < Survey.Exclusion.listed {
        reasons[reason, default: (0, [])].ids.append(row.id)
      }
    }
    self.included = included
    excluded = ExclusionReason.allCases.compactMap { reason in
      reasons[reason].map { Survey.Exclusion(reason: reason, rows: $0.count, ids: $0.ids) }
    }
  }

  func decomposition(_ chain: FactorChain) -> Decomposition? {
    var logs = [[Double]](repeating: [], count: chain.names.count)
    for index in logs.indices { logs[index].reserveCapacity(included.count) }
    for footprint in included {
      guard case .success(let values) = chain.values(of: footprint) else { continue }
      for (index, value) in values.enumerated() { logs[index].append(log(value)) }
    }
    return Decomposition(factors: Array(zip(chain.names, logs)).map { (name: $0, logs: $1) })
  }

  func carbonAgainstEnergy() -> LinearFit? {
    let pairs = included.compactMap { footprint in
      footprint.energy.flatMap { energy in
        footprint.carbon.map { (energy.kilowattHours, $0.value / 1000) }
      }
    }
    return try? LinearFit.logLog(x: pairs.map(\.0), y: pairs.map(\.1))
  }
}
