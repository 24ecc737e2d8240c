extension TemplateParser {
  /// One expression, or several with commas, which are a tuple.
  mutating func tuple(withCondition: Bool = true) throws(TemplateFailure) -> ID {
    let place = offset
    var items = [try withCondition ? expression() : disjunction()]
    var isTuple = false
    while accept(",") {
      isTuple = true
      if endsTuple { break }
      items.append(try withCondition ? expression() : disjunction())
    }
    return isTuple ? syntax.add(.tuple(items), at: place) : items[0]
  }

  private var endsTuple: Bool {
    switch current.kind {
    case .endTag, .endOutput, .symbol(")"), .symbol("]"), .name("in"): true
    default: false
    }
  }

  /// `value if condition else other`.
  mutating func expression() throws(TemplateFailure) -> ID {
    try enter()
    defer { leave() }
    let place = offset
    let value = try disjunction()
    guard accept(word: "if") else { return value }
    let condition = try disjunction()
    let otherwise = accept(word: "else") ? try expression() : nil
    return syntax.add(.conditional(value, condition: condition, otherwise: otherwise), at: place)
  }

  private mutating func disjunction() throws(TemplateFailure) -> ID {
    let place = offset
    var items = [try conjunction()]
    while accept(word: "or") { items.append(try conjunction()) }
    return items.count == 1 ? items[0] : syntax.add(.any(items), at: place)
  }

  private mutating func conjunction() throws(TemplateFailure) -> ID {
    let place = offset
    var items = [try negation()]
    while accept(word: "and") { items.append(try negation()) }
    return items.count == 1 ? items[0] : syntax.add(.all(items), at: place)
  }

  private mutating func negation() throws(TemplateFailure) -> ID {
    let place = offset
    guard accept(word: "not") else { return try comparison() }
    try enter()
    defer { leave() }
    return syntax.add(.not(try negation()), at: place)
  }

  private mutating func comparison() throws(TemplateFailure) -> ID {
    let place = offset
    let first = try chain(0)
    var rest: [(TemplateSyntax.Comparison, ID)] = []
    while let relation = relation() { rest.append((relation, try chain(0))) }
    return rest.isEmpty ? first : syntax.add(.comparison(first, rest), at: place)
  }

  private mutating func relation() -> TemplateSyntax.Comparison? {
    let relation: TemplateSyntax.Comparison
    switch current.kind {
    case .symbol("=="): relation = .equal
    case .symbol("!="): relation = .notEqual
    case .symbol("<"): relation = .less
    case .symbol("<="): relation = .lessOrEqual
    case .symbol(">"): relation = .greater
    case .symbol(">="): relation = .greaterOrEqual
    case .name("in"): relation = .within
    case .name("not") where next.kind == .name("in"):
      advance()
      relation = .notWithin
    default: return nil
    }
    advance()
    return relation
  }

  /// The operators, and how tightly each binds.
  private static let operators: [String: (operation: TemplateSyntax.Operator, rank: Int)] = [
    "+": (.add, 0), "-": (.subtract, 0), "~": (.join, 1), "*": (.multiply, 2), "/": (.divide, 2),
    "//": (.divideWhole, 2), "%": (.remainder, 2), "**": (.power, 3),
  ]

  private var infix: (operation: TemplateSyntax.Operator, rank: Int)? {
    guard case .symbol(let symbol) = current.kind else { return nil }
    return Self.operators[symbol]
  }

  /// Operators that bind at least so tightly, with what they join; each run of one rank is one
  /// node, so that a long sum is no deep one.
  private mutating func chain(_ least: Int) throws(TemplateFailure) -> ID {
    let place = offset
    var value = try unary(withFilters: true)
    while let rank = infix?.rank, rank >= least {
      var rest: [(TemplateSyntax.Operator, ID)] = []
      while let infix, infix.rank == rank {
        advance()
        rest.append((infix.operation, try chain(rank + 1)))
      }
      value = syntax.add(.chain(value, rest), at: place)
    }
    return value
  }

  private mutating func unary(withFilters: Bool) throws(TemplateFailure) -> ID {
    let place = offset
    var value: ID
    if accept("-") {
      try enter()
      value = syntax.add(.negative(try unary(withFilters: false)), at: place)
      leave()
    } else if accept("+") {
      try enter()
      value = syntax.add(.positive(try unary(withFilters: false)), at: place)
      leave()
    } else {
      value = try primary()
    }
    value = try postfix(value)
    guard withFilters else { return value }
    while true {
      if accept("|") {
        let filter = try filter()
        value = syntax.add(.filter(value, filter), at: filter.offset)
      } else if current.kind == .name("is") {
        advance()
        value = try test(value)
      } else if current.kind == .symbol("(") {
        value = syntax.add(.call(value, try arguments()), at: place)
      } else {
        return value
      }
    }
  }

  mutating func filter() throws(TemplateFailure) -> TemplateSyntax.Filter {
    let place = offset
    let name = try name()
    let arguments =
      current.kind == .symbol("(") ? try arguments() : TemplateSyntax.Arguments()
    return TemplateSyntax.Filter(name: name, arguments: arguments, offset: place)
  }

  private mutating func test(_ value: ID) throws(TemplateFailure) -> ID {
    let place = offset
    let isNegated = accept(word: "not")
    let name = try name()
    var arguments = TemplateSyntax.Arguments()
    switch current.kind {
    case .symbol("("): arguments = try self.arguments()
    case .name(let word) where ["else", "or", "and", "if", "is", "not", "in"].contains(word): break
    case .name, .string, .integer, .number, .symbol("["), .symbol("{"):
      arguments.positional = [try postfix(try primary())]
    default: break
    }
    let test = TemplateSyntax.Filter(name: name, arguments: arguments, offset: place)
    return syntax.add(.test(value, test, isNegated: isNegated), at: place)
  }

  private mutating func primary() throws(TemplateFailure) -> ID {
    let place = offset
    switch current.kind {
    case .name(let name):
      advance()
      switch name {
      case "true", "True": return syntax.add(.boolean(true), at: place)
      case "false", "False": return syntax.add(.boolean(false), at: place)
      case "none", "None": return syntax.add(.none, at: place)
      default: return syntax.add(.name(name), at: place)
      }
    case .string(var string):
      advance()
      while case .string(let more) = current.kind {
        string.append(more)
        advance()
      }
      return syntax.add(.string(string), at: place)
    case .integer(let value):
      advance()
      return syntax.add(.integer(value), at: place)
    case .number(let value):
      advance()
      return syntax.add(.number(value), at: place)
    case .symbol("("):
      advance()
      if accept(")") { return syntax.add(.tuple([]), at: place) }
      let value = try tuple()
      try expect(")")
      return value
    case .symbol("["):
      advance()
      var items: [ID] = []
      while !accept("]") {
        if !items.isEmpty { try expect(",") }
        if accept("]") { break }
        items.append(try expression())
      }
      return syntax.add(.list(items), at: place)
    case .symbol("{"):
      advance()
      var items: [(key: ID, value: ID)] = []
      while !accept("}") {
        if !items.isEmpty { try expect(",") }
        if accept("}") { break }
        let key = try expression()
        try expect(":")
        items.append((key, try expression()))
      }
      return syntax.add(.map(items), at: place)
    default: throw unexpected("an expression")
    }
  }

  private mutating func postfix(_ first: ID) throws(TemplateFailure) -> ID {
    var value = first
    while true {
      let place = offset
      if accept(".") {
        if case .integer(let index) = current.kind {
          advance()
          value = syntax.add(.element(value, syntax.add(.integer(index), at: place)), at: place)
        } else {
          value = syntax.add(.member(value, try name()), at: place)
        }
      } else if accept("[") {
        value = try subscripted(value, at: place)
      } else if current.kind == .symbol("(") {
        value = syntax.add(.call(value, try arguments()), at: place)
      } else {
        return value
      }
    }
  }

  private mutating func subscripted(_ value: ID, at place: Int) throws(TemplateFailure) -> ID {
    var parts: [ID?] = [nil, nil, nil]
    var part = 0
    while !accept("]") {
      if accept(":") {
        part += 1
        if part > 2 { throw TemplateFailure("a slice has at most two colons", at: offset) }
      } else {
        guard parts[part] == nil else { throw unexpected("']'") }
        parts[part] = try expression()
      }
    }
    if part > 0 {
      return syntax.add(.slice(value, from: parts[0], to: parts[1], by: parts[2]), at: place)
    }
    guard let key = parts[0] else { throw TemplateFailure("the brackets are empty", at: place) }
    return syntax.add(.element(value, key), at: place)
  }

  private mutating func arguments() throws(TemplateFailure) -> TemplateSyntax.Arguments {
    try expect("(")
    var arguments = TemplateSyntax.Arguments()
    var isFirst = true
    while !accept(")") {
      if !isFirst { try expect(",") }
      isFirst = false
      if accept(")") { break }
      if accept("**") {
        arguments.spreadNamed = try expression()
      } else if accept("*") {
        arguments.spread = try expression()
      } else if case .name(let name) = current.kind, next.kind == .symbol("=") {
        advance()
        advance()
        arguments.named.append((name, try expression()))
      } else {
        guard arguments.named.isEmpty, arguments.spread == nil else {
          throw TemplateFailure("arguments without a name come first", at: offset)
        }
        arguments.positional.append(try expression())
      }
    }
    return arguments
  }
}
