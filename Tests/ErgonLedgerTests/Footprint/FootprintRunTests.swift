import ErgonEnergy
import Foundation
import Testing

@testable import ErgonLedger

@Suite("Footprints of runs")
struct FootprintRunTests {
  /// An hour at 100 W on a grid, as a meter of some kind saw it.
  static func run(
    _ kind: ProvenanceKind = .measured, grid: Grid? = nil, joules: Double = 360_000,
    tags: [String] = ["task=compression"], startedAt: Double = 1_714_564_800
  ) -> Run {
    var run = Run(
      subject: "gzip corpus",
      environment: RunEnvironment(
        cpuModel: "AMD EPYC", logicalProcessors: 2, architecture: "x86_64", ergonVersion: "0",
        accelerators: ["NVIDIA H100"]),
      startedAt: startedAt, state: .complete,
      metrics: [
        Metric(name: "bytes", value: 12), Metric(name: "ratio", value: 3.1, higherIsBetter: true),
      ], tags: tags)
    let energy = Figure(
      Interval(Joules(joules), relative: 0.05), Provenance(kind, source: "powercap", version: "6.1")
    )
    run.bill = Bill(
      reading: Reading(
        name: "gzip", startedAt: startedAt, duration: Seconds(3600),
        components: [
          ComponentReading(component: .cpu, counter: "powercap/package-0", dynamic: energy)
        ], processors: 2), grid: grid)
    return run
  }

  @Test(
    "a run becomes a row with its bill's provenance and no design power",
    arguments: [
      (ProvenanceKind.measured, FootprintProvenance.measured), (.attributed, .attributed),
      (.estimated, .estimated), (.assumed, .declared),
    ])
  func provenance(kind: ProvenanceKind, expected: FootprintProvenance) throws {
    let run = Self.run(kind, grid: try GridTable.grid("FR"))
    let record = try #require(FootprintRecord(run))
    #expect(record.provenance == expected)
    #expect(record.devices.isEmpty)
    #expect(record.measuredJoules == 360_000)
    #expect(record.hours == 1)
    #expect(record.date == "2024-05-01" && record.year == 2024)
    #expect(record.task == "compression")
    #expect(record.quality == .init(metric: "ratio", value: 3.1, higherIsBetter: true))
    #expect(record.place == .init(country: "FR"))
    #expect(record.meter == "\(kind.rawValue): powercap (6.1)")
    let spread = try #require(record.measuredSpread)
    #expect(abs(spread - 1 / 0.95) < 1e-12)
    var registry = FootprintRegistry()
    #expect(try registry.add(record))
    #expect(registry.conflicts.isEmpty)
    let footprint = registry.footprint(of: record)
    #expect(footprint.energy == Joules(360_000))
    #expect(abs(try #require(footprint.carbon).value - 4.4) < 1e-12)
    #expect(!footprint.conventions.contains { $0.contains("design power") })
    #expect(try FootprintRecord(jsonLine: record.jsonLine()) == record)
  }

  @Test("a run without a place stays without one")
  func nowhere() throws {
    let record = try #require(FootprintRecord(Self.run()))
    #expect(record.place == nil && record.intensity == nil)
    #expect(try record.footprint().carbon == nil)
  }

  @Test("a run without figures is no row")
  func open() {
    var run = Self.run()
    run.bill = nil
    #expect(FootprintRecord(run) == nil)
    #expect(SurveyRow(RunSummary(run)) == nil)
  }

  @Test("the survey's row and the registry's row of a run agree")
  func rows() throws {
    let run = Self.run(.attributed, grid: try GridTable.grid("PL"))
    let light = try #require(SurveyRow(RunSummary(run)))
    let record = try #require(FootprintRecord(run))
    let whole = SurveyRow(record)
    #expect(light.footprint.energy == whole.footprint.energy)
    #expect(light.footprint.carbon == whole.footprint.carbon)
    #expect(light.country == whole.country && light.day == whole.day)
    #expect(light.electricity == .coal)
    #expect(light.footprint.gramsPerKWh?.origin == .gridTable)
  }

  @Test("a ledger is surveyed by tag, and its file of exported runs says the same")
  func ledger() throws {
    let folder = try TemporaryRegistryFolder()
    defer { folder.remove() }
    let ledger = Ledger(path: folder.path + "/ledger.sqlite")
    let grids = try ["FR", "PL", "SE"].map { try GridTable.grid($0) }
    try ledger.save(
      (1...30).map { number in
        Self.run(
          .estimated, grid: grids[number % 3], joules: Double(number * number) * 1000,
          tags: ["task=t\(number % 2)", "team=red"])
      })
    let rows = try ledger.surveyRows(matching: RunQuery(tags: ["team"]))
    let survey = Survey(rows, by: [.task, .source])
    #expect(survey.rows == 30)
    #expect(survey.sections[0].groups.map(\.rows) == [15, 15])
    #expect(Set(survey.sections[1].groups.map(\.name)) == ["nuclear", "coal", "hydro"])
    #expect(survey.shares?.share(of: "time") == 0)
    #expect(try ledger.surveyRows(matching: RunQuery(tags: ["team=blue"])).isEmpty)
    let file = folder.path + "/runs.csv"
    let lines = try ledger.runs().map {
      String(decoding: try JSONEncoder().encode($0), as: UTF8.self)
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: file))
    let again = Survey(try SurveyInput.rows(path: file), by: [.task, .source])
    #expect(again.energyKWh == survey.energyKWh)
    #expect(again.sections == survey.sections)
  }

  @Test("the parts of a run that is a row are not counted twice")
  func parts() throws {
    let folder = try TemporaryRegistryFolder()
    defer { folder.remove() }
    let ledger = Ledger(path: folder.path + "/ledger.sqlite")
    let whole = Self.run()
    var (part, group) = (Self.run(joules: 1000), Self.run())
    part.parent = whole.id
    group.bill = nil
    var member = Self.run(joules: 2000)
    member.parent = group.id
    try ledger.save([whole, part, group, member])
    #expect(
      Set(try ledger.surveyRows().map(\.id)) == [whole.id.description, member.id.description])
  }

  @Test("10,000 runs are surveyed with light queries", .tags(.slow))
  func size() throws {
    let folder = try TemporaryRegistryFolder()
    defer { folder.remove() }
    let ledger = Ledger(path: folder.path + "/ledger.sqlite")
    let grids = try ["FR", "PL", "SE", "US"].map { try GridTable.grid($0) }
    try ledger.save(
      (1...10_000).map { number in
        Self.run(
          .estimated, grid: grids[number % 4], joules: Double(number),
          tags: ["task=t\(number % 5)"], startedAt: 1_714_564_800 + Double(number) * 3600)
      })
    let clock = ContinuousClock()
    let start = clock.now
    let survey = Survey(try ledger.surveyRows())
    print("survey: 10,000 runs in \(clock.now - start)")
    #expect(survey.rows == 10_000)
    #expect(survey.sections.first { $0.grouping == "task" }?.groups.count == 5)
  }

  @Test("a run later than the table is grouped by the source of its grid's newest figures")
  func later() throws {
    let run = Self.run(grid: try GridTable.grid("FR"), startedAt: 1_785_000_000)
    let row = try #require(SurveyRow(RunSummary(run)))
    #expect(row.year == 2026 && row.electricity == .nuclear)
  }

  @Test(
    "a meter's CSV is surveyed as estimates without design power, whatever its name",
    arguments: ["emissions.csv", "emissions.txt", "emissions"])
  func csv(name: String) throws {
    let folder = try TemporaryRegistryFolder()
    defer { folder.remove() }
    let path = folder.path + "/\(name)"
    let text = """
      timestamp,project_name,run_id,duration,emissions,energy_consumed,country_iso_code
      2024-05-01T12:00:00,a,r1,3600,0.0112,0.2,FRA
      2024-05-01T13:00:00,a,r1,7200,0.0224,0.4,FRA
      2024-05-02T12:00:00,b,r2,3600,0.615,1.0,POL
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let rows = try SurveyInput.rows(path: path)
    #expect(rows.map(\.name) == ["a", "b"])
    #expect(rows.map(\.provenance) == [.estimated, .estimated])
    #expect(rows.map(\.electricity) == [.nuclear, .coal])
    let kilowattHours = rows.compactMap { $0.footprint.energy?.kilowattHours }
    #expect(abs(kilowattHours[0] - 0.4) < 1e-9 && abs(kilowattHours[1] - 1) < 1e-9)
    let grams = rows.compactMap { $0.footprint.gramsPerKWh?.value }
    #expect(abs(grams[0] - 56) < 1e-9 && abs(grams[1] - 615) < 1e-9)
  }

  @Test("a file that is neither is refused", arguments: ["{\"id\":1}", "subject", "[1]"])
  func refused(text: String) throws {
    let folder = try TemporaryRegistryFolder()
    defer { folder.remove() }
    let path = folder.path + "/rows.jsonl"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: FootprintError.self) { try SurveyInput.rows(path: path) }
    #expect(throws: FootprintError.self) { try SurveyInput.rows(path: folder.path + "/no") }
  }
}
