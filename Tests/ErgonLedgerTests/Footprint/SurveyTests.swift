import ErgonEnergy
import Testing

@testable import ErgonLedger

@Suite("Survey")
struct SurveyTests {
  static func row(
    _ id: String, task: String? = nil, year: Int? = 2024, day: String? = nil,
    country: String? = nil, kWh: Double?, hours: Double? = 1, grams: Double? = 100,
    basis: CarbonBasis? = nil, quality: Double? = nil, tags: [String] = []
  ) -> SurveyRow {
    var footprint = Footprint(
      pue: Footprint.Factor(1, spread: 1, origin: .convention), energySpread: 1, carbonSpread: 1)
    footprint.energy = kWh.map { Joules(kilowattHours: $0) }
    if let kWh, let hours {
      footprint.hours = Footprint.Factor(hours, spread: 1, origin: .stated)
      footprint.powerW = Footprint.Factor(1000 * kWh / hours, spread: 1, origin: .meter)
    }
    footprint.gramsPerKWh = grams.map { Footprint.Factor($0, spread: 1, origin: .stated) }
    footprint.basis = basis
    if let kWh, let grams { footprint.carbon = GramsCO2e(kWh * grams) }
    return SurveyRow(
      id: id, name: id, task: task, year: year, day: day, country: country,
      provenance: .measured,
      quality: quality.map { .init(metric: "accuracy", value: $0, higherIsBetter: true) },
      tags: tags, footprint: footprint)
  }

  @Test("rows are grouped by source, task, time and tag; those that do not say stand apart")
  func groups() throws {
    let rows = [
      Self.row("a", task: "x", year: 2020, country: "PL", kWh: 10, grams: 615),
      Self.row("b", task: "x", year: 2021, country: "FR", kWh: 20, grams: 44, tags: ["team=red"]),
      Self.row("c", task: "y", year: 2021, country: "FR", kWh: 40, grams: 44, tags: ["team=red"]),
      Self.row("d", year: nil, kWh: 1, grams: nil),
    ]
    let survey = Survey(rows, by: [.source, .task, .time, .tag("team")])
    #expect(survey.sections.map(\.grouping) == ["source", "task", "year", "tag:team"])
    #expect(survey.sections[0].groups.map(\.name) == ["nuclear", "coal", "not stated"])
    #expect(survey.sections[1].groups.map(\.name) == ["x", "y", "not stated"])
    #expect(survey.sections[2].groups.map(\.name) == ["2020", "2021", "not stated"])
    #expect(survey.sections[3].groups.map(\.rows) == [2, 2])
    let nuclear = survey.sections[0].groups[0]
    #expect(nuclear.energyKWh == 60)
    #expect(abs(try #require(nuclear.carbonKg) - 2.64) < 1e-12)
    #expect(abs(try #require(nuclear.gramsPerKWh) - 44) < 1e-12)
    #expect(survey.sections[0].groups[2].carbonKg == nil)
    #expect(survey.energyKWh == 71)
    #expect(abs(survey.carbonKg - 8.79) < 1e-12)
  }

  @Test("time is by year, month or day, whichever tells the rows apart")
  func time() {
    let months = [
      Self.row("a", day: "2024-01-31", kWh: 1), Self.row("b", day: "2024-02-01", kWh: 1),
    ]
    #expect(Survey(months, by: [.time]).sections[0].groups.map(\.name) == ["2024-01", "2024-02"])
    let days = [
      Self.row("a", day: "2024-02-02", kWh: 1), Self.row("b", day: "2024-02-01", kWh: 1),
    ]
    #expect(
      Survey(days, by: [.time]).sections[0].groups.map(\.name) == ["2024-02-01", "2024-02-02"])
  }

  @Test("rows without a logarithm are left out, each with its reason")
  func exclusions() throws {
    let rows = [
      Self.row("good", kWh: 1), Self.row("better", kWh: 3), Self.row("none", kWh: nil),
      Self.row("zero", kWh: 0), Self.row("timeless", kWh: 1, hours: nil),
      Self.row("nowhere", kWh: 1, grams: nil), Self.row("clean", kWh: 1, grams: 0),
      Self.row("bought", kWh: 1, basis: .market),
    ]
    let survey = Survey(rows)
    let shares = LogAnalysis(rows).decomposition(.powerTimeIntensity)
    #expect(shares?.count == 2)
    #expect(shares?.share(of: "power") == 1)
    let expected: [(ExclusionReason, [String])] = [
      (.noEnergy, ["none"]), (.zeroEnergy, ["zero"]), (.noHours, ["timeless"]),
      (.noIntensity, ["nowhere"]), (.zeroIntensity, ["clean"]), (.marketBased, ["bought"]),
    ]
    #expect(survey.excluded.map(\.reason) == expected.map(\.0))
    #expect(survey.excluded.map(\.ids) == expected.map(\.1))
    #expect(survey.rowsMarketBased == 1)
    #expect(survey.marketCarbonKg == 0.1)
    #expect(abs(survey.carbonKg - 0.5) < 1e-12)
  }

  @Test("the front holds the rows that none beats, and the correlation has the right sign")
  func quality() throws {
    let rows = [
      Self.row("cheap", task: "x", kWh: 1, quality: 0.7),
      Self.row("bad", task: "x", kWh: 2, quality: 0.6),
      Self.row("good", task: "x", kWh: 3, quality: 0.9),
      Self.row("market", task: "x", kWh: 0.1, basis: .market, quality: 0.99),
    ]
    let entry = try #require(Survey(rows).qualities.first)
    #expect(entry.rows == 3)
    #expect(entry.front.map(\.id) == ["cheap", "good"])
    #expect(entry.rankCorrelation == 0.5)
  }

  @Test("one intensity for all makes a slope of 1 and no share of intensity")
  func slope() throws {
    let survey = Survey((1...20).map { Self.row("\($0)", kWh: Double($0 * $0)) })
    #expect(abs(try #require(survey.carbonAgainstEnergy).slope - 1) < 1e-12)
    #expect(try #require(survey.shares).share(of: "intensity") == 0)
  }

  @Test("shares of fewer than 8 rows are withheld and a remark says so", arguments: [1, 2, 7, 8])
  func few(count: Int) {
    let survey = Survey((1...count).map { Self.row("\($0)", kWh: Double($0)) })
    let isEnough = count == Survey.fewestForShares
    #expect((survey.shares != nil) == isEnough && (survey.extendedShares != nil) == isEnough)
    let words = isEnough ? "shares of only 8 rows" : "need 8 rows"
    #expect(survey.remarks.contains { $0.contains(words) })
  }

  @Test("a survey of nothing says so and does not trap")
  func empty() {
    let survey = Survey([SurveyRow]())
    #expect(survey.rows == 0)
    #expect(survey.shares == nil)
    #expect(survey.carbonAgainstEnergy == nil)
  }

  @Test(
    "words for groupings are read back",
    arguments: [
      "source", "task", "time", "year", "month", "day", "country", "provenance", "tag:team",
    ])
  func words(text: String) { #expect(SurveyGrouping(text)?.description == text) }

  @Test("words that are no grouping are none", arguments: ["", "colour", "tag:", "tag"])
  func noWords(text: String) { #expect(SurveyGrouping(text) == nil) }

  @Test("the starter registry keeps market-based rows out of the ranking")
  func starter() throws {
    let survey = Survey(of: StarterRegistry.registry)
    #expect(survey.rows == 17)
    #expect(survey.shares?.count == 9)
    #expect(survey.excluded.first { $0.reason == .marketBased }?.rows == 6)
    #expect(survey.excluded.first { $0.reason == .noEnergy }?.rows == 2)
    // With numpy: cov(x, y) / var(y) over the nine rows.
    let shares = try #require(survey.shares)
    for (part, expected) in zip(shares.parts, [0.5624, 0.4774, -0.0397]) {
      #expect(abs(part.share - expected) < 2e-4)
    }
  }
}

@Suite("Registry at size")
struct RegistrySizeTests {
  @Test("100,000 synthetic rows come back from their file and divide as made", .tags(.slow))
  func size() throws {
    let synthetic = SyntheticRegistry(power: 0.5, time: 1, intensity: 0.8)
    let records = synthetic.records(100_000, seed: 5)
    let text = try records.map { try $0.jsonLine() }.joined(separator: "\n")
    let clock = ContinuousClock()
    let start = clock.now
    let registry = try FootprintRegistry.read(jsonLines: text)
    let survey = Survey(of: registry)
    print("registry: \(records.count) rows read, checked and divided in \(clock.now - start)")
    #expect(registry.records == records)
    let shares = try #require(survey.shares)
    for (part, expected) in zip(shares.parts, synthetic.expectedShares) {
      #expect(abs(part.share - expected) < 0.02)
    }
    #expect(abs(shares.parts.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    let extended = try #require(survey.extendedShares)
    #expect(extended.share(of: "PUE") == 0)
    #expect(abs(extended.parts.reduce(0) { $0 + $1.share } - 1) < 1e-12)
  }

  @Test("a registry file comes back as it was written, and a missing one is named")
  func files() throws {
    let folder = try TemporaryRegistryFolder()
    defer { folder.remove() }
    let path = folder.path + "/footprints.jsonl"
    try StarterRegistry.registry.write(path: path)
    #expect(try FootprintRegistry.read(path: path).records == StarterRegistry.records)
    #expect(throws: FootprintError.self) {
      try FootprintRegistry.read(path: folder.path + "/none.jsonl")
    }
    #expect(throws: FootprintError.self) {
      try StarterRegistry.registry.write(path: folder.path + "/no/such/folder.jsonl")
    }
  }
}
