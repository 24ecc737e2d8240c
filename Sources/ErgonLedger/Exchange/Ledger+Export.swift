internal import ErgonData
internal import ErgonEnergy
internal import GRDB

extension Ledger {
  /// Writes the matching runs to a file; it appears under its name when it is complete.
  ///
  /// - Returns: How many runs were written.
  /// - Throws: ``LedgerError/cannotWrite(path:reason:)``.
  @discardableResult
  public func export(
    matching query: RunQuery = RunQuery(order: .oldest), as format: ExchangeFormat, to file: String
  ) throws(LedgerError) -> Int {
    do {
      switch format {
      case .csv:
        let table = RunTable(try summaries(matching: query))
        try Self.write(table.header, table.rows, to: file)
        return table.rows.count
      case .codecarbon:
        let rows = try codecarbonRows(query)
        try Self.write(CodecarbonExporter.header, rows, to: file)
        return rows.count
      case .jsonLines:
        let runs = try runs(matching: query, withSeries: true)
        try JSONLines.write(runs, path: file)
        return runs.count
      case .prometheus:
        try TextFile.write(prometheusText(matching: query), to: file)
        return try count(matching: query)
      }
    } catch let error as DataError {
      throw LedgerError(error, importing: file)
    } catch {
      throw translated(error)
    }
  }

  /// The matching runs as a text in the given format, for a pipe or a terminal.
  public func exported(
    matching query: RunQuery = RunQuery(order: .oldest), as format: ExchangeFormat
  ) throws(LedgerError) -> String {
    switch format {
    case .csv:
      let table = RunTable(try summaries(matching: query))
      return ([table.header] + table.rows).map { CSVWriter.line($0) }.joined()
    case .codecarbon:
      let rows = try codecarbonRows(query)
      return ([CodecarbonExporter.header] + rows).map { CSVWriter.line($0) }.joined()
    case .jsonLines:
      let runs = try runs(matching: query, withSeries: true)
      do {
        return try runs.map { String(decoding: try RunCoding.data($0), as: UTF8.self) + "\n" }
          .joined()
      } catch { throw translated(error) }
    case .prometheus: return try prometheusText(matching: query)
    }
  }

  /// One row a run; the sum of a series is left out beside its repeats, since whoever reads the
  /// file adds its rows up.
  private func codecarbonRows(_ query: RunQuery) throws(LedgerError) -> [[String]] {
    let runs = try runs(matching: query)
    let series = Set(runs.lazy.compactMap(\.repetition?.group))
    return runs.filter { !series.contains($0.id) }.compactMap(CodecarbonExporter.fields)
  }

  private static func write(_ header: [String], _ rows: [[String]], to file: String)
    throws(DataError)
  {
    var writer = try CSVWriter(path: file, header: header)
    for row in rows { try writer.write(row) }
    try writer.finish()
  }

  /// Joules by component and provenance, in Prometheus' exposition format 0.0.4.
  private func prometheusText(matching query: RunQuery) throws(LedgerError) -> String {
    let statement = try query.statement()
    let rows =
      try read { db in
        try Row.fetchAll(
          db,
          sql: "SELECT component, provenance, sum(bestJ) FROM component "
            + "WHERE isInHeadline AND bestJ IS NOT NULL AND run IN (\(statement.keys)) "
            // The sum of a series is no energy beside that of its repeats.
            + "AND run NOT IN (SELECT whole.key FROM run AS whole JOIN run AS part "
            + "ON part.repetition = whole.id AND part.key IN (\(statement.keys))) "
            + "GROUP BY component, provenance ORDER BY component, provenance",
          arguments: statement.arguments + statement.arguments)
      } ?? []
    let count = try read { db in
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM (\(statement.keys))", arguments: statement.arguments)
    }
    var text = "# HELP ergon_energy_joules_total Dynamic energy of the runs in the ledger.\n"
    text += "# TYPE ergon_energy_joules_total counter\n"
    for row in rows {
      // Both labels are words of our own: nothing in them needs escaping.
      let component = EnergyComponent(rawValue: String.fromDatabaseValue(row[0]) ?? "")
      let provenance = ProvenanceKind(rawValue: String.fromDatabaseValue(row[1]) ?? "")
      guard let component, let provenance, let joules = Double.fromDatabaseValue(row[2]) else {
        continue
      }
      text += "ergon_energy_joules_total{component=\"\(component.rawValue)\","
      text += "provenance=\"\(provenance.rawValue)\"} \(joules)\n"
    }
    text += "# HELP ergon_runs_total Runs in the ledger.\n# TYPE ergon_runs_total counter\n"
    return text + "ergon_runs_total \(count.flatMap { $0 } ?? 0)\n"
  }
}
