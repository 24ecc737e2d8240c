/// Reads the `.ts` format a line at a time: comments, then `@` lines that describe, then series.
struct TimeSeriesParser {
  private let stream: ByteStream
  private let limit: Int
  private var row = 0
  private var line: [UInt8] = []

  // What the description says.
  private var name = ""
  private var dimensions: Int?
  private var stated: (length: Int?, isEqual: Bool?) = (nil, nil)
  private var hasTargets = false
  private var classes: [String: Int32] = [:]
  private var classNames: [String] = []

  // What the series hold, each as `[dimension, time]`.
  private var series: [[Float]] = []
  private var labels: [Int32] = []
  private var targets: [Float] = []
  private var total = 0

  init(_ stream: ByteStream, limit: Int) {
    self.stream = stream
    self.limit = limit
  }

  mutating func read(_ unequal: UnequalLengths) throws(DataError) -> TimeSeriesSet {
    try stream.skipByteOrderMark()
    var isData = false
    while try stream.hasMore() {
      row += 1
      try stream.readLine(into: &line, row: row, limit: 1 << 26)
      let first = line.first { $0 != 32 && $0 != 9 }
      guard let first, first != UInt8(ascii: "#") else { continue }
      if isData {
        try readSeries()
      } else {
        isData = try readDescription()
      }
    }
    guard isData else { throw malformed("no @data line; this is no .ts file") }
    guard let dimensions, !series.isEmpty else { throw malformed("no series behind @data") }
    return try assemble(dimensions, unequal)
  }

  /// Takes an `@` line; true for the one behind which the series are.
  private mutating func readDescription() throws(DataError) -> Bool {
    guard let text = String(validating: line, as: UTF8.self) else {
      throw malformed("not UTF-8; convert the file to UTF-8")
    }
    var words = text.split { $0 == " " || $0 == "\t" }.map(String.init)
    guard words[0].first == "@" else { throw malformed("a line of a description begins with @") }
    let key = words.removeFirst().lowercased()
    let value = words.first?.lowercased()
    switch key {
    case "@data": return true
    case "@problemname": name = words.joined(separator: " ")
    case "@timestamps":
      if value == "true" {
        throw .unsupported(
          source: stream.name, what: "values with time stamps; export them without")
      }
    case "@univariate": if value == "true" { try state(dimensions: 1) }
    case "@dimension", "@dimensions":
      guard let value, let count = Int(value), count > 0, count <= 1 << 20 else {
        throw malformed("a number of dimensions is due")
      }
      try state(dimensions: count)
    case "@equallength": stated.isEqual = value == "true"
    case "@serieslength": stated.length = value.flatMap { Int($0) }
    case "@classlabel": if value == "true" { try readClasses(words.dropFirst()) }
    case "@targetlabel": hasTargets = value == "true"
    default: break  // @missing and what other programs add change nothing here
    }
    return false
  }

  private mutating func state(dimensions count: Int) throws(DataError) {
    guard dimensions ?? count == count else {
      throw malformed("\(count) dimensions, where \(dimensions ?? 0) were stated")
    }
    dimensions = count
  }

  private mutating func readClasses(_ names: some Sequence<String>) throws(DataError) {
    for name in names {
      guard classes.updateValue(Int32(classes.count), forKey: name) == nil else {
        throw malformed("the class '\(name.prefix(40))' is named twice")
      }
      classNames.append(name)
    }
    guard !classes.isEmpty, classes.count <= 1 << 20 else { throw malformed("no class is named") }
  }

  /// Takes a series: its dimensions, and its class or number, with colons between.
  private mutating func readSeries() throws(DataError) {
    var parts = line.split(
      separator: UInt8(ascii: ":"), maxSplits: 1 << 20, omittingEmptySubsequences: false)
    if !classes.isEmpty {
      let word = Self.trimmed(parts.removeLast())
      guard let label = classes[String(decoding: word, as: UTF8.self)] else {
        throw malformed(
          "the class '\(String(decoding: word.prefix(40), as: UTF8.self))' is not named")
      }
      labels.append(label)
    } else if hasTargets {
      targets.append(try number(parts.removeLast()))
    }
    guard !parts.isEmpty else { throw malformed("a class and no values") }
    try state(dimensions: parts.count)
    var values: [Float] = []
    var length: Int?
    for part in parts {
      let start = values.count
      for field in part.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
        values.append(try number(field))
      }
      let count = values.count - start
      guard length ?? count == count else {
        throw malformed("a dimension of \(count) values beside one of \(length ?? 0)")
      }
      length = count
    }
    total += values.count
    guard total <= limit else {
      throw .tooLarge(source: stream.name, row: row, what: "the number of values", limit: limit)
    }
    series.append(values)
  }

  private func assemble(
    _ dimensions: Int, _ unequal: UnequalLengths
  ) throws(DataError) -> TimeSeriesSet {
    let lengths = series.map { $0.count / dimensions }
    let longest = lengths.max() ?? 0
    var filler: Float = .nan
    if let short = lengths.firstIndex(where: { $0 != longest }) {
      guard case .padded(let value) = unequal else {
        throw malformed(
          "series \(short + 1) has \(lengths[short]) steps and another \(longest); "
            + "ask for padding if that is meant")
      }
      filler = value
    }
    if stated.isEqual == true, let length = stated.length, length != longest {
      throw malformed("series of \(longest) steps, where \(length) were stated")
    }
    // Padding must not make a small file large.
    let (size, overflow) = (longest * dimensions).multipliedReportingOverflow(by: series.count)
    guard !overflow, size <= limit else {
      throw .tooLarge(source: stream.name, row: row, what: "the number of values", limit: limit)
    }
    var values = [Float](repeating: filler, count: size)
    for (index, one) in series.enumerated() {
      for time in 0..<lengths[index] {
        for dimension in 0..<dimensions {
          values[(index * longest + time) * dimensions + dimension] =
            one[dimension * lengths[index] + time]
        }
      }
    }
    return TimeSeriesSet(
      name: name, dimensions: dimensions, lengths: lengths, values: values, labels: labels,
      classNames: classNames, targets: targets)
  }

  /// A decimal number, or NaN for a question mark.
  private func number(_ field: ArraySlice<UInt8>) throws(DataError) -> Float {
    let field = Self.trimmed(field)
    let text = String(decoding: field, as: UTF8.self)
    if text == "?" || text == "NaN" { return .nan }
    // Without this check hexadecimal, inf and spellings of nan would pass for numbers.
    let isDecimal = field.allSatisfy {
      (48...57).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: "+") || $0 | 32 == UInt8(ascii: "e")
    }
    guard isDecimal, let value = Float(text), value.isFinite else {
      throw malformed("'\(text.prefix(40))' is not a decimal number")
    }
    return value
  }

  private static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 32 || byte == 9 }
    let rest = field.drop(while: isSpace)
    return rest[..<(rest.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? rest.startIndex)]
  }

  private func malformed(_ reason: String) -> DataError {
    .malformed(source: stream.name, row: row, column: nil, reason: reason)
  }
}
