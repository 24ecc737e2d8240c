/// What a grammar may take at most, so that a hostile one ends with an error and soon.
enum GrammarLimits {
  static let text = 1 << 20
  static let rules = 50_000
  /// Steps of all rules together.
  static let steps = 500_000
  static let repetitions = 50_000
  /// Parentheses, and schemas within schemas; a level takes up to 12 KiB of stack in a debug build,
  /// and some threads have 512 KiB.
  static let nesting = 32
  /// Schemas that one place refers to or has under `allOf`.
  static let schemas = 100
  /// Ways that one rule opens at once.
  static let openings = 100_000
  /// Frames of a stack.
  static let depth = 512
}

/// Reads rules in llama.cpp's GBNF notation.
struct GrammarParser {
  private var scanner: GrammarScanner
  private var rules = GrammarRules()
  private var numbers: [String: Int] = [:]
  /// Where a rule was first spoken of.
  private var places: [Int] = []
  private var nesting = 0

  /// The rules of a grammar, and the number of `root`.
  static func parse(_ text: String) throws(LMError) -> (rules: GrammarRules, root: Int) {
    guard text.utf8.count <= GrammarLimits.text else {
      throw .request(
        what: "grammar", reason: "\(text.utf8.count) bytes, more than \(GrammarLimits.text)",
        mend: "make it smaller")
    }
    var parser = GrammarParser(text)
    return try parser.takeAll()
  }

  private init(_ text: String) { scanner = GrammarScanner(text) }

  private mutating func takeAll() throws(LMError) -> (rules: GrammarRules, root: Int) {
    scanner.skipBlanks(lines: true)
    while !scanner.isAtEnd { try takeRule() }
    for (number, expression) in rules.expressions.enumerated() where expression == nil {
      throw scanner.error("the rule '\(rules.names[number])' is nowhere", at: places[number])
    }
    guard let root = numbers["root"] else { throw scanner.error("there is no rule 'root'") }
    return (rules, root)
  }

  private mutating func takeRule() throws(LMError) {
    let start = scanner.position
    guard let name = scanner.takeName() else { throw scanner.error("expected a rule's name") }
    let number = try number(of: name, at: start)
    if rules.expressions[number] != nil {
      throw scanner.error("the rule '\(name)' stands twice", at: start)
    }
    scanner.skipBlanks(lines: false)
    guard scanner.take("::=") else { throw scanner.error("expected '::='") }
    scanner.skipBlanks(lines: true)
    rules.expressions[number] = try takeAlternatives()
    guard scanner.isAtEnd || scanner.next == "\n" || scanner.next == "\r" else {
      throw scanner.error("expected the rule's end")
    }
    scanner.skipBlanks(lines: true)
  }

  private mutating func number(of name: String, at place: Int) throws(LMError) -> Int {
    if let number = numbers[name] { return number }
    if numbers.count == GrammarLimits.rules {
      throw scanner.error("more than \(GrammarLimits.rules) rules", at: place)
    }
    let number = rules.add(name)
    numbers[name] = number
    places.append(place)
    return number
  }

  private mutating func takeAlternatives() throws(LMError) -> GrammarExpression {
    var alternatives = [try takeSequence()]
    while scanner.next == "|" {
      scanner.advance()
      scanner.skipBlanks(lines: true)
      alternatives.append(try takeSequence())
    }
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  private mutating func takeSequence() throws(LMError) -> GrammarExpression {
    var parts: [GrammarExpression] = []
    while let item = try takeItem() {
      parts.append(try takeRepetition(of: item))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  /// A literal, a class, a dot, a rule's name or a group; nil at the sequence's end.
  private mutating func takeItem() throws(LMError) -> GrammarExpression? {
    let start = scanner.position
    switch scanner.next {
    case "\"":
      scanner.advance()
      var literal: [GrammarExpression] = []
      while scanner.next != "\"" {
        let scalar = try scanner.takeCodePoint()
        literal.append(.codePoint(CodePointSet(CollectionOfOne(scalar))))
      }
      scanner.advance()
      return literal.count == 1 ? literal[0] : .sequence(literal)
    case "[": return .codePoint(try takeClass())
    case ".":
      scanner.advance()
      return .codePoint(.all)
    case "(":
      nesting += 1
      if nesting > GrammarLimits.nesting {
        throw scanner.error("parentheses nested deeper than \(GrammarLimits.nesting)")
      }
      scanner.advance()
      scanner.skipBlanks(lines: true)
      let group = try takeAlternatives()
      guard scanner.next == ")" else { throw scanner.error("expected ')'") }
      scanner.advance()
      nesting -= 1
      return group
    default:
      guard let name = scanner.takeName() else { return nil }
      return .rule(try number(of: name, at: start))
    }
  }

  private mutating func takeClass() throws(LMError) -> CodePointSet {
    let start = scanner.position
    scanner.advance()
    let isInverted = scanner.next == "^"
    if isInverted { scanner.advance() }
    var ranges: [ClosedRange<UInt32>] = []
    while scanner.next != "]" {
      let first = try scanner.takeCodePoint().value
      var last = first
      if scanner.next == "-" {
        scanner.advance()
        if scanner.next == "]" {
          ranges.append(0x2D...0x2D)
        } else {
          last = try scanner.takeCodePoint().value
          if last < first { throw scanner.error("a range that runs backwards") }
        }
      }
      ranges.append(first...last)
    }
    scanner.advance()
    let set = isInverted ? CodePointSet(ranges).inverted : CodePointSet(ranges)
    if set.isEmpty { throw scanner.error("a class that no character is of", at: start) }
    return set
  }

  /// `*`, `+`, `?`, `{m}`, `{m,}`, `{m,n}` or `{,n}` behind an item.
  private mutating func takeRepetition(
    of item: GrammarExpression
  ) throws(LMError) -> GrammarExpression {
    scanner.skipBlanks(lines: nesting > 0)
    let repeated: GrammarExpression
    switch scanner.next {
    case "*": repeated = .any(item)
    case "+": repeated = .repeated(item, minimum: 1, maximum: nil)
    case "?": repeated = .optional(item)
    case "{":
      let (minimum, maximum) = try takeBounds()
      repeated = .repeated(item, minimum: minimum, maximum: maximum)
    default: return item
    }
    scanner.advance()
    scanner.skipBlanks(lines: nesting > 0)
    // Only parentheses nest, so that their limit bounds how deep an expression is.
    if let next = scanner.next, "*+?{".unicodeScalars.contains(next) {
      throw scanner.error("two repetitions in a row: put the first in parentheses")
    }
    return repeated
  }

  /// What stands in braces; the scanner stays at the closing one.
  private mutating func takeBounds() throws(LMError) -> (Int, Int?) {
    let start = scanner.position
    scanner.advance()
    scanner.skipBlanks(lines: false)
    let first = try scanner.takeCount()
    scanner.skipBlanks(lines: false)
    var maximum = first
    if scanner.next == "," {
      scanner.advance()
      scanner.skipBlanks(lines: false)
      maximum = try scanner.takeCount()
      scanner.skipBlanks(lines: false)
      if first == nil && maximum == nil { throw scanner.error("expected a number") }
    } else if first == nil {
      throw scanner.error("expected a number")
    }
    guard scanner.next == "}" else { throw scanner.error("expected '}'") }
    if let maximum, maximum < first ?? 0 {
      throw scanner.error("a repetition of at most fewer than at least", at: start)
    }
    return (first ?? 0, maximum)
  }
}
