internal import ErgonData
internal import ErgonEnergy

extension Ledger {
  /// Brings the runs of a file in: all of them, or none.
  ///
  /// Importing the same file again changes nothing. A row that continues a run which the ledger
  /// holds already (codecarbon writes running totals) takes its place.
  ///
  /// - Parameter format: Guessed from the name and the header when `nil`.
  /// - Throws: ``LedgerError/malformedImport(path:row:column:reason:)`` with the place of the first
  ///   fault, ``LedgerError/unreadableFile(path:reason:)``, and whatever a write can meet.
  public func importRuns(from file: String, as format: ExchangeFormat? = nil)
    throws(LedgerError) -> ImportReport
  {
    let (format, runs) = try RunFile.read(file, as: format)
    return try keep(runs, format: format)
  }

  func keep(_ runs: [Run], format: ExchangeFormat) throws(LedgerError) -> ImportReport {
    var report = ImportReport(
      format: format, rows: runs.count, imported: [], updated: [], unchanged: 0, superseded: 0)
    // The last row of a name counts; the order of first appearance stays.
    var latest: [RunID: Run] = [:]
    var order: [RunID] = []
    for run in runs {
      if latest.updateValue(run, forKey: run.id) == nil {
        order.append(run.id)
      } else {
        report.superseded += 1
      }
    }
    if order.isEmpty { return report }
    return try write { db in
      for var run in order.compactMap({ latest[$0] }) {
        // Its process is not here; nobody could ever end it.
        if run.state == .open { run.state = .interrupted }
        if let held = try self.held(run.id, in: db) {
          var same = run
          same.tags = held.tags
          if same == held || !Self.continues(run, held) {
            report.unchanged += 1
            continue
          }
          // Tags given here since the first import stay.
          same.tags = Array(Set(held.tags + run.tags))
          try RunRecord.replace(same, owner: nil, in: db)
          report.updated.append(run.id)
        } else {
          try RunRecord.insert(run, owner: nil, in: db)
          report.imported.append(run.id)
        }
      }
      return report
    }
  }

  /// Whether an imported run is a later state of the one the ledger holds; a run of the ledger's
  /// own is never replaced.
  private static func continues(_ new: Run, _ held: Run) -> Bool {
    guard held.kind == .imported, new.kind == .imported, let old = held.bill?.reading,
      let reading = new.bill?.reading
    else { return false }
    return reading.startedAt + reading.duration.value > old.startedAt + old.duration.value
  }
}

/// A file of runs, read whole before anything is kept.
enum RunFile {
  static func read(_ path: String, as format: ExchangeFormat?) throws(LedgerError) -> (
    ExchangeFormat, [Run]
  ) {
    try translating(path) {
      let format = try format ?? guess(path)
      switch format {
      case .jsonLines: return (format, try JSONLines.read(Run.self, path: path))
      case .csv, .codecarbon:
        var reader = try CSVReader(path: path)
        return (format, try table(&reader, path, format))
      case .prometheus:
        throw LedgerError.invalidQuery(
          name: "format", value: format.rawValue, expected: "csv, jsonl or codecarbon")
      }
    }
  }

  /// The runs of a table in memory.
  static func parse(_ bytes: [UInt8], name: String, as format: ExchangeFormat)
    throws(LedgerError) -> [Run]
  {
    try translating(name) {
      var reader = try CSVReader(bytes: bytes, name: name)
      return try table(&reader, name, format)
    }
  }

  private static func guess(_ path: String) throws -> ExchangeFormat {
    if ExchangeFormat.guessed(path: path, header: nil) == .jsonLines { return .jsonLines }
    return .guessed(path: path, header: try CSVReader(path: path).header)
  }

  private static func table(
    _ reader: inout CSVReader, _ path: String, _ format: ExchangeFormat
  ) throws -> [Run] {
    guard let header = reader.header else {
      throw LedgerError.malformedImport(
        path: path, row: 1, column: nil, reason: "the file has no header")
    }
    let needed = [CodecarbonColumn.timestamp, .duration, .energyConsumed].map(\.rawValue)
    try reader.requireColumns(format == .csv ? RunTableImporter.required : needed)
    var runs: [Run] = []
    while let row = try reader.next() {
      let row = ImportRow(path: path, row: row)
      runs.append(
        format == .csv
          ? try RunTableImporter(row: row, header: header).run()
          : try CodecarbonImporter(row: row).run())
    }
    return runs
  }

  private static func translating<T>(_ path: String, _ body: () throws -> T) throws(LedgerError)
    -> T
  {
    do { return try body() } catch let error as LedgerError { throw error } catch {
      guard let error = error as? DataError else {
        throw .unreadableFile(path: path, reason: "\(error)")
      }
      throw LedgerError(error, importing: path)
    }
  }
}
