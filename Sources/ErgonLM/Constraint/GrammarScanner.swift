/// Walks over a grammar's text code point by code point, and knows where it is.
struct GrammarScanner {
  private let text: [Unicode.Scalar]
  private(set) var position = 0

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  var isAtEnd: Bool { position == text.count }

  /// The next code point, without stepping over it.
  var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

  mutating func advance() { position += 1 }

  mutating func take(_ word: String) -> Bool {
    let word = Array(word.unicodeScalars)
    guard text.count - position >= word.count,
      text[position..<position + word.count].elementsEqual(word)
    else { return false }
    position += word.count
    return true
  }

  /// Steps over blanks and comments, and over line ends where `lines` says so.
  mutating func skipBlanks(lines: Bool) {
    while let scalar = next {
      switch scalar {
      case " ", "\t": advance()
      case "\n", "\r":
        if !lines { return }
        advance()
      case "#": while let inside = next, inside != "\n", inside != "\r" { advance() }
      default: return
      }
    }
  }

  /// A rule's name; nil where none stands here.
  mutating func takeName() -> String? {
    var name = String.UnicodeScalarView()
    while let scalar = next, Self.isNamePart(scalar) {
      name.append(scalar)
      advance()
    }
    return name.isEmpty ? nil : String(name)
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }

  /// A count in decimal digits; nil where none stands here.
  mutating func takeCount() throws(LMError) -> Int? {
    let start = position
    var count = 0
    while let scalar = next, ("0"..."9").contains(scalar) {
      count = count * 10 + Int(scalar.value - 0x30)
      if count > GrammarLimits.repetitions {
        throw error("a repetition of more than \(GrammarLimits.repetitions)")
      }
      advance()
    }
    return position == start ? nil : count
  }

  /// A code point of a literal or a class, its escape resolved.
  mutating func takeCodePoint() throws(LMError) -> Unicode.Scalar {
    guard let scalar = next, scalar != "\n", scalar != "\r" else {
      throw error("a literal or class is not closed on its line")
    }
    advance()
    guard scalar == "\\" else { return scalar }
    guard let letter = next else { throw error("an escape without a letter") }
    advance()
    switch letter {
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "\\", "\"", "[", "]", "-", "^": return letter
    case "x": return try takeHex(2)
    case "u": return try takeHex(4)
    case "U": return try takeHex(8)
    default:
      position -= 1
      throw error("an unknown escape '\\\(letter)'")
    }
  }

  private mutating func takeHex(_ digits: Int) throws(LMError) -> Unicode.Scalar {
    let start = position
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = next, digit.isASCII, let nibble = Character(digit).hexDigitValue else {
        throw error("an escape of \(digits) hex digits with fewer")
      }
      value = value << 4 | UInt32(nibble)
      advance()
    }
    guard let scalar = Unicode.Scalar(value) else {
      position = start
      throw error("a number that is no code point")
    }
    return scalar
  }

  /// An error at the place where the scanner stands, or at an earlier one.
  func error(_ reason: String, at place: Int? = nil) -> LMError {
    let before = String(String.UnicodeScalarView(text[..<(place ?? position)]))
    return .request(
      what: "grammar, \(textPlace(behind: before.utf8))", reason: reason,
      mend: "mend the grammar")
  }
}
