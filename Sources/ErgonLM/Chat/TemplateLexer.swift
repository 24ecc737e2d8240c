/// What is wrong with a template, where it was noticed, or what it said itself.
struct TemplateFailure: Error {
  var reason: String
  /// A byte of the source; nil where only the caller knows.
  var offset: Int?
  /// The template refused its input by `raise_exception`.
  var isRefusal = false

  init(_ reason: String, at offset: Int? = nil, isRefusal: Bool = false) {
    self.reason = reason
    self.offset = offset
    self.isRefusal = isRefusal
  }
}

struct TemplateToken {
  enum Kind: Equatable {
    /// Text outside of tags.
    case text([UInt8])
    case beginOutput, endOutput, beginTag, endTag
    case name(String)
    case string(TemplateString)
    case integer(Int)
    case number(Double)
    case symbol(String)
    case end
  }

  var kind: Kind
  var offset: Int
}

/// Cuts a template into tokens; white space around tags is dealt with here, as `trim_blocks` and
/// `lstrip_blocks` have it.
struct TemplateLexer {
  private let source: [UInt8]
  private var position = 0
  private var tokens: [TemplateToken] = []
  /// The last thing read ended its line, or nothing has been read.
  private var isAtLineStart = true
  /// A tag that ended in `-` swallows the white space after it.
  private var swallowsSpace = false

  private init(_ source: [UInt8]) { self.source = source }

  /// - Parameter source: With `\n` alone at the ends of lines.
  static func tokens(_ source: [UInt8]) throws(TemplateFailure) -> [TemplateToken] {
    var lexer = TemplateLexer(source)
    while lexer.position < source.count { try lexer.readText() }
    lexer.tokens.append(TemplateToken(kind: .end, offset: source.count))
    return lexer.tokens
  }

  /// Line ends made one, and the last one dropped.
  static func normalized(_ source: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.utf8.count)
    var last: UInt8 = 0
    for byte in source.utf8 {
      if byte == 0x0A, last == 0x0D {
        last = byte
        continue
      }
      bytes.append(byte == 0x0D ? 0x0A : byte)
      last = byte
    }
    if bytes.last == 0x0A { bytes.removeLast() }
    return bytes
  }

  private func starts(_ text: StaticString, at place: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard place + count <= source.count else { return false }
    return (0..<count).allSatisfy { source[place + $0] == text.utf8Start[$0] }
  }

  // MARK: Text

  /// Reads text up to the next tag, and the tag.
  private mutating func readText() throws(TemplateFailure) {
    let start = position
    var end = start
    while end < source.count,
      !(source[end] == 0x7B && end + 1 < source.count
        && (source[end + 1] == 0x7B || source[end + 1] == 0x25 || source[end + 1] == 0x23))
    { end += 1 }
    var text = source[start..<end]
    if swallowsSpace { text = Self.trimmingStart(text) }
    guard end < source.count else {
      append(text: text, at: start)
      position = end
      return
    }
    let opening = source[end + 1]
    let sign = end + 2 < source.count ? source[end + 2] : 0
    let touchesLineStart = isAtLineStart
    if sign == 0x2D {
      text = Self.trimmingEnd(text)
    } else if sign != 0x2B && opening != 0x7B {
      text = Self.droppingIndent(text, touchesLineStart)
    }
    append(text: text, at: start)
    position = end + 2 + (sign == 0x2D || sign == 0x2B ? 1 : 0)
    swallowsSpace = false
    switch opening {
    case 0x7B: try readInside(end, closing: 0x7D)
    case 0x25: if try !readRaw(end) { try readInside(end, closing: 0x25) }
    default: try skipComment(end)
    }
  }

  private mutating func append(text: ArraySlice<UInt8>, at offset: Int) {
    if !text.isEmpty { tokens.append(TemplateToken(kind: .text(Array(text)), offset: offset)) }
  }

  private static func trimmingStart(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.suffix(TemplateString(bytes: text).trimmed(.left).bytes.count)
  }

  private static func trimmingEnd(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.prefix(TemplateString(bytes: text).trimmed(.right).bytes.count)
  }

  /// Without the blanks between the last line end and a tag, where nothing else is there.
  private static func droppingIndent(
    _ text: ArraySlice<UInt8>, _ startsLine: Bool
  ) -> ArraySlice<UInt8> {
    let newline = text.lastIndex(of: 0x0A)
    guard newline != nil || startsLine else { return text }
    let line = newline.map { $0 + 1 } ?? text.startIndex
    return trimmingEnd(text[line...]).isEmpty ? text[..<line] : text
  }

  /// Deals with what follows a tag: `sign` is the byte before its end.
  private mutating func finish(sign: UInt8, trimsLine: Bool) {
    isAtLineStart = false
    if sign == 0x2D {
      swallowsSpace = true
      // Text that is swallowed whole may have ended the line.
      let rest = source[position...]
      let space = rest.count - Self.spaceFree(rest).count
      isAtLineStart = space > 0 && source[position + space - 1] == 0x0A
    } else if sign != 0x2B, trimsLine, position < source.count, source[position] == 0x0A {
      position += 1
      isAtLineStart = true
    }
  }

  /// What follows the white space, without looking further.
  private static func spaceFree(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var index = text.startIndex
    while index < text.endIndex {
      let width = text[index] < 0x80 ? 1 : text[index] < 0xE0 ? 2 : text[index] < 0xF0 ? 3 : 4
      let piece = text[index..<min(index + width, text.endIndex)]
      guard TemplateString(bytes: piece).scalars.allSatisfy(TemplateString.isSpace) else { break }
      index += piece.count
    }
    return text[index...]
  }

  private mutating func skipComment(_ start: Int) throws(TemplateFailure) {
    var end = position
    while end < source.count, !starts("#}", at: end) { end += 1 }
    guard end < source.count else { throw TemplateFailure("the comment has no end", at: start) }
    let sign = end > position ? source[end - 1] : 0
    position = end + 2
    finish(sign: sign, trimsLine: true)
  }

  /// Reads `{% raw %}…{% endraw %}`, whose inside is text; false where it is another tag.
  private mutating func readRaw(_ start: Int) throws(TemplateFailure) -> Bool {
    var place = position
    skipBlanks(&place)
    guard starts("raw", at: place) else { return false }
    place += 3
    skipBlanks(&place)
    guard let sign = closing(at: &place) else { return false }
    position = place
    finish(sign: sign, trimsLine: false)
    let begin = position
    while position < source.count {
      var place = position
      if starts("{%", at: place) {
        place += 2
        let left = place < source.count ? source[place] : 0
        if left == 0x2D || left == 0x2B { place += 1 }
        skipBlanks(&place)
        if starts("endraw", at: place) {
          place += 6
          skipBlanks(&place)
          if let sign = closing(at: &place) {
            var text = source[begin..<position]
            if swallowsSpace { text = Self.trimmingStart(text) }
            if left == 0x2D {
              text = Self.trimmingEnd(text)
            } else if left != 0x2B {
              text = Self.droppingIndent(text, isAtLineStart)
            }
            swallowsSpace = false
            append(text: text, at: begin)
            position = place
            finish(sign: sign, trimsLine: true)
            return true
          }
        }
      }
      position += 1
    }
    throw TemplateFailure("'raw' has no 'endraw'", at: start)
  }

  private func skipBlanks(_ place: inout Int) {
    while place < source.count, source[place] == 0x20 || (0x09...0x0D).contains(source[place]) {
      place += 1
    }
  }

  /// Steps over `%}`, `-%}` or `+%}`; returns the sign, 0 where there is none.
  private func closing(at place: inout Int) -> UInt8? {
    if starts("%}", at: place) {
      place += 2
      return 0
    }
    guard starts("-%}", at: place) || starts("+%}", at: place) else { return nil }
    place += 3
    return source[place - 3]
  }

  // MARK: Inside a tag

  private mutating func readInside(_ start: Int, closing: UInt8) throws(TemplateFailure) {
    let isOutput = closing == 0x7D
    tokens.append(TemplateToken(kind: isOutput ? .beginOutput : .beginTag, offset: start))
    // Brackets that are open: `}}` may close two maps.
    var open: [UInt8] = []
    while true {
      skipBlanks(&position)
      guard position < source.count else { throw TemplateFailure("the tag has no end", at: start) }
      let byte = source[position]
      if open.isEmpty {
        let isSigned = byte == 0x2D || (byte == 0x2B && !isOutput)
        let place = isSigned ? position + 1 : position
        if place + 1 < source.count, source[place] == closing, source[place + 1] == 0x7D {
          tokens.append(TemplateToken(kind: isOutput ? .endOutput : .endTag, offset: position))
          position = place + 2
          finish(sign: isSigned ? byte : 0, trimsLine: !isOutput)
          return
        }
      }
      try readToken(byte, &open)
    }
  }

  private mutating func readToken(_ byte: UInt8, _ open: inout [UInt8]) throws(TemplateFailure) {
    let start = position
    switch byte {
    case 0x22, 0x27: try readString(byte)
    case 0x30...0x39: try readNumber()
    case 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...:
      while position < source.count, Self.isNamePart(source[position]) { position += 1 }
      let name = String(decoding: source[start..<position], as: UTF8.self)
      tokens.append(TemplateToken(kind: .name(name), offset: start))
    default:
      for symbol in Self.symbols where starts(symbol, at: position) {
        position += symbol.utf8CodeUnitCount
        tokens.append(TemplateToken(kind: .symbol("\(symbol)"), offset: start))
        switch byte {
        case 0x28, 0x5B, 0x7B: open.append(byte)
        case 0x29, 0x5D, 0x7D:
          guard let last = open.popLast(), (last == 0x28) == (byte == 0x29),
            (last == 0x5B) == (byte == 0x5D)
          else { throw TemplateFailure("'\(symbol)' closes nothing", at: start) }
        default: break
        }
        return
      }
      throw TemplateFailure("'\(Unicode.Scalar(byte))' is no part of an expression", at: start)
    }
  }

  private static let symbols: [StaticString] = [
    "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[",
    "]", "{", "}", ",", ":", ".", "|", ";",
  ]

  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...: true
    default: false
    }
  }

  private mutating func readNumber() throws(TemplateFailure) {
    let start = position
    func byte(_ place: Int) -> UInt8 { place < source.count ? source[place] : 0 }
    func isDigit(_ place: Int) -> Bool { (0x30...0x39).contains(byte(place)) }
    if byte(start) == 0x30, let radix = [0x78: 16, 0x6F: 8, 0x62: 2][byte(start + 1) | 0x20] {
      position += 2
      while position < source.count, Self.isNamePart(source[position]) { position += 1 }
      let digits = source[(start + 2)..<position].filter { $0 != 0x5F }
      guard let integer = Int(String(decoding: digits, as: UTF8.self), radix: radix) else {
        throw TemplateFailure("no number of base \(radix), or too large", at: start)
      }
      tokens.append(TemplateToken(kind: .integer(integer), offset: start))
      return
    }
    while isDigit(position) || (position < source.count && source[position] == 0x5F) {
      position += 1
    }
    var isWhole = true
    if position < source.count, source[position] == 0x2E, isDigit(position + 1) {
      isWhole = false
      position += 1
      while isDigit(position) { position += 1 }
    }
    if position < source.count, source[position] | 0x20 == 0x65 {
      let hasSign = position + 1 < source.count && [0x2B, 0x2D].contains(source[position + 1])
      if isDigit(position + (hasSign ? 2 : 1)) {
        isWhole = false
        position += hasSign ? 2 : 1
        while isDigit(position) { position += 1 }
      }
    }
    let text = String(decoding: source[start..<position].filter { $0 != 0x5F }, as: UTF8.self)
    if isWhole, text.utf8.first == 0x30, text.utf8.contains(where: { $0 != 0x30 }) {
      throw TemplateFailure("a number begins with 0", at: start)
    }
    if isWhole, let integer = Int(text) {
      tokens.append(TemplateToken(kind: .integer(integer), offset: start))
    } else if !isWhole, let number = Double(text) {
      tokens.append(TemplateToken(kind: .number(number), offset: start))
    } else {
      throw TemplateFailure("the number is too large", at: start)
    }
  }

  private mutating func readString(_ quote: UInt8) throws(TemplateFailure) {
    let start = position
    position += 1
    var bytes: [UInt8] = []
    while position < source.count, source[position] != quote {
      if source[position] == 0x5C {
        try readEscape(&bytes)
      } else {
        bytes.append(source[position])
        position += 1
      }
    }
    guard position < source.count else { throw TemplateFailure("the string has no end", at: start) }
    position += 1
    tokens.append(TemplateToken(kind: .string(TemplateString(bytes: bytes)), offset: start))
  }

  private mutating func readEscape(_ bytes: inout [UInt8]) throws(TemplateFailure) {
    let start = position
    position += 1
    guard position < source.count else { throw TemplateFailure("the string has no end", at: start) }
    let byte = source[position]
    position += 1
    switch byte {
    case 0x0A: break
    case 0x5C, 0x22, 0x27: bytes.append(byte)
    case 0x61: bytes.append(7)
    case 0x62: bytes.append(8)
    case 0x66: bytes.append(12)
    case 0x6E: bytes.append(10)
    case 0x72: bytes.append(13)
    case 0x74: bytes.append(9)
    case 0x76: bytes.append(11)
    case 0x30...0x37:
      var value = UInt32(byte - 0x30)
      var digits = 1
      while digits < 3, position < source.count, (0x30...0x37).contains(source[position]) {
        value = value * 8 + UInt32(source[position] - 0x30)
        position += 1
        digits += 1
      }
      append(value, to: &bytes)
    case 0x78: append(try hexadecimal(2, start), to: &bytes)
    case 0x75:
      var value = try hexadecimal(4, start)
      if (0xD800..<0xDC00).contains(value), starts("\\u", at: position) {
        position += 2
        let low = try hexadecimal(4, start)
        value = (0xDC00..<0xE000).contains(low) ? (value << 10) &+ low &- 0x35F_DC00 : 0xD800
      }
      guard Unicode.Scalar(value) != nil else {
        throw TemplateFailure("half a surrogate pair", at: start)
      }
      append(value, to: &bytes)
    case 0x55:
      let value = try hexadecimal(8, start)
      guard Unicode.Scalar(value) != nil else { throw TemplateFailure("no character", at: start) }
      append(value, to: &bytes)
    default: bytes += [0x5C, byte]
    }
  }

  private mutating func hexadecimal(_ count: Int, _ start: Int) throws(TemplateFailure) -> UInt32 {
    guard position + count <= source.count,
      source[position..<(position + count)].allSatisfy({
        Unicode.Scalar($0).properties.isASCIIHexDigit
      }),
      let value = UInt32(
        String(decoding: source[position..<(position + count)], as: UTF8.self), radix: 16)
    else { throw TemplateFailure("the escape needs \(count) hexadecimal digits", at: start) }
    position += count
    return value
  }

  private func append(_ value: UInt32, to bytes: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(value) else { return }
    bytes += Array(String(scalar).utf8)
  }
}
