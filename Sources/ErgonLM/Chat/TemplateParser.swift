/// Reads a template's statements; expressions are in the extension.
struct TemplateParser {
  var syntax = TemplateSyntax()
  private let tokens: [TemplateToken]
  private var index = 0
  private var depth = 0
  private var loops = 0

  /// Templates in use nest some ten levels; a level takes up to 18 KiB of stack in a debug build,
  /// and some threads have 512 KiB.
  private static let maxDepth = 24

  typealias ID = TemplateSyntax.ID

  private init(_ tokens: [TemplateToken]) { self.tokens = tokens }

  static func parse(_ source: [UInt8]) throws(TemplateFailure) -> TemplateSyntax {
    var parser = TemplateParser(try TemplateLexer.tokens(source))
    let (body, _) = try parser.statements(until: [])
    parser.syntax.body = body
    return parser.syntax
  }

  // MARK: Tokens

  var current: TemplateToken { tokens[index] }
  var next: TemplateToken { tokens[min(index + 1, tokens.count - 1)] }
  var offset: Int { current.offset }

  mutating func advance() { if index + 1 < tokens.count { index += 1 } }

  mutating func accept(_ symbol: String) -> Bool {
    guard current.kind == .symbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func accept(word: String) -> Bool {
    guard current.kind == .name(word) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: String) throws(TemplateFailure) {
    guard accept(symbol) else { throw unexpected("'\(symbol)'") }
  }

  mutating func name() throws(TemplateFailure) -> String {
    guard case .name(let name) = current.kind else { throw unexpected("a name") }
    advance()
    return name
  }

  func unexpected(_ wanted: String) -> TemplateFailure {
    let found =
      switch current.kind {
      case .text: "text"
      case .beginOutput: "'{{'"
      case .endOutput: "'}}'"
      case .beginTag: "'{%'"
      case .endTag: "'%}'"
      case .name(let name): "'\(name.prefix(40))'"
      case .string: "a string"
      case .integer, .number: "a number"
      case .symbol(let symbol): "'\(symbol)'"
      case .end: "the end of the template"
      }
    return TemplateFailure("\(wanted) expected, not \(found)", at: offset)
  }

  mutating func enter() throws(TemplateFailure) {
    depth += 1
    guard depth <= Self.maxDepth else {
      throw TemplateFailure("nested deeper than \(Self.maxDepth) levels", at: offset)
    }
  }

  mutating func leave() { depth -= 1 }

  private mutating func endTag() throws(TemplateFailure) {
    guard current.kind == .endTag else { throw unexpected("'%}'") }
    advance()
  }

  // MARK: Statements

  /// Statements up to a tag of one of these names, whose name is consumed and returned.
  private mutating func statements(
    until ends: [String]
  ) throws(TemplateFailure) -> (body: [ID], end: String) {
    try enter()
    defer { leave() }
    let start = offset
    var body: [ID] = []
    while true {
      let place = offset
      switch current.kind {
      case .text(let bytes):
        advance()
        body.append(syntax.add(.text(TemplateString(bytes: bytes)), at: place))
      case .beginOutput:
        advance()
        let value = try tuple()
        guard current.kind == .endOutput else { throw unexpected("'}}'") }
        advance()
        body.append(syntax.add(.output(value), at: place))
      case .beginTag:
        advance()
        let word = try name()
        if ends.contains(word) { return (body, word) }
        if let statement = try statement(word, at: place) { body.append(statement) }
      case .end:
        guard ends.isEmpty else {
          throw TemplateFailure("'\(ends[ends.count - 1])' is missing", at: start)
        }
        return (body, "")
      default: throw unexpected("text or a tag")
      }
    }
  }

  private mutating func block(_ end: String) throws(TemplateFailure) -> [ID] {
    try endTag()
    let (body, _) = try statements(until: [end])
    return body
  }

  private mutating func statement(_ word: String, at place: Int) throws(TemplateFailure) -> ID? {
    let kind: TemplateSyntax.Kind
    switch word {
    case "if": kind = try branch()
    case "for": return try loop(at: place)
    case "set": kind = try assignment()
    case "macro":
      let name = try name()
      let parameters = try parameters()
      let first = syntax.nodes.count
      let body = try functionBody("endmacro")
      kind = .macro(name, parameters, body, extras(from: first))
      if case .name(name) = current.kind { advance() }
    case "call":
      let parameters = current.kind == .symbol("(") ? try parameters() : []
      let call = try expression()
      guard case .call = syntax.nodes[call].kind else {
        throw TemplateFailure("'call' needs a call", at: place)
      }
      kind = .callBlock(parameters, call: call, try functionBody("endcall"))
    case "filter":
      var filters = [try filter()]
      while accept("|") { filters.append(try filter()) }
      kind = .filterBlock(filters, try block("endfilter"))
    case "with":
      var bindings: [(TemplateSyntax.Target, ID)] = []
      while current.kind != .endTag {
        let target = try target()
        try expect("=")
        bindings.append((target, try expression()))
        if !accept(",") { break }
      }
      kind = .scope(bindings, try block("endwith"))
    // Marks what an assistant said, which only training looks at.
    case "generation": kind = .scope([], try block("endgeneration"))
    case "break", "continue":
      guard loops > 0 else { throw TemplateFailure("'\(word)' outside of a loop", at: place) }
      kind = word == "break" ? .breakLoop : .continueLoop
    case "include", "import", "from", "extends", "block", "do", "autoescape", "trans":
      throw TemplateFailure("'\(word)' is not supported in chat templates", at: place)
    default: throw TemplateFailure("unknown tag '\(word.prefix(40))'", at: place)
    }
    try endTag()
    return syntax.add(kind, at: place)
  }

  /// The body of a macro, whose loops are its own.
  private mutating func functionBody(_ end: String) throws(TemplateFailure) -> [ID] {
    let outer = loops
    loops = 0
    defer { loops = outer }
    return try block(end)
  }

  /// What the nodes from one on name.
  private func extras(from first: Int) -> TemplateSyntax.Extras {
    var extras: TemplateSyntax.Extras = []
    for node in syntax.nodes[first...] {
      guard case .name(let name) = node.kind else { continue }
      switch name {
      case "varargs": extras.insert(.varargs)
      case "kwargs": extras.insert(.kwargs)
      case "caller": extras.insert(.caller)
      default: break
      }
    }
    return extras
  }

  private mutating func branch() throws(TemplateFailure) -> TemplateSyntax.Kind {
    var branches: [(condition: ID?, body: [ID])] = []
    var condition: ID? = try tuple()
    while true {
      try endTag()
      let ends = condition == nil ? ["endif"] : ["elif", "else", "endif"]
      let (body, end) = try statements(until: ends)
      branches.append((condition, body))
      if end == "endif" { return .branch(branches) }
      condition = end == "elif" ? try tuple() : nil
    }
  }

  private mutating func loop(at place: Int) throws(TemplateFailure) -> ID {
    let target = try target()
    guard accept(word: "in") else { throw unexpected("'in'") }
    let values = try tuple(withCondition: false)
    let condition = accept(word: "if") ? try expression() : nil
    if current.kind == .name("recursive") {
      throw TemplateFailure("recursive loops are not supported in chat templates", at: offset)
    }
    try endTag()
    loops += 1
    let (body, end) = try statements(until: ["else", "endfor"])
    loops -= 1
    var otherwise: [ID] = []
    if end == "else" { otherwise = try block("endfor") }
    try endTag()
    return syntax.add(
      .loop(target, over: values, condition: condition, body: body, otherwise: otherwise), at: place
    )
  }

  private mutating func assignment() throws(TemplateFailure) -> TemplateSyntax.Kind {
    let target = try target()
    if accept("=") { return .assign(target, try tuple()) }
    var filters: [TemplateSyntax.Filter] = []
    while accept("|") { filters.append(try filter()) }
    return .assignBlock(target, filters, try block("endset"))
  }

  private mutating func target() throws(TemplateFailure) -> TemplateSyntax.Target {
    let isGrouped = accept("(")
    let place = offset
    let first = try assignable()
    if !isGrouped, accept(".") { return .member(try name(), of: first) }
    var names = [first]
    var isTuple = false
    while accept(",") {
      isTuple = true
      guard case .name(let word) = current.kind, word != "in" else { break }
      names.append(try assignable())
    }
    if isGrouped { try expect(")") }
    guard Set(names).count == names.count else {
      throw TemplateFailure("a name is assigned to twice", at: place)
    }
    return isTuple ? .names(names) : .name(first)
  }

  private mutating func assignable() throws(TemplateFailure) -> String {
    let place = offset
    let name = try name()
    guard !["true", "false", "none", "True", "False", "None", "loop"].contains(name) else {
      throw TemplateFailure("'\(name)' cannot be assigned to", at: place)
    }
    return name
  }

  private mutating func parameters() throws(TemplateFailure) -> [TemplateSyntax.Parameter] {
    try expect("(")
    var parameters: [TemplateSyntax.Parameter] = []
    while !accept(")") {
      if !parameters.isEmpty { try expect(",") }
      if accept(")") { break }
      let name = try assignable()
      let fallback = accept("=") ? try expression() : nil
      if fallback == nil, parameters.last?.fallback != nil {
        throw TemplateFailure("'\(name)' needs a default, as the one before has one", at: offset)
      }
      parameters.append(TemplateSyntax.Parameter(name: name, fallback: fallback))
    }
    return parameters
  }
}
