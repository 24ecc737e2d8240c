import Foundation

/// Rows of a survey out of a file: a registry, exported runs, or a meter's CSV.
///
/// ```swift
/// let survey = Survey(try SurveyInput.rows(path: "emissions.csv"))
/// ```
public enum SurveyInput {
  /// Reads a file; one bad row refuses it.
  ///
  /// A line of JSON with a `subject` is a run, any other a footprint record; a CSV file is what
  /// ``Ledger/importRuns(from:as:)`` reads. The first character decides, `{` for JSON, whatever
  /// the file is called; a name that promises JSON Lines is held to it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - metric: The quality to look at, for runs that have several.
  /// - Throws: ``FootprintError`` or ``LedgerError``.
  public static func rows(path: String, quality metric: String? = nil) throws -> [SurveyRow] {
    let content = try content(of: path)
    if content == .records {
      return try FootprintRegistry.read(path: path).records.map { SurveyRow($0) }
    }
    // A meter appends running totals of one run; the last row of a name counts, as in an import.
    var latest: [RunID: Int] = [:]
    let runs = try RunFile.read(path, as: content == .runs ? .jsonLines : nil).1
    for (index, run) in runs.enumerated() { latest[run.id] = index }
    return SurveyRow.rows(
      latest.values.sorted().map { RunSummary(runs[$0]) }, quality: metric)
  }

  private enum Content { case records, runs, table }

  /// What the first line that holds anything says of the file.
  private static func content(of path: String) throws(FootprintError) -> Content {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: path, reason: FootprintError.words(error))
    }
    let isBlank: (UInt8) -> Bool = { $0 == 10 || $0 == 13 || $0 == 32 || $0 == 9 }
    let line = data.drop(while: isBlank).prefix { $0 != 10 }
    let isJSON =
      line.first == UInt8(ascii: "{")
      || ExchangeFormat.guessed(path: path, header: nil) == .jsonLines
    guard isJSON else { return .table }
    let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
    return object?["subject"] == nil ? .records : .runs
  }
}

extension FootprintError {
  /// Why a file could not be read, in words.
  static func words(_ error: any Error) -> String {
    (error as? CocoaError)?.code == .fileReadNoSuchFile
      ? "no such file; check the name" : error.localizedDescription
  }
}
