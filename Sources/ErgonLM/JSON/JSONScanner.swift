/// Walks over JSON text token by token (RFC 8259, nothing more), for readers that build their own
/// things from it: a vocabulary of 150,000 entries never becomes a `JSONValue`.
///
/// The bytes belong to the caller and outlive the scanner.
struct JSONScanner {
  static let deepest = 128

  let bytes: UnsafeRawBufferPointer
  let source: String
  private(set) var position = 0
  private var depth = 0

  init(_ bytes: UnsafeRawBufferPointer, source: String) {
    self.bytes = bytes
    self.source = source
  }

  /// The first byte of what follows, past any white space; 0 at the end.
  mutating func peek() -> UInt8 {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      case let byte: return byte
      }
    }
    return 0
  }

  /// Steps over a byte that has to come next.
  mutating func expect(_ byte: UInt8) throws(LMError) {
    guard peek() == byte, position < bytes.count else {
      throw error("expected '\(Character(Unicode.Scalar(byte)))'")
    }
    position += 1
  }

  /// Nothing but white space may be left.
  mutating func expectEnd() throws(LMError) {
    _ = peek()
    if position < bytes.count { throw error("text after the value") }
  }

  /// Calls `member` with each key's bytes; it has to take the value.
  mutating func forEachMember(
    _ member: (inout JSONScanner, [UInt8]) throws(LMError) -> Void
  ) throws(LMError) {
    try enter(0x7B)
    if peek() == 0x7D { return leave() }
    var key: [UInt8] = []
    while true {
      key.removeAll(keepingCapacity: true)
      if peek() != 0x22 { throw error("expected a key in double quotes") }
      try takeString(into: &key)
      try expect(0x3A)
      try member(&self, key)
      if peek() != 0x2C { break }
      position += 1
    }
    try close(0x7D, "expected ',' or '}'")
  }

  /// Calls `element` for each element; it has to take it.
  mutating func forEachElement(
    _ element: (inout JSONScanner) throws(LMError) -> Void
  ) throws(LMError) {
    try enter(0x5B)
    if peek() == 0x5D { return leave() }
    while true {
      try element(&self)
      if peek() != 0x2C { break }
      position += 1
    }
    try close(0x5D, "expected ',' or ']'")
  }

  private mutating func enter(_ bracket: UInt8) throws(LMError) {
    try expect(bracket)
    depth += 1
    if depth > Self.deepest { throw error("nested deeper than \(Self.deepest)") }
  }

  private mutating func leave() {
    position += 1
    depth -= 1
  }

  private mutating func close(_ bracket: UInt8, _ reason: String) throws(LMError) {
    guard peek() == bracket else { throw error(reason) }
    leave()
  }

  /// `true`, `false` or `null`.
  mutating func takeWord() throws(LMError) -> JSONValue {
    let words: [(StaticString, JSONValue)] = [
      ("true", .boolean(true)), ("false", .boolean(false)), ("null", .null),
    ]
    _ = peek()
    for (word, value) in words where position + word.utf8CodeUnitCount <= bytes.count {
      if (0..<word.utf8CodeUnitCount).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] }) {
        position += word.utf8CodeUnitCount
        return value
      }
    }
    throw error("expected a value")
  }

  /// A number, an integer where it is written as one and fits.
  mutating func takeNumber() throws(LMError) -> JSONValue {
    _ = peek()
    let start = position
    var at = position
    let negative = at < bytes.count && bytes[at] == 0x2D
    if negative { at += 1 }
    let whole = digits(from: at)
    if whole == at { throw error("expected a value") }
    if bytes[at] == 0x30 && whole > at + 1 { throw error("a number with a leading zero") }
    at = whole
    if at < bytes.count, bytes[at] == 0x2E {
      at = digits(from: whole + 1)
      if at == whole + 1 { throw error("a number without digits after its point") }
    }
    if at < bytes.count, bytes[at] | 0x20 == 0x65 {
      at += 1
      if at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
      let exponent = at
      at = digits(from: at)
      if at == exponent { throw error("a number without digits in its exponent") }
    }
    if at == whole && !negative && at - start < 19 {
      position = at
      return .integer(bytes[start..<at].reduce(0) { $0 * 10 + Int($1 & 15) })
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if at == whole, let integer = Int(text), !(negative && integer == 0) {
      position = at
      return .integer(integer)
    }
    guard let number = Double(text), number.isFinite else {
      throw error("a number beyond what a double holds")
    }
    position = at
    return .number(number)
  }

  private func digits(from start: Int) -> Int {
    var at = start
    while at < bytes.count, bytes[at] &- 0x30 < 10 { at += 1 }
    return at
  }

  /// An error at the place where the scanner stands.
  func error(_ reason: String) -> LMError {
    let found = position < bytes.count ? reason : "\(reason), but the text ends"
    return .malformed(
      source: source, place: textPlace(behind: bytes.prefix(position)), reason: found)
  }

  /// Moves to a place for the sake of an error there.
  mutating func move(to place: Int) { position = place }
}
