/// What can be wrong with a file of data, each as "what: where: what to do".
public enum DataError: Error, Sendable, Hashable, CustomStringConvertible {
  case cannotOpen(path: String, reason: String)
  case cannotRead(path: String, reason: String)
  case cannotWrite(path: String, reason: String)
  /// A record breaks the rules of the format. Rows count from 1, the header and blank lines
  /// included, as a spreadsheet counts them; columns count from 1.
  case malformed(source: String, row: Int, column: Int?, reason: String)
  /// Something is larger than the reader was told to accept.
  case tooLarge(source: String, row: Int, what: String, limit: Int)
  /// A column that is needed is not in the header.
  case missingColumn(source: String, name: String)
  /// A value has no form in the file's format.
  case notEncodable(what: String, reason: String)
  /// A digest's text is not 64 hexadecimal digits.
  case malformedDigest(String)

  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "cannot open: \(path): \(reason)"
    case .cannotRead(let path, let reason): "cannot read: \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write: \(path): \(reason)"
    case .malformed(let source, let row, let column, let reason):
      "malformed data: \(source), row \(row)" + (column.map { ", column \($0)" } ?? "")
        + ": \(reason)"
    case .tooLarge(let source, let row, let what, let limit):
      "data refused: \(source), row \(row): \(what) exceeds the limit of \(limit); "
        + "raise the limit if the file is trusted"
    case .missingColumn(let source, let name):
      "column missing: \(source): no column is named '\(name)'; check the header and the separator"
    case .notEncodable(let what, let reason): "cannot encode: \(what): \(reason)"
    case .malformedDigest(let text):
      "malformed digest: '\(text.prefix(80))': expected 64 hexadecimal digits"
    }
  }
}
