/// One record of a CSV file: its fields as text or as numbers.
///
/// Fields are turned into strings when asked for, so that columns nobody reads cost nothing.
public struct CSVRow: Sendable {
  /// The record's place in the file, from 1, header and blank lines included.
  public let number: Int
  /// All fields one behind the other, quotes removed; valid UTF-8.
  let bytes: [UInt8]
  /// Where each field ends in `bytes`.
  let ends: [Int]
  let columns: CSVColumns

  /// How many fields the record has.
  public var count: Int { ends.count }

  /// The field of a column, counted from 0.
  ///
  /// - Precondition: `0 <= column < count`.
  public subscript(column: Int) -> String { String(decoding: slice(column), as: UTF8.self) }

  /// The field of a named column; `nil` when no column has that name.
  public subscript(name: String) -> String? { columns.indices[name].map { self[$0] } }

  /// All fields in order.
  public var fields: [String] { ends.indices.map { self[$0] } }

  /// The number in a named column; `nil` when the field is empty.
  ///
  /// - Throws: ``DataError/missingColumn(source:name:)``, and ``DataError`` with the row and
  ///   the column for a field that is not a finite decimal number.
  public func number(_ name: String) throws(DataError) -> Double? {
    guard let column = columns.indices[name] else {
      throw .missingColumn(source: columns.source, name: name)
    }
    return try number(at: column)
  }

  /// The number in a column counted from 0; `nil` when the field is empty.
  ///
  /// - Throws: ``DataError`` with the row and the column for a field that is not a finite decimal
  ///   number.
  /// - Precondition: `0 <= column < count`.
  public func number(at column: Int) throws(DataError) -> Double? {
    let field = slice(column)
    if field.isEmpty { return nil }
    // Without this check 0x10, nan and inf would pass for numbers.
    let isDecimal = field.allSatisfy {
      (48...57).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: "+") || $0 | 32 == UInt8(ascii: "e")
    }
    let text = self[column]
    guard isDecimal, let value = Double(text), value.isFinite else {
      throw .malformed(
        source: columns.source, row: number, column: column + 1,
        reason: "'\(text.prefix(40))' is not a decimal number")
    }
    return value
  }

  private func slice(_ column: Int) -> ArraySlice<UInt8> {
    precondition(
      ends.indices.contains(column), "CSVRow: no column \(column) in a row of \(ends.count)")
    return bytes[(column == 0 ? 0 : ends[column - 1])..<ends[column]]
  }
}

/// What all rows of a file share: its name and where each named column is.
final class CSVColumns: Sendable {
  let source: String
  let indices: [String: Int]

  init(source: String, indices: [String: Int]) {
    self.source = source
    self.indices = indices
  }
}
