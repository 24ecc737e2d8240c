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
///
/// What stands within tags is in the extension.
struct TemplateLexer {
  let source: [UInt8]
  var position = 0
  var tokens: [TemplateToken] = []
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

  func starts(_ text: StaticString, at place: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard place + count <= source.count else { return false }
    return (0..<count).allSatisfy { source[place + $0] == text.utf8Start[$0] }
  }

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
  mutating func finish(sign: UInt8, trimsLine: Bool) {
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

  func skipBlanks(_ place: inout Int) {
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
}
