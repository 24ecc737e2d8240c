/// Understands the lines of a plug meter: CSV with or without a header, or one JSON object a line.
///
/// | the first line | is read as |
/// |---|---|
/// | starts with `{` | JSON lines |
/// | has a known name (``PlugField``) in it | a header; the separator is `,` `;` or tab |
/// | one number | watts |
/// | two numbers | time and watts |
///
/// Empty lines and lines that start with `#` are passed over. What the first reading is metered by
/// (joules, watts or watt-hours) every later line must have too.
struct PlugLineParser {
  /// Columns beyond this many are refused, as is any line beyond ``LineSplitter/limit``.
  static let maximumColumns = 64

  private enum Layout {
    case unknown
    case json
    case columns([PlugField?], separator: UInt8)
  }

  private var layout = Layout.unknown
  /// What the stream is metered by, from the first reading on.
  private var measure: PlugField?

  /// Whether the layout of the lines is known.
  var isReady: Bool {
    if case .unknown = layout { false } else { true }
  }

  /// - Returns: The reading; `nil` for a line without one (empty, comment, header).
  mutating func parse(_ line: some Collection<UInt8>) throws(PlugLineError) -> PlugReading? {
    let line = Self.trimmed(Array(line)[...])
    guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
    let isObject = first == UInt8(ascii: "{")
    switch layout {
    case .unknown where isObject: layout = .json
    case .unknown:
      if try guessColumns(line) { return nil }
    case .json where !isObject: throw PlugLineError(reason: "not a JSON object")
    case .json, .columns: break
    }
    switch layout {
    case .columns(let fields, let separator):
      return try reading(columns(line, fields, separator))
    case .json, .unknown: return try reading(FlatJSON.fields(line))
    }
  }

  /// Takes the first line for a header or for bare numbers; true when it was a header.
  private mutating func guessColumns(_ line: ArraySlice<UInt8>) throws(PlugLineError) -> Bool {
    let separator =
      [UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: ",")].first(where: line.contains)
      ?? UInt8(ascii: ",")
    let cells = try Self.cells(line, separator)
    let fields = cells.map { PlugField(name: $0) }
    if fields.contains(where: { $0?.rank != nil }) {
      layout = .columns(fields, separator: separator)
      return true
    }
    let plain: [PlugField?]
    switch cells.count {
    case 1: plain = [.power(wattsPerUnit: 1)]
    case 2: plain = [.time(secondsPerUnit: nil), .power(wattsPerUnit: 1)]
    default: throw PlugLineError(reason: "no column is named power_w, energy_j or the like")
    }
    guard cells.allSatisfy({ Self.number($0) != nil }) else {
      throw PlugLineError(reason: "neither a header with a known name nor numbers")
    }
    layout = .columns(plain, separator: separator)
    return false
  }

  private func columns(
    _ line: ArraySlice<UInt8>, _ fields: [PlugField?], _ separator: UInt8
  ) throws(PlugLineError) -> [(PlugField, Double)] {
    let cells = try Self.cells(line, separator)
    guard cells.count == fields.count else {
      throw PlugLineError(reason: "\(cells.count) columns instead of \(fields.count)")
    }
    var found: [(PlugField, Double)] = []
    for (cell, field) in zip(cells, fields) {
      if let field, let number = Self.number(cell) { found.append((field, number)) }
    }
    return found
  }

  private mutating func reading(_ found: [(PlugField, Double)]) throws(PlugLineError) -> PlugReading
  {
    if measure == nil {
      measure = found.map(\.0).filter { $0.rank != nil }.min { $0.rank! < $1.rank! }
    }
    guard let measure, let value = found.first(where: { $0.0 == measure })?.1 else {
      throw PlugLineError(reason: "no number where power or energy should be")
    }
    var reading: PlugReading
    switch measure {
    case .power(let scale):
      reading = PlugReading(amount: .power(Watts(value * scale)))
    case .energy(let scale):
      reading = PlugReading(amount: .energy(Joules(value * scale)))
    case .time: throw PlugLineError(reason: "no number where power or energy should be")
    }
    for case (.time(let unit), let time) in found {
      reading.time = PlugField.seconds(time, secondsPerUnit: unit)
    }
    return reading
  }

  private static func cells(
    _ line: ArraySlice<UInt8>, _ separator: UInt8
  ) throws(PlugLineError) -> [ArraySlice<UInt8>] {
    let cells = line.split(
      separator: separator, maxSplits: maximumColumns, omittingEmptySubsequences: false)
    guard cells.count <= maximumColumns else {
      throw PlugLineError(reason: "more than \(maximumColumns) columns")
    }
    return cells.map(trimmed)
  }

  /// Without white space, a byte order mark, and one pair of quotes around it.
  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
    var slice = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    slice = slice.drop(while: isSpace)
    while let last = slice.last, isSpace(last) { slice.removeLast() }
    if slice.count >= 2, slice.first == UInt8(ascii: "\""), slice.last == UInt8(ascii: "\"") {
      slice = slice.dropFirst().dropLast()
    }
    return slice
  }

  /// A finite decimal number; hexadecimal, `nan` and `inf` are no readings.
  static func number(_ bytes: ArraySlice<UInt8>) -> Double? {
    guard (1...64).contains(bytes.count),
      bytes.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }),
      let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite
    else { return nil }
    return number
  }
}
