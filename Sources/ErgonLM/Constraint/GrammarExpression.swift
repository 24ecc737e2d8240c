/// What a rule of a grammar says, before it is made into steps.
indirect enum GrammarExpression: Sendable {
  /// One code point of a set.
  case codePoint(CodePointSet)
  /// Another rule, by its number.
  case rule(Int)
  case sequence([GrammarExpression])
  case alternatives([GrammarExpression])
  /// The expression from `minimum` to `maximum` times; nil is without end.
  case repeated(GrammarExpression, minimum: Int, maximum: Int?)

  /// The empty text.
  static let empty = GrammarExpression.sequence([])

  static func literal(_ text: String) -> GrammarExpression {
    .sequence(text.unicodeScalars.map { .codePoint(CodePointSet(CollectionOfOne($0))) })
  }

  static func characters(_ scalars: String) -> GrammarExpression {
    .codePoint(CodePointSet(scalars.unicodeScalars))
  }

  static func range(_ first: Unicode.Scalar, _ last: Unicode.Scalar) -> GrammarExpression {
    .codePoint(CodePointSet([first.value...last.value]))
  }

  static func optional(_ expression: GrammarExpression) -> GrammarExpression {
    .repeated(expression, minimum: 0, maximum: 1)
  }

  static func any(_ expression: GrammarExpression) -> GrammarExpression {
    .repeated(expression, minimum: 0, maximum: nil)
  }

  static func exactly(_ count: Int, _ expression: GrammarExpression) -> GrammarExpression {
    .repeated(expression, minimum: count, maximum: count)
  }
}

/// Rules by number, with the names that errors call them by.
struct GrammarRules: Sendable {
  private(set) var names: [String] = []
  /// Nil where a rule is spoken of and not yet said.
  var expressions: [GrammarExpression?] = []

  mutating func add(_ name: String, _ expression: GrammarExpression? = nil) -> Int {
    names.append(name)
    expressions.append(expression)
    return names.count - 1
  }

  /// One of several texts, as a tree of what they begin with, so that few ways are open at once:
  /// the number of its rule.
  mutating func choice(_ name: String, of texts: [String]) -> Int {
    let texts = texts.map { Array($0.unicodeScalars) }.sorted {
      $0.lexicographicallyPrecedes($1)
    }
    let root = add(name)
    // A rule, the texts it covers, and how many code points of these are behind it.
    var open: [(rule: Int, texts: Range<Int>, depth: Int)] = [(root, texts.indices, 0)]
    while let (rule, range, depth) = open.popLast() {
      var alternatives: [GrammarExpression] = []
      var start = range.lowerBound
      while start < range.upperBound && texts[start].count == depth {
        if start == range.lowerBound { alternatives.append(.empty) }
        start += 1
      }
      while start < range.upperBound {
        let first = texts[start][depth]
        var end = start + 1
        while end < range.upperBound && texts[end][depth] == first { end += 1 }
        // Sorted texts share what their first and last share.
        var shared = depth + 1
        while shared < texts[start].count, shared < texts[end - 1].count,
          texts[start][shared] == texts[end - 1][shared]
        {
          shared += 1
        }
        var parts = texts[start][depth..<shared].map {
          GrammarExpression.codePoint(CodePointSet(CollectionOfOne($0)))
        }
        if shared < texts[end - 1].count {
          let next = add(name)
          open.append((next, start..<end, shared))
          parts.append(.rule(next))
        }
        alternatives.append(.sequence(parts))
        start = end
      }
      expressions[rule] = .alternatives(alternatives)
    }
    return root
  }
}
