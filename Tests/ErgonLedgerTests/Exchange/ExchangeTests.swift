import ErgonData
import ErgonEnergy
import Foundation
import Testing

@testable import ErgonLedger

struct ExchangeTests {
  private static func runs() -> [Run] {
    var rich = Run.sample(
      "comma, \"quote\"\nline", joules: 12.5, startedAt: 1_700_000_000.123456, grid: .france,
      metrics: [
        Metric(name: "acc [top 1]", value: 0.5), Metric(name: "loss", value: 2, unit: "nat"),
      ],
      tags: ["a", "task=b"], repetition: Repetition(group: RunID(), index: 2), parent: RunID())
    rich.bill?.reading.series = PowerSeries(
      time: [0.5], channels: [.init(counter: "c", component: .gpu, powerW: [3.5])])
    return [rich, .sample("plain", startedAt: 1_700_000_001)]
  }

  @Test("JSON lines lose nothing")
  func jsonLines() throws {
    try withTemporaryFolder { folder in
      let (first, second) = (Ledger(path: folder + "/1.sqlite"), Ledger(path: folder + "/2.sqlite"))
      try first.save(Self.runs())
      let path = folder + "/runs.jsonl"
      #expect(try first.export(as: .jsonLines, to: path) == 2)
      #expect(try second.importRuns(from: path).imported.count == 2)
      #expect(try second.runs(withSeries: true) == first.runs(withSeries: true))
      #expect(try second.importRuns(from: path).unchanged == 2)
      let text = try first.exported(as: .jsonLines)
      #expect(try text == String(contentsOfFile: path, encoding: .utf8))
    }
  }

  @Test("CSV keeps every column it documents")
  func csv() throws {
    try withTemporaryFolder { folder in
      let (first, second) = (Ledger(path: folder + "/1.sqlite"), Ledger(path: folder + "/2.sqlite"))
      try first.save(Self.runs())
      let path = folder + "/runs.csv"
      try first.export(as: .csv, to: path)
      #expect(try first.exported(as: .csv) == String(contentsOfFile: path, encoding: .utf8))
      let report = try second.importRuns(from: path)
      #expect(report.format == .csv && report.imported.count == 2)
      for (old, new) in zip(try first.summaries(), try second.summaries()) {
        #expect(old.id == new.id && old.parent == new.parent && old.subject == new.subject)
        #expect(old.energy == new.energy && old.duration == new.duration && old.cpu == new.cpu)
        #expect(abs(old.startedAt - new.startedAt) < 1e-6)
        #expect(old.grid == new.grid && old.gramsPerKWh == new.gramsPerKWh)
        #expect(old.repetition == new.repetition && old.tags == new.tags)
        #expect(old.environment == new.environment && old.idle == new.idle)
        #expect(old.metrics == new.metrics)
      }
      // A second trip changes nothing any more.
      #expect(try second.importRuns(from: path).unchanged == 2)
    }
  }

  @Test("a table of one's own needs three columns; its energy is taken as assumed")
  func ownTable() throws {
    let text = "subject,started_at,duration_s,energy_j\nx,2026-05-01T12:00:00+02:00,5,10\n"
    let runs = try RunFile.parse(Array(text.utf8), name: "own.csv", as: .csv)
    #expect(runs[0].bill?.energy?.provenance.kind == .assumed)
    #expect(runs[0].startedAt == 1_777_629_600)
    #expect(runs[0].kind == .imported)
  }

  @Test(
    "energy without bounds is in doubt by its provenance; bounds of zero width must be stated",
    arguments: [
      ("measured", 8.5, 11.5), ("attributed", 6.5, 13.5), ("estimated", 5, 20), ("assumed", 5, 20),
    ])
  func bounds(provenance: String, low: Double, high: Double) throws {
    func energy(_ columns: String, _ cells: String) throws -> Figure<Joules>? {
      let text =
        "subject,started_at,duration_s,energy_j,energy_provenance\(columns)\n"
        + "x,2026-05-01T12:00:00,5,10,\(provenance)\(cells)\n"
      return try RunFile.parse(Array(text.utf8), name: "own.csv", as: .csv)[0].bill?.energy
    }
    let bare = try #require(try energy("", "")).interval
    #expect(abs(bare.low.value - low) < 1e-12 && abs(bare.high.value - high) < 1e-12)
    let stated = try energy(",energy_low_j,energy_high_j", ",10,10")
    #expect(stated?.interval == Interval(exactly: Joules(10)))
  }

  @Test("runs without a bill come back from CSV; a complete run needs its duration")
  func withoutBill() throws {
    try withTemporaryFolder { folder in
      let (first, second) = (Ledger(path: folder + "/1.sqlite"), Ledger(path: folder + "/2.sqlite"))
      let states: [RunState] = [.open, .interrupted, .failed]
      let runs = states.map { state in
        var run = Run(subject: "no bill", environment: .sample)
        run.state = state
        return run
      }
      try first.save(runs + [.sample()])
      let path = folder + "/runs.csv"
      try first.export(as: .csv, to: path)
      #expect(try second.importRuns(from: path).imported.count == 4)
      let found = try runs.map { try second.run($0.id.description) }
      #expect(found.allSatisfy { $0.bill == nil })
      #expect(found.map(\.state) == [.interrupted, .interrupted, .failed])
      let complete = "subject,started_at,duration_s\nx,2026-05-01T12:00:00,\n"
      #expect(throws: LedgerError.self) {
        try RunFile.parse(Array(complete.utf8), name: "own.csv", as: .csv)
      }
    }
  }

  @Test(
    "a bad cell of a table is one error with its row and column",
    arguments: [
      ("id", "x"), ("kind", "odd"), ("state", "odd"), ("started_at", "1"), ("duration_s", "-1"),
      ("energy_j", "1e99"), ("energy_low_j", "11"), ("energy_provenance", "odd"), ("group", "1"),
      ("metric:m", "x"), ("grid_g_per_kwh", "1e6"),
    ])
  func badCells(column: String, text: String) throws {
    var cells = [
      "subject": "s", "started_at": "2026-05-01T12:00:00", "duration_s": "1", "energy_j": "10",
    ]
    cells[column] = text
    let names = cells.keys.sorted()
    let file = CSVWriter.line(names) + CSVWriter.line(names.map { cells[$0] ?? "" })
    let error = #expect(throws: LedgerError.self) {
      try RunFile.parse(Array(file.utf8), name: "t", as: .csv)
    }
    guard case .malformedImport("t", 2, column, _) = error else {
      Issue.record("\(error.map { "\($0)" } ?? "nothing")")
      return
    }
  }

  @Test("Prometheus text adds up joules by component and provenance")
  func prometheus() throws {
    try withTemporaryLedger { ledger in
      try ledger.save([
        .sample(joules: 1), .sample(joules: 2), .sample(joules: 4, provenance: .counter),
      ])
      let text = try ledger.exported(as: .prometheus)
      #expect(
        text.contains("ergon_energy_joules_total{component=\"cpu\",provenance=\"estimated\"} 3.0\n")
      )
      #expect(
        text.contains("ergon_energy_joules_total{component=\"cpu\",provenance=\"measured\"} 4.0\n"))
      #expect(text.contains("ergon_runs_total 3\n"))
      let path = ledger.path + ".prom"
      #expect(try ledger.export(as: .prometheus, to: path) == 3)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
  }

  @Test("the sum of a series is not added to its repeats, by no reader of an export")
  func seriesIsCountedOnce() throws {
    try withTemporaryLedger { ledger in
      let whole = Run.sample(joules: 3)
      var parts = [Run.sample(joules: 1), .sample(joules: 2)]
      for index in parts.indices {
        parts[index].parent = whole.id
        parts[index].repetition = Repetition(group: whole.id, index: index)
      }
      try ledger.save([whole] + parts)
      let text = try ledger.exported(as: .prometheus)
      #expect(
        text.contains("ergon_energy_joules_total{component=\"cpu\",provenance=\"estimated\"} 3.0\n")
      )
      let lines = try ledger.exported(as: .codecarbon).split(separator: "\r\n")
      #expect(lines.count == 1 + parts.count)
    }
  }

  @Test(
    "an export that cannot be written says so, in every format", arguments: ExchangeFormat.allCases)
  func unwritable(format: ExchangeFormat) throws {
    try withTemporaryLedger { ledger in
      try ledger.save(.sample())
      let path = "/no/such/folder/x.csv"
      let error = #expect(throws: LedgerError.self) { try ledger.export(as: format, to: path) }
      guard case .cannotWrite(path, _) = error else {
        Issue.record("\(error.map { "\($0)" } ?? "nothing")")
        return
      }
    }
  }

  @Test("calendar times agree with Foundation's, over four centuries")
  func calendar() {
    let formatter = ISO8601DateFormatter()
    for day in stride(from: -60_000.0, to: 90_000, by: 97) {
      let seconds = day * 86400 + 12_345
      let text = formatter.string(from: Date(timeIntervalSince1970: seconds))
      #expect(CalendarTime.text(seconds) == String(text.dropLast()))
      #expect(CalendarTime.seconds(text) == seconds)
    }
    #expect(CalendarTime.text(0.25, precise: true) == "1970-01-01T00:00:00.250000Z")
    #expect(CalendarTime.seconds("1970-01-01 00:00:01.5") == 1.5)
    for text in [
      "", "1970-01-01", "1970-1-1T00:00:00", "1970-01-01T25:00:00", "x", "1970-01-01T00:00:00+2",
    ] {
      #expect(CalendarTime.seconds(text) == nil, "\(text)")
    }
  }
}
