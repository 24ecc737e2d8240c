/// A file format in which runs come and go.
public enum ExchangeFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// One row a run in the columns of ``RunTable``; for spreadsheets.
  case csv
  /// One whole run a line: nothing is lost.
  case jsonLines = "jsonl"
  /// codecarbon's `emissions.csv`, in the columns of ``CodecarbonColumn``.
  case codecarbon
  /// The text that Prometheus scrapes: joules by component and provenance. Export only.
  case prometheus

  /// The format a file's name and header suggest.
  ///
  /// - Parameter header: The names in the first row, where it is CSV.
  static func guessed(path: String, header: [String]?) -> ExchangeFormat {
    let name = path.lowercased()
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") { return .jsonLines }
    guard let header else { return .csv }
    return header.contains(CodecarbonColumn.energyConsumed.rawValue) ? .codecarbon : .csv
  }
}

/// What an import found and did.
public struct ImportReport: Sendable, Hashable, Codable {
  public var format: ExchangeFormat
  /// Rows read from the file.
  public var rows: Int
  /// Runs that were new to the ledger.
  public var imported: [RunID]
  /// Runs the ledger held in an earlier state of the same work.
  public var updated: [RunID]
  /// Runs the ledger held already, equal in content.
  public var unchanged: Int
  /// Rows that a later row of the same run replaced.
  public var superseded: Int
}
