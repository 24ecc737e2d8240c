/// Reads JSON from left to right, one token at a time.
///
/// It holds nothing but its place and recurses on nothing, so that no input, however deep or long,
/// costs more than one walk over its bytes.
struct JSONScanner {
  /// What is wrong, and at which byte of the text.
  struct Fault: Error {
    var byte: Int
    var reason: String
  }

  /// Objects and arrays inside one another that ``skipValue()`` follows.
  static let depthLimit = 64

  private let bytes: UnsafeRawBufferPointer
  private(set) var place = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private func fault(_ reason: String, at byte: Int? = nil) -> Fault {
    Fault(byte: byte ?? place, reason: reason)
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      place += 1
    }
  }

  /// Passes over `character`, with space before it.
  mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
    guard take(character) else { throw fault("'\(character)' expected") }
  }

  /// Passes over `character` if it comes next, with space before it.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  /// Passes over spaces to the end of the text.
  mutating func expectEnd() throws(Fault) {
    skipSpace()
    if next != nil { throw fault("text after the end of the JSON object") }
  }

  /// Walks an object, calling `body` where the value of each key begins.
  mutating func object(
    _ body: (inout JSONScanner, String, Int) throws(Fault) -> Void
  ) throws(Fault) {
    try expect("{")
    if take("}") { return }
    repeat {
      skipSpace()
      let start = place
      let key = try string()
      try expect(":")
      try body(&self, key, start)
    } while take(",")
    try expect("}")
  }

  /// Walks an array, calling `body` where each element begins.
  mutating func array(_ body: (inout JSONScanner) throws(Fault) -> Void) throws(Fault) {
    try expect("[")
    if take("]") { return }
    repeat { try body(&self) } while take(",")
    try expect("]")
  }

  /// A whole number from 0 to the largest `Int`, written in digits alone.
  mutating func count() throws(Fault) -> Int {
    skipSpace()
    let start = place
    var value = 0
    while let byte = next, byte >= 0x30, byte <= 0x39 {
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(Int(byte - 0x30))
      if overflow || carry { throw fault("a number too large to count with", at: start) }
      value = sum
      place += 1
    }
    guard place > start else { throw fault("a whole number expected") }
    if place - start > 1, bytes[start] == 0x30 {
      throw fault("a number with a leading zero", at: start)
    }
    if let byte = next, byte == 0x2E || byte == 0x65 || byte == 0x45 {
      throw fault("a whole number expected", at: start)
    }
    return value
  }

  mutating func string() throws(Fault) -> String {
    skipSpace()
    let start = place
    guard next == 0x22 else { throw fault("a string expected") }
    place += 1
    let first = place
    while let byte = next, byte != 0x22, byte != 0x5C, byte >= 0x20 { place += 1 }
    if next == 0x22 {
      defer { place += 1 }
      return try text(bytes[first..<place], from: start)
    }
    var decoded = Array(bytes[first..<place])
    while let byte = next, byte != 0x22 {
      if byte < 0x20 { throw fault("a control character inside a string") }
      place += 1
      if byte == 0x5C { try escape(into: &decoded) } else { decoded.append(byte) }
    }
    guard next == 0x22 else { throw fault("a string without an end", at: start) }
    place += 1
    return try text(decoded, from: start)
  }

  private func text(_ units: some Sequence<UInt8>, from start: Int) throws(Fault) -> String {
    guard let text = String(validating: units, as: UTF8.self) else {
      throw fault("a string that is not UTF-8", at: start)
    }
    return text
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(Fault) {
    let start = place - 1
    guard let byte = next else { throw fault("a string without an end", at: start) }
    place += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: decoded.append(byte)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      var code = try fourDigits()
      if code >> 10 == 0x36 {  // the first half of a pair
        guard next == 0x5C, place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "u") else {
          throw fault("half a surrogate pair", at: start)
        }
        place += 2
        let low = try fourDigits()
        guard low >> 10 == 0x37 else { throw fault("half a surrogate pair", at: start) }
        code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw fault("half a surrogate pair", at: start)
      }
      decoded.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: throw fault("an unknown escape", at: start)
    }
  }

  private mutating func fourDigits() throws(Fault) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("four hexadecimal digits expected")
      }
      code = code << 4 | UInt32(digit)
      place += 1
    }
    return code
  }

  /// Passes over any value.
  mutating func skipValue() throws(Fault) {
    // What must close, innermost last.
    var open: [Unicode.Scalar] = []
    repeat {
      skipSpace()
      guard let byte = next else { throw fault("the text ends inside a value") }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < Self.depthLimit else { throw fault("values nested too deep") }
        place += 1
        let close: Unicode.Scalar = byte == UInt8(ascii: "{") ? "}" : "]"
        if take(close) { break }
        open.append(close)
        if close == "}" { try skipKey() }
        continue
      case 0x22: _ = try string()
      default: try skipWord()
      }
      // A value is complete; so may be what it stands in.
      while let close = open.last {
        if take(",") {
          if close == "}" { try skipKey() }
          break
        }
        try expect(close)
        open.removeLast()
      }
    } while !open.isEmpty
  }

  private mutating func skipKey() throws(Fault) {
    _ = try string()
    try expect(":")
  }

  /// Passes over a number or a word such as `true`, whose spelling is of no interest.
  private mutating func skipWord() throws(Fault) {
    let start = place
    while let byte = next, isWord(byte) { place += 1 }
    if place == start { throw fault("a value expected") }
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: true
    default: false
    }
  }
}
