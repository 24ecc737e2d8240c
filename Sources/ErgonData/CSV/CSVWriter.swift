/// Writes comma-separated values as RFC 4180 describes them, a row at a time.
///
/// The file appears under its name only when ``finish()`` is called: a failure on the way leaves
/// whatever was there before.
///
/// ```swift
/// var writer = try CSVWriter(path: "runs.csv", header: ["subject", "joules"])
/// try writer.write(["gzip -9", "12.5"])
/// try writer.finish()
/// ```
///
/// Fields are quoted only where they must be. A field that begins with `=`, `+`, `-` or `@` is
/// written as it is; whoever opens such a file in a spreadsheet should import it as text.
public struct CSVWriter: ~Copyable {
  private var file: OutputFile
  private let separator: UInt8
  private let count: Int?

  /// Opens a file; a header is written at once unless rows are appended.
  ///
  /// - Throws: ``DataError/cannotWrite(path:reason:)``.
  public init(
    path: String, header: [String]? = nil, separator: Character = ",", mode: WriteMode = .replace
  ) throws(DataError) {
    let separator = CSVFormat(separator: separator).separator
    var file = try OutputFile(path: path, mode: mode)
    if let header, mode == .replace { try file.write(Self.encode(header, separator)) }
    self.file = file
    self.separator = separator
    count = header?.count
  }

  /// Writes one record.
  ///
  /// - Throws: ``DataError/cannotWrite(path:reason:)``.
  /// - Precondition: as many fields as the header has, and at least one.
  public mutating func write(_ fields: [String]) throws(DataError) {
    precondition(
      !fields.isEmpty && fields.count == count ?? fields.count,
      "CSVWriter: \(fields.count) fields for \(count ?? 1) columns")
    try file.write(Self.encode(fields, separator))
  }

  /// Completes the file and puts it in its place.
  ///
  /// - Throws: ``DataError/cannotWrite(path:reason:)``.
  public consuming func finish() throws(DataError) { try file.finish() }

  /// One record as text, its line end included.
  public static func line(_ fields: [String], separator: Character = ",") -> String {
    String(decoding: encode(fields, CSVFormat(separator: separator).separator), as: UTF8.self)
  }

  private static func encode(_ fields: [String], _ separator: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    for (column, field) in fields.enumerated() {
      if column > 0 { bytes.append(separator) }
      let needsQuotes = field.utf8.contains {
        $0 == separator || $0 == CSVFormat.quote || $0 == CSVFormat.lineFeed
          || $0 == CSVFormat.carriageReturn
      }
      // A lone empty field would otherwise be a blank line.
      guard needsQuotes || (fields.count == 1 && field.isEmpty) else {
        bytes.append(contentsOf: field.utf8)
        continue
      }
      bytes.append(CSVFormat.quote)
      for byte in field.utf8 {
        if byte == CSVFormat.quote { bytes.append(byte) }
        bytes.append(byte)
      }
      bytes.append(CSVFormat.quote)
    }
    bytes += [CSVFormat.carriageReturn, CSVFormat.lineFeed]
    return bytes
  }
}
