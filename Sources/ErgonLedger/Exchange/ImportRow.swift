internal import ErgonData

/// A row of an imported table, with errors that name the file, the row and the column.
struct ImportRow {
  let path: String
  let row: CSVRow

  var fields: [String] { row.fields }

  /// The field without surrounding spaces; `nil` when it is empty or there is no such column.
  func text(_ name: String) -> String? {
    guard var field = row[name].map({ Substring($0) }) else { return nil }
    field = field.drop(while: \.isWhitespace)
    while field.last?.isWhitespace == true { field.removeLast() }
    // What data frames write for an empty cell.
    return field.isEmpty || field == "nan" || field == "NaN" || field == "None"
      ? nil : String(field)
  }

  /// A number of 0 or more; `nil` when it is absent.
  func amount(_ name: String) throws(LedgerError) -> Double? {
    guard let value = try number(name) else { return nil }
    guard value >= 0, value <= 1e15 else {
      throw malformed(name, "'\(value)' is not between 0 and 1e15")
    }
    return value
  }

  func number(_ name: String) throws(LedgerError) -> Double? {
    guard let text = text(name) else { return nil }
    // Double() alone would let 0x10, nan and inf pass.
    let isDecimal = text.utf8.allSatisfy {
      (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0)
    }
    guard isDecimal, let value = Double(text), value.isFinite else {
      throw malformed(name, "'\(text.prefix(40))' is not a decimal number")
    }
    return value
  }

  func malformed(_ name: String, _ reason: String) -> LedgerError {
    .malformedImport(path: path, row: row.number, column: name, reason: reason)
  }
}

extension ImportRow {
  func text(_ column: CodecarbonColumn) -> String? { text(column.rawValue) }

  func amount(_ column: CodecarbonColumn) throws(LedgerError) -> Double? {
    try amount(column.rawValue)
  }

  func malformed(_ column: CodecarbonColumn, _ reason: String) -> LedgerError {
    malformed(column.rawValue, reason)
  }
}

extension LedgerError {
  /// A failure of the data room in the words of this one.
  init(_ error: DataError, importing path: String) {
    switch error {
    case .malformed(_, let row, let column, let reason):
      self = .malformedImport(
        path: path, row: row, column: column.map(String.init), reason: reason)
    case .tooLarge(_, let row, let what, let limit):
      self = .malformedImport(
        path: path, row: row, column: nil, reason: "\(what) exceeds the limit of \(limit)")
    case .missingColumn(_, let name):
      self = .malformedImport(path: path, row: 1, column: name, reason: "the column is missing")
    case .cannotOpen(_, let reason), .cannotRead(_, let reason):
      self = .unreadableFile(path: path, reason: reason)
    case .cannotWrite(_, let reason): self = .cannotWrite(path: path, reason: reason)
    default:
      // What only other formats than a table of text can be guilty of.
      self = .unreadableFile(path: path, reason: "\(error)")
    }
  }
}
