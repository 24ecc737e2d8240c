internal import ErgonEnergy

/// What can go wrong in the ledger room, each as "what: where: what to do".
public enum LedgerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No run has this name.
  case unknownRun(String)
  /// A run's beginning that fits several; some of them, newest first, and how many in all.
  case ambiguousRun(prefix: String, candidates: [RunID], count: Int)
  /// A run of this name is there already.
  case runExists(RunID)
  /// A side of a comparison that no run belongs to; why, as a sentence.
  case nothingSelected(String)
  /// A query, tag or option that makes no sense.
  case invalidQuery(name: String, value: String, expected: String)
  /// A comparison that would mislead; each reason is a sentence.
  case incomparable(reasons: [String])

  /// The file is something else; it was not touched.
  case notALedger(path: String, reason: String)
  /// The file is a ledger whose content cannot be read; it was not touched.
  case damaged(path: String, reason: String)
  /// A later Ergon wrote it.
  case newerSchema(path: String, found: Int, known: Int)
  case permission(path: String, reason: String)
  case cannotCreate(path: String, reason: String)
  /// Nothing of the refused write was kept.
  case diskFull(path: String)
  /// Another process held the ledger for longer than we wait.
  case busy(path: String, seconds: Double)
  case system(path: String, reason: String)

  /// A file to be imported cannot be opened.
  case unreadableFile(path: String, reason: String)
  /// A file to be imported breaks its format; nothing of it was kept.
  ///
  /// Row 1 is the header; the column is its name, or its number where it has none, and `nil` where
  /// the whole row is at fault.
  case malformedImport(path: String, row: Int, column: String?, reason: String)
  /// A file that was asked for cannot be written.
  case cannotWrite(path: String, reason: String)

  public var description: String {
    switch self {
    case .unknownRun(let text):
      "unknown run: '\(text)': 'ergon ledger list' shows the names; the beginning of one is enough"
    case .ambiguousRun(let prefix, let candidates, let count):
      "ambiguous run: '\(prefix)' begins \(count) names: give more of one: "
        + candidates.map(\.description).joined(separator: ", ")
        + (count > candidates.count ? ", …" : "")
    case .nothingSelected(let reason):
      "nothing to compare: \(reason): 'ergon ledger list' shows runs and tags"
    case .runExists(let id): "run exists already: \(id): save it instead of opening it again"
    case .invalidQuery(let name, let value, let expected):
      "bad query: \(name) = '\(value)': expected \(expected)"
    case .incomparable(let reasons):
      "comparison refused: \(reasons.joined(separator: "; ")): "
        + "compare like with like; 'ergon ledger compare --force' compares all the same"
    case .notALedger(let path, let reason):
      "not a ledger: \(path): \(reason); the file was left as it is, give another path"
    case .damaged(let path, let reason):
      "ledger damaged: \(path): \(reason); the file was left as it is, restore it from a copy or "
        + "recover it with 'sqlite3 … .recover'"
    case .newerSchema(let path, let found, let known):
      "ledger too new: \(path): it has schema \(found) and this Ergon knows \(known): update Ergon"
    case .permission(let path, let reason):
      "permission denied: \(path): \(reason); change its owner or mode, give another file with "
        + "--ledger, or keep nothing with --no-save"
    case .cannotCreate(let path, let reason):
      "cannot create the ledger: \(path): \(reason); give another file with --ledger, or keep "
        + "nothing with --no-save"
    case .diskFull(let path):
      "disk full: \(path): nothing of this write was kept; free some space and run it again"
    case .busy(let path, let seconds):
      "ledger busy: \(path): another process wrote for more than "
        + "\(QuantityFormat.number(seconds)) s: try again"
    case .system(let path, let reason): "ledger failed: \(path): \(reason)"
    case .unreadableFile(let path, let reason):
      "cannot read: \(path): \(reason); check the path and its mode"
    case .malformedImport(let path, let row, let column, let reason):
      "malformed file: \(path), row \(row)\(column.map { ", column \($0)" } ?? ""): \(reason); "
        + "nothing was imported"
    case .cannotWrite(let path, let reason):
      "cannot write: \(path): \(reason); check the folder and its mode"
    }
  }
}
