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
  /// ``Ledger/importRuns(from:as:)`` reads.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - metric: The quality to look at, for runs that have several.
  /// - Throws: ``FootprintError`` or ``LedgerError``.
  public static func rows(path: String, quality metric: String? = nil) throws -> [SurveyRow] {
    if !path.lowercased().hasSuffix(".csv"), try !holdsRuns(path) {
      return try FootprintRegistry.read(path: path).records.map { SurveyRow($0) }
    }
    // A meter appends running totals of one run; the last row of a name counts, as in an import.
    var latest: [RunID: Int] = [:]
    let runs = try RunFile.read(path, as: nil).1
    for (index, run) in runs.enumerated() { latest[run.id] = index }
    return SurveyRow.rows(
      latest.values.sorted().map { RunSummary(runs[$0]) }, quality: metric)
  }

  /// Whether the first line that holds anything is a run.
  private static func holdsRuns(_ path: String) throws(FootprintError) -> Bool {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: path, reason: FootprintError.words(error))
    }
    let isBlank: (UInt8) -> Bool = { $0 == 10 || $0 == 13 || $0 == 32 || $0 == 9 }
    let line = data.drop(while: isBlank).prefix { $0 != 10 }
    let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
    return object?["subject"] != nil
  }
}

extension FootprintError {
  /// Why a file could not be read, in words.
  static func words(_ error: any Error) -> String {
    (error as? CocoaError)?.code == .fileReadNoSuchFile
      ? "no such file; check the name" : error.localizedDescription
  }
}
