/// Reads a regular expression from `^` to `$` as what a JSON string that matches it contains.
struct SchemaPattern {
  private let text: [Unicode.Scalar]
  private let place: String
  private var position = 0
  private var nesting = 0

  init(_ pattern: String, place: String) {
    text = Array(pattern.unicodeScalars)
    self.place = place
  }

  mutating func parse() throws(LMError) -> GrammarExpression {
    guard text.first == "^", text.count > 1, text.last == "$" else {
      throw unsupported("a pattern that does not run from ^ to $")
    }
    position = 1
    let content = try takeSequence()
    if next == "|" {
      throw unsupported("alternatives outside parentheses, of which ^ and $ are part")
    }
    guard next == "$", position == text.count - 1 else { throw error("expected the end") }
    return content
  }

  private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

  private mutating func takeAlternatives() throws(LMError) -> GrammarExpression {
    var alternatives = [try takeSequence()]
    while next == "|" {
      position += 1
      alternatives.append(try takeSequence())
    }
    return .alternatives(alternatives)
  }

  private mutating func takeSequence() throws(LMError) -> GrammarExpression {
    var parts: [GrammarExpression] = []
    while let scalar = next, scalar != "|", scalar != ")", scalar != "$" {
      parts.append(try takeRepetition(of: try takeItem()))
    }
    return .sequence(parts)
  }

  private mutating func takeItem() throws(LMError) -> GrammarExpression {
    let scalar = text[position]
    switch scalar {
    case "(":
      nesting += 1
      if nesting > GrammarLimits.nesting { throw error("nested too deep") }
      position += 1
      if next == "?" {
        guard position + 1 < text.count, text[position + 1] == ":" else {
          throw unsupported("a group with '(?'")
        }
        position += 2
      }
      let group = try takeAlternatives()
      guard next == ")" else { throw error("expected ')'") }
      position += 1
      nesting -= 1
      return group
    case "[": return try content(of: try takeClass())
    case ".":
      position += 1
      return try content(of: CodePointSet("\n\r\u{2028}\u{2029}".unicodeScalars).inverted)
    case "\\": return try content(of: try takeEscape())
    case "^": throw unsupported("'^' within a pattern")
    case "*", "+", "?", "{", "}", "]": throw error("a '\(scalar)' with nothing to it")
    default:
      position += 1
      return try content(of: CodePointSet(CollectionOfOne(scalar)))
    }
  }

  private mutating func takeRepetition(
    of item: GrammarExpression
  ) throws(LMError) -> GrammarExpression {
    let repeated: GrammarExpression
    switch next {
    case "*": repeated = .any(item)
    case "+": repeated = .repeated(item, minimum: 1, maximum: nil)
    case "?": repeated = .optional(item)
    case "{":
      position += 1
      guard let minimum = try takeCount() else { throw error("expected a count") }
      var maximum: Int? = minimum
      if next == "," {
        position += 1
        maximum = try takeCount()
      }
      guard next == "}" else { throw error("expected '}'") }
      if let maximum, maximum < minimum { throw error("a repetition that runs backwards") }
      repeated = .repeated(item, minimum: minimum, maximum: maximum)
    default: return item
    }
    position += 1
    // Whether it takes few or many first makes no other language.
    if next == "?" { position += 1 }
    if let next, "*+?{".unicodeScalars.contains(next) { throw error("a repetition of another") }
    return repeated
  }

  private mutating func takeCount() throws(LMError) -> Int? {
    var count: Int?
    while let digit = next, ("0"..."9").contains(digit) {
      count = (count ?? 0) * 10 + Int(digit.value - 0x30)
      if count! > GrammarLimits.repetitions { throw error("too many repetitions") }
      position += 1
    }
    return count
  }

  private mutating func takeClass() throws(LMError) -> CodePointSet {
    position += 1
    let isInverted = next == "^"
    if isInverted { position += 1 }
    var ranges: [ClosedRange<UInt32>] = []
    while let scalar = next, scalar != "]" {
      let first = try takeMember()
      if next == "-", position + 1 < text.count, text[position + 1] != "]" {
        position += 1
        guard next != nil else { throw error("a class that is not closed") }
        let last = try takeMember()
        guard let low = first.single, let high = last.single, low <= high else {
          throw error("a range that runs backwards")
        }
        ranges.append(low...high)
      } else {
        ranges += first.ranges
      }
    }
    guard next == "]" else { throw error("a class that is not closed") }
    position += 1
    let set = CodePointSet(ranges)
    return isInverted ? set.inverted : set
  }

  private mutating func takeMember() throws(LMError) -> CodePointSet {
    if next == "\\" { return try takeEscape() }
    position += 1
    return CodePointSet(CollectionOfOne(text[position - 1]))
  }

  private mutating func takeEscape() throws(LMError) -> CodePointSet {
    position += 1
    guard let letter = next else { throw error("an escape without a letter") }
    position += 1
    let digits = CodePointSet([0x30...0x39])
    let words = digits.union(CodePointSet([0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]))
    let spaces = CodePointSet([
      0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
      0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    switch letter {
    case "d": return digits
    case "D": return digits.inverted
    case "w": return words
    case "W": return words.inverted
    case "s": return spaces
    case "S": return spaces.inverted
    case "n": return CodePointSet("\n".unicodeScalars)
    case "r": return CodePointSet("\r".unicodeScalars)
    case "t": return CodePointSet("\t".unicodeScalars)
    case "f": return CodePointSet("\u{C}".unicodeScalars)
    case "x": return try takeHex(2)
    case "u": return try takeHex(4)
    case "a"..."z", "A"..."Z", "0"..."9": throw unsupported("the escape '\\\(letter)'")
    default: return CodePointSet(CollectionOfOne(letter))
    }
  }

  private mutating func takeHex(_ digits: Int) throws(LMError) -> CodePointSet {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = next, digit.isASCII, let nibble = Character(digit).hexDigitValue else {
        throw error("an escape of \(digits) hex digits with fewer")
      }
      value = value << 4 | UInt32(nibble)
      position += 1
    }
    guard let scalar = Unicode.Scalar(value) else { throw unsupported("half of a surrogate pair") }
    return CodePointSet(CollectionOfOne(scalar))
  }

  /// A character of a set as JSON writes it: as it is, or as its short escape.
  private func content(of set: CodePointSet) throws(LMError) -> GrammarExpression {
    var alternatives: [GrammarExpression] = []
    let plain = set.intersection(SchemaConverter.plain)
    if !plain.isEmpty { alternatives.append(.codePoint(plain)) }
    for (scalar, escape) in Self.escapes where set.contains(scalar) {
      alternatives.append(.literal(escape))
    }
    if alternatives.isEmpty {
      throw unsupported("a class whose characters JSON has no short form of")
    }
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  private static let escapes: [(Unicode.Scalar, String)] = [
    ("\"", "\\\""), ("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"),
    ("\u{8}", "\\b"), ("\u{C}", "\\f"),
  ]

  private func error(_ reason: String) -> LMError {
    .request(
      what: "JSON schema, \(place), character \(position + 1)", reason: reason,
      mend: "mend the pattern")
  }

  private func unsupported(_ what: String) -> LMError {
    .unsupported(
      source: "JSON schema, \(place)", what: what,
      mend: "write it without, or leave the pattern out")
  }
}

extension CodePointSet {
  /// The one code point of the set, if there is but one.
  fileprivate var single: UInt32? {
    ranges.count == 1 && ranges[0].count == 1 ? ranges[0].lowerBound : nil
  }
}
