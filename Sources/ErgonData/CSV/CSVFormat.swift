/// How a file of comma-separated values is laid out, and how much of it is acceptable.
///
/// The defaults are RFC 4180 with a header row.
public struct CSVFormat: Sendable, Hashable {
  /// What stands between fields: a comma, a semicolon, a tab.
  public let separator: UInt8
  /// Whether the first row names the columns.
  public var hasHeader: Bool
  /// The longest field, in bytes.
  public var fieldLimit: Int
  /// The longest row, in bytes.
  public var rowLimit: Int
  /// The most columns.
  public var columnLimit: Int

  /// - Precondition: the separator is one ASCII character, and neither a quote nor a line end.
  public init(
    separator: Character = ",", hasHeader: Bool = true, fieldLimit: Int = 1 << 20,
    rowLimit: Int = 1 << 24, columnLimit: Int = 1 << 14
  ) {
    guard let ascii = separator.asciiValue, !separator.isNewline, separator != "\"" else {
      preconditionFailure("CSVFormat: '\(separator)' cannot separate fields; use ',' ';' or a tab")
    }
    self.separator = ascii
    self.hasHeader = hasHeader
    self.fieldLimit = fieldLimit
    self.rowLimit = rowLimit
    self.columnLimit = columnLimit
  }

  static let quote = UInt8(ascii: "\"")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
}
