/// Reads comma-separated values a row at a time, whatever the size of the file.
///
/// It accepts what RFC 4180 describes (quoted fields with separators, doubled quotes and line
/// breaks inside), any of the three line ends, and a UTF-8 byte order mark. Blank lines are
/// skipped. Everything else is refused with its row and column: a stray quote, text after a
/// closing quote, an unclosed quote, a row longer or shorter than the first, bytes that are not
/// UTF-8.
///
/// ```swift
/// var reader = try CSVReader(path: "emissions.csv")
/// while let row = try reader.next() { total += try row.number("energy_consumed") ?? 0 }
/// ```
///
/// - Cost: one pass; memory for one chunk and one row.
/// - Reference: RFC 4180, "Common format and MIME type for CSV files", 2005.
public struct CSVReader: ~Copyable {
  /// The names of the columns; `nil` for a format without a header, or an empty file.
  public private(set) var header: [String]?

  private let format: CSVFormat
  private let stream: ByteStream
  private var columns: CSVColumns
  private var rowNumber = 0
  /// How many fields every row must have; set by the first.
  private var expectedCount: Int?
  // The record being read; kept between records for their memory.
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  /// All bytes of the record or-ed together: a set top bit means more than ASCII.
  private var mask: UInt8 = 0

  /// Opens a file and reads its header.
  ///
  /// - Throws: ``DataError`` when the file cannot be read or its header is malformed.
  public init(path: String, format: CSVFormat = CSVFormat()) throws(DataError) {
    try self.init(ByteStream(path: path), format)
  }

  /// Reads from memory.
  ///
  /// - Parameter name: What errors call the source.
  /// - Throws: ``DataError`` when the header is malformed.
  public init(
    bytes: some Collection<UInt8>, name: String = "text", format: CSVFormat = CSVFormat()
  ) throws(DataError) {
    try self.init(ByteStream(bytes: bytes, name: name), format)
  }

  private init(_ stream: ByteStream, _ format: CSVFormat) throws(DataError) {
    self.stream = stream
    self.format = format
    columns = CSVColumns(source: stream.name, indices: [:])
    try stream.skipByteOrderMark()
    guard format.hasHeader, let row = try next() else { return }
    var indices: [String: Int] = [:]
    for (column, name) in row.fields.enumerated() where !name.isEmpty {
      guard indices.updateValue(column, forKey: name) == nil else {
        throw malformed(column + 1, "the name '\(name.prefix(40))' stands twice in the header")
      }
    }
    columns = CSVColumns(source: stream.name, indices: indices)
    header = row.fields
  }

  /// The next record; `nil` at the end of the file.
  ///
  /// - Throws: ``DataError`` with row and column. What follows a malformed record is not defined.
  public mutating func next() throws(DataError) -> CSVRow? {
    while try stream.hasMore() {
      rowNumber += 1
      guard try readRecord() else { continue }
      if let expectedCount, ends.count != expectedCount {
        throw malformed(
          nil, "\(ends.count) fields where the first row has \(expectedCount)")
      }
      expectedCount = ends.count
      if mask >= 0x80 { try validateText() }
      return CSVRow(number: rowNumber, bytes: bytes, ends: ends, columns: columns)
    }
    return nil
  }

  /// Checks that the columns a program needs are there.
  ///
  /// - Throws: ``DataError/missingColumn(source:name:)`` for the first that is not.
  public func requireColumns(_ names: [String]) throws(DataError) {
    for name in names where columns.indices[name] == nil {
      throw .missingColumn(source: stream.name, name: name)
    }
  }

  /// Reads one record into `bytes` and `ends`; false for a blank line.
  private mutating func readRecord() throws(DataError) -> Bool {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    mask = 0
    var isQuoted = false
    while true {
      if try stream.hasMore(), stream.current == CSVFormat.quote {
        isQuoted = true
        try readQuotedField()
      } else {
        try readPlainField()
      }
      let start = ends.last ?? 0
      if bytes.count - start > format.fieldLimit { throw tooLarge("a field", format.fieldLimit) }
      ends.append(bytes.count)
      if ends.count > format.columnLimit {
        throw tooLarge("the number of columns", format.columnLimit)
      }
      guard try takeSeparator() else { break }
    }
    return isQuoted || !bytes.isEmpty || ends.count > 1
  }

  /// Takes what ends a field; true if another field follows in this record.
  private func takeSeparator() throws(DataError) -> Bool {
    guard try stream.hasMore() else { return false }
    let byte = stream.current
    stream.position += 1
    if byte == format.separator { return true }
    if byte == CSVFormat.carriageReturn, try stream.hasMore(),
      stream.current == CSVFormat.lineFeed
    {
      stream.position += 1
    }
    return false
  }

  /// Reads up to the separator or line end that follows, or the end of the file.
  private mutating func readPlainField() throws(DataError) {
    let separator = format.separator
    while try stream.hasMore() {
      let (base, start, end) = (stream.base, stream.position, stream.end)
      var position = start
      var seen: UInt8 = 0
      var byte: UInt8 = 0
      while position < end {
        byte = base[position]
        if byte == separator || byte == CSVFormat.lineFeed || byte == CSVFormat.carriageReturn
          || byte == CSVFormat.quote
        {
          break
        }
        seen |= byte
        position += 1
      }
      try take(base + start, position - start, seen)
      if position < end {
        if byte == CSVFormat.quote {
          throw malformed(
            ends.count + 1, "a quote inside a field that is not quoted; quote the whole field")
        }
        return
      }
    }
  }

  /// Reads a field in quotes and the closing quote.
  private mutating func readQuotedField() throws(DataError) {
    stream.position += 1
    while try stream.hasMore() {
      let (base, start, end) = (stream.base, stream.position, stream.end)
      var position = start
      var seen: UInt8 = 0
      while position < end, base[position] != CSVFormat.quote {
        seen |= base[position]
        position += 1
      }
      try take(base + start, position - start, seen)
      guard position < end else { continue }
      stream.position += 1
      guard try stream.hasMore() else { return }
      let next = stream.current
      if next == CSVFormat.quote {
        bytes.append(CSVFormat.quote)
        stream.position += 1
      } else if next == format.separator || next == CSVFormat.lineFeed
        || next == CSVFormat.carriageReturn
      {
        return
      } else {
        throw malformed(
          ends.count + 1, "text after a closing quote; double the quotes inside a field")
      }
    }
    throw malformed(ends.count + 1, "the file ends inside a quoted field; close the quote")
  }

  private mutating func take(_ start: UnsafePointer<UInt8>, _ count: Int, _ seen: UInt8)
    throws(DataError)
  {
    stream.position += count
    mask |= seen
    bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
    if bytes.count > format.rowLimit { throw tooLarge("a row", format.rowLimit) }
  }

  private func validateText() throws(DataError) {
    var start = 0
    for (column, end) in ends.enumerated() {
      guard String(validating: bytes[start..<end], as: UTF8.self) != nil else {
        throw malformed(column + 1, "not UTF-8; convert the file to UTF-8")
      }
      start = end
    }
  }

  private func malformed(_ column: Int?, _ reason: String) -> DataError {
    .malformed(source: stream.name, row: rowNumber, column: column, reason: reason)
  }

  private func tooLarge(_ what: String, _ limit: Int) -> DataError {
    .tooLarge(source: stream.name, row: rowNumber, what: what, limit: limit)
  }
}
