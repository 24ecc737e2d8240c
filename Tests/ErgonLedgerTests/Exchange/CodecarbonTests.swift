import ErgonData
import ErgonEnergy
import ErgonNumerics
import Foundation
import Testing

@testable import ErgonLedger

struct CodecarbonTests {
  private func parse(_ text: String) throws -> [Run] {
    try RunFile.parse(Array(text.utf8), name: "emissions.csv", as: .codecarbon)
  }

  private func relative(_ a: Double?, _ b: Double) -> Double { abs((a ?? .nan) / b - 1) }

  @Test("a file of codecarbon becomes runs with its joules, its grid and its doubt")
  func golden() throws {
    let runs = try parse(CodecarbonFixture.emissions)
    #expect(runs.map(\.subject) == ["fixture, \"quoted\"", "fixture", "tasks"])
    let run = runs[0]
    let bill = try #require(run.bill)
    #expect(run.kind == .imported && run.state == .complete)
    // energy_consumed 1.34841e-05 kWh includes a PUE of 1.2.
    #expect(relative(bill.energy?.best.value, 1.3484104979463882e-05 * 3.6e6 / 1.2) < 1e-9)
    #expect(relative(bill.energy?.high.value, (bill.energy?.best.value ?? 0) * 2) < 1e-12)
    #expect(
      bill.energy?.provenance == Provenance(.estimated, source: "codecarbon", version: "3.3.2"))
    #expect(bill.reading.components.map(\.component) == [.cpu, .memory])
    #expect(bill.overheads.pue == 1.2 && bill.overheads.waterLitresPerKWh == 0.5)
    // 56.04 g/kWh is codecarbon's own figure for France.
    #expect(relative(bill.grid?.gramsPerKWh.best.value, 56.0390) < 1e-4)
    #expect(bill.grid?.code == "FR")
    #expect(bill.reading.duration == Seconds(1.491943705000267))
    // 2026-11-25T00:34:58 UTC, after `date -u -d … +%s`.
    #expect(bill.reading.startedAt + bill.reading.duration.value == 1_795_566_898)
    #expect(bill.reading.scope == .machine)
    #expect(run.environment.cpuModel == "AMD EPYC" && run.environment.logicalProcessors == 2)
    #expect(run.environment.architecture == "x86_64")
    #expect(run.settings["codecarbon.python_version"] == "3.11.7")
    #expect(runs[1].bill?.overheads.pue == nil)
    #expect(bill.reading.notices.count == 1)
  }

  @Test("task files, which lack columns, and files of old versions are read by header")
  func variants() throws {
    let tasks = try parse(CodecarbonFixture.tasks)
    #expect(tasks.map(\.subject) == ["tasks: load", "tasks: train"])
    #expect(tasks.map(\.tags) == [["task=load"], ["task=train"]])
    #expect(Set(tasks.map(\.id)).count == 2)
    let whole = try parse(CodecarbonFixture.emissions)[2]
    #expect(tasks.allSatisfy { $0.parent == whole.id })
    #expect(RunSummary(whole).cpu == nil)
    let old = try parse(CodecarbonFixture.old)
    #expect(old[0].bill?.reading.components.map(\.component) == [.platform])
    #expect(relative(old[0].bill?.energy?.best.value, 7200) < 1e-12)
    #expect(relative(old[0].bill?.grid?.gramsPerKWh.best.value, 500) < 1e-12)
    #expect(old[0].bill?.grid?.code == "US")
  }

  @Test("the export has the 38 columns in order, and gives back what was imported")
  func thereAndBack() throws {
    try withTemporaryFolder { folder in
      let (source, copy) = (folder + "/emissions.csv", folder + "/copy.csv")
      try CodecarbonFixture.emissions.write(toFile: source, atomically: true, encoding: .utf8)
      let ledger = Ledger(path: folder + "/ledger.sqlite")
      #expect(try ledger.importRuns(from: source).imported.count == 3)
      try ledger.export(as: .codecarbon, to: copy)
      var before = try CSVReader(path: source)
      var after = try CSVReader(path: copy)
      let (header, written) = (before.header ?? [], after.header ?? [])
      #expect(written == header && written.count == 38)
      var rows: [[String]] = []
      while let row = try after.next() { rows.append(row.fields) }
      while let row = try before.next() {
        let twin = try #require(rows.first { $0[2] == row["run_id"] })
        for (column, text) in zip(header, zip(row.fields, twin)) {
          let (old, new) = text
          if let x = Double(old), let y = Double(new) {
            #expect(abs(x - y) <= 1e-9 * abs(x) + 1e-18, "\(column)")
          } else if !(["0", "0.0"].contains(old) && new.isEmpty) {
            // An absent device's 0 is absent here.
            #expect(old == new, "\(column)")
          }
        }
      }
    }
  }

  @Test("what Ergon does not know stays empty, and no place is invented")
  func unknownCells() throws {
    let fields = try #require(CodecarbonExporter.fields(.sample(joules: 3.6e6)))
    let cells = Dictionary(uniqueKeysWithValues: zip(CodecarbonExporter.header, fields))
    #expect(cells["energy_consumed"] == "1.0" && cells["cpu_energy"] == "1.0")
    for column in ["emissions", "country_iso_code", "gpu_energy", "ram_energy", "longitude", "wue"]
    {
      #expect(cells[column] == "", "\(column)")
    }
    #expect(cells["codecarbon_version"] == "ergon-1.0.0")
    var priced = Run.sample(joules: 3.6e6, grid: .france)
    priced.bill?.overheads = try Overheads(pue: 2)
    let doubled = try #require(CodecarbonExporter.fields(priced))
    #expect(doubled[13] == "2.0" && doubled[5] == "0.088" && doubled[16] == "FRA")
    #expect(CodecarbonExporter.fields(Run(subject: "open", environment: .sample)) == nil)
  }

  @Test("an export of one's own runs, imported again, doubles none of them")
  func ownRuns() throws {
    try withTemporaryFolder { folder in
      let ledger = Ledger(path: folder + "/ledger.sqlite")
      try ledger.save([.sample("a"), .sample("b")])
      let before = try ledger.runs()
      try ledger.export(as: .codecarbon, to: folder + "/emissions.csv")
      let report = try ledger.importRuns(from: folder + "/emissions.csv")
      #expect(report.imported == [] && report.unchanged == 2)
      #expect(try ledger.runs() == before)
    }
  }

  @Test("importing again changes nothing; a later state of a run takes its place")
  func idempotent() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/emissions.csv"
      let ledger = Ledger(path: folder + "/ledger.sqlite")
      try CodecarbonFixture.emissions.write(toFile: path, atomically: true, encoding: .utf8)
      let first = try ledger.importRuns(from: path)
      #expect(first.format == .codecarbon && first.rows == 3)
      try ledger.tag([first.imported[0]], with: ["mine"])
      let before = try ledger.runs()
      let second = try ledger.importRuns(from: path)
      #expect(second.imported == [] && second.unchanged == 3)
      #expect(try ledger.runs() == before)
      // The tracker flushes again: the same run, longer, behind its earlier row.
      let line = CodecarbonFixture.emissions.split(separator: "\n")[1]
      let later = line.replacing("00:34:58", with: "00:44:58").replacing("1.49194", with: "601.49")
      try (CodecarbonFixture.emissions + later + "\n")
        .write(toFile: path, atomically: true, encoding: .utf8)
      let third = try ledger.importRuns(from: path)
      #expect(third.superseded == 1 && third.updated == [first.imported[0]])
      #expect(try ledger.count() == 3)
      let updated = try ledger.run(first.imported[0].description)
      #expect(updated.tags == ["mine"] && (updated.bill?.reading.duration.value ?? 0) > 600)
      // Going back to the old file does not undo it.
      try CodecarbonFixture.emissions.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try ledger.importRuns(from: path).updated == [])
    }
  }

  @Test(
    "a bad cell is one error with its row and column, and nothing is kept",
    arguments: [
      ("duration", "1.49194", "fast"), ("duration", "1.491943705000267", ""),
      ("timestamp", "2026-11-25T00:34:58", "yesterday"), ("duration", "1.4919", "-1.4919"),
      ("cpu_energy", "3.8472", "0x3.8"), ("energy_consumed", "1.3484104979463882e-05", "nan2"),
      ("emissions", "7.556357589441765e-07", "7.5e7"), ("pue", "N,1.2", "N,0.5"),
      ("timestamp", "2026-11-25T00:34:58", "2026-13-25T00:34:58"),
      ("ram_energy", "9.636862486665147e-06", "1e400"),
    ])
  func badCells(column: String, good: String, bad: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/emissions.csv"
      let ledger = Ledger(path: folder + "/ledger.sqlite")
      // The fault stands in the last row: the rows before it must not be kept either.
      var lines = CodecarbonFixture.emissions.split(separator: "\n").map(String.init)
      lines.append(lines.remove(at: 1).replacing(good, with: bad, maxReplacements: 1))
      try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: LedgerError.self) { try ledger.importRuns(from: path) }
      guard case .malformedImport(path, 4, let found, _) = error else {
        Issue.record("\(error.map { "\($0)" } ?? "nothing")")
        return
      }
      #expect(found == column)
      #expect(!ledger.exists)
    }
  }

  @Test(
    "files that are something else are refused",
    arguments: [
      "", "\n", "a,b\n1,2\n", "timestamp,duration\nx,1\n", "\"open quote\n", "\u{0}\u{1}",
    ])
  func otherFiles(text: String) throws {
    for format in [nil, ExchangeFormat.csv, .codecarbon, .jsonLines] {
      try withTemporaryFolder { folder in
        let path = folder + "/file"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let ledger = Ledger(path: folder + "/ledger.sqlite")
        if format == .jsonLines, text.allSatisfy(\.isWhitespace) {
          #expect(try ledger.importRuns(from: path, as: format).rows == 0)
        } else {
          #expect(throws: LedgerError.self) { try ledger.importRuns(from: path, as: format) }
        }
        #expect(!ledger.exists)
      }
    }
    #expect(throws: LedgerError.self) { try Ledger(path: "/nowhere").importRuns(from: "/no/file") }
  }

  @Test("seeded mutations of a real file are read or refused, never a trap")
  func fuzz() { mutate(trials: 3000, seed: 1) }

  @Test("a hundred thousand seeded mutations", .tags(.slow), .enabled(if: SlowTests.areEnabled))
  func longFuzz() { mutate(trials: 100_000, seed: 2) }

  private func mutate(trials: Int, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let files = [
      CodecarbonFixture.emissions, CodecarbonFixture.tasks, CodecarbonFixture.old,
    ].map { Array($0.utf8) }
    let pieces = [
      ",", "\"", "\n", "\r\n", "1e308", "-", "nan", "\u{0}", "9999999999999999999", "e",
    ]
    .map { Array($0.utf8) }
    var read = 0
    for trial in 0..<trials {
      var bytes = files[trial % files.count]
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        case 1:
          let end = Int.random(in: at...min(at + 40, bytes.count - 1), using: &generator)
          bytes.removeSubrange(at..<end)
        case 2: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: at)
        default:
          let end = Int.random(in: at...min(at + 200, bytes.count - 1), using: &generator)
          bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
        }
      }
      for format in [ExchangeFormat.codecarbon, .csv] {
        do throws(LedgerError) {
          read += try RunFile.parse(bytes, name: "fuzz", as: format).count
        } catch {
          guard case .malformedImport = error else {
            Issue.record("seed \(seed), trial \(trial): \(error)")
            continue
          }
        }
      }
    }
    #expect(read > 0)
  }
}

/// Slow tests run where somebody asks for them.
enum SlowTests {
  static let areEnabled = ProcessInfo.processInfo.environment["ERGON_SLOW_TESTS"] != nil
}
