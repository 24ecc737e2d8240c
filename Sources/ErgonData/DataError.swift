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
  /// Bytes break the rules of the format, near an offset counted from 0.
  case malformedBytes(source: String, offset: Int?, reason: String)
  /// A file, or what it unpacks to, is larger than the reader was told to accept.
  case overLimit(source: String, what: String, limit: Int)
  /// A file uses a part of its format that is not read here.
  case unsupported(source: String, what: String)
  /// No data set has this name.
  case unknownDataSet(name: String, known: [String])
  /// A file of a data set is in none of the folders.
  case missingFile(set: String, file: String, folders: [String])
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
    case .malformedBytes(let source, let offset, let reason):
      "malformed data: \(source)" + (offset.map { ", near byte \($0)" } ?? "") + ": \(reason)"
    case .overLimit(let source, let what, let limit):
      "data refused: \(source): \(what) exceeds the limit of \(limit) bytes; "
        + "raise the limit if the file is trusted"
    case .unsupported(let source, let what): "not supported: \(source): \(what)"
    case .unknownDataSet(let name, let known):
      "unknown data set: '\(name.prefix(40))': the known ones are \(known.joined(separator: ", "))"
    case .missingFile(let set, let file, let folders):
      "data missing: \(file), in \(folders.joined(separator: " or ")): "
        + "run 'ergon data fetch \(set)', or let ERGON_DATA name a folder that holds it"
    case .missingColumn(let source, let name):
      "column missing: \(source): no column is named '\(name)'; check the header and the separator"
    case .notEncodable(let what, let reason): "cannot encode: \(what): \(reason)"
    case .malformedDigest(let text):
      "malformed digest: '\(text.prefix(80))': expected 64 hexadecimal digits"
    }
  }
}
