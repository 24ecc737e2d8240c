/// Renders a parsed template.
///
/// A template comes from a stranger's file: what it may do is counted in steps, and how deep it may
/// go is bounded, so that it ends soon whatever it says.
final class TemplateEvaluator {
  typealias ID = TemplateSyntax.ID

  /// A conversation of a thousand messages takes some hundred thousand.
  static let maxSteps = 10_000_000
  /// Bytes of an output, and of any string on the way.
  static let maxOutput = 1 << 26
  /// Levels of statements, expressions and macro calls; a level takes up to 6 KiB of stack in a
  /// debug build, and some threads have 512 KiB.
  private static let maxDepth = 64
  static let maxRange = 100_000
  /// Steps that a string of its own stands for, and one of the things that stay until the end: a
  /// step is worth sixteen bytes, so that the steps bound the memory, too.
  static let stringCost = 4
  private static let keptCost = 16

  let syntax: TemplateSyntax
  let now: CivilTime
  var scope: TemplateScope
  private var output: [UInt8] = []
  private let stepLimit: Int
  private var steps = 0
  private var depth = 0
  /// Where the work is, for errors.
  var offset = 0
  /// What may hold itself, to be emptied at the end.
  private var namespaces: [TemplateNamespace] = []
  private var keptScopes: [TemplateScope] = []
  private var watching: [TemplateLoop] = []

  private enum Flow { case on, breakLoop, continueLoop }

  init(
    _ syntax: TemplateSyntax, variables: [String: TemplateValue], now: CivilTime,
    stepLimit: Int = maxSteps
  ) {
    self.stepLimit = stepLimit
    self.syntax = syntax
    self.now = now
    let globals = TemplateScope(in: nil)
    for name in ["range", "namespace", "dict", "raise_exception", "strftime_now"] {
      globals.values[name] = .function(.global(name))
    }
    globals.values.merge(variables) { $1 }
    scope = TemplateScope(in: globals)
  }

  deinit {
    for namespace in namespaces { namespace.values = [:] }
    for scope in keptScopes { scope.values = [:] }
    for loop in watching { loop.watched = nil }
  }

  func render() throws(TemplateFailure) -> String {
    do {
      _ = try run(syntax.body)
    } catch {
      throw TemplateFailure(error.reason, at: error.offset ?? offset, isRefusal: error.isRefusal)
    }
    return String(decoding: output, as: UTF8.self)
  }

  // MARK: Bounds

  func charge(_ cost: Int) throws(TemplateFailure) {
    steps += cost
    guard steps <= stepLimit else {
      throw TemplateFailure("the template does not end within \(stepLimit) steps")
    }
  }

  /// Charges for what was made.
  func made(_ value: TemplateValue) throws(TemplateFailure) -> TemplateValue {
    switch value {
    case .string(let string): try charge(string.bytes.count / 16)
    case .list(let list): try charge(list.items.count)
    case .map(let map): try charge(map.entries.count)
    default: break
    }
    return value
  }

  /// Charges for what is read as a whole, but not for what lies within it.
  func read(_ value: TemplateValue) throws(TemplateFailure) {
    switch value {
    case .string(let string): try charge(string.bytes.count / 64)
    case .list(let list): try charge(list.items.count)
    case .map(let map): try charge(map.entries.count)
    default: break
    }
  }

  func enter(_ place: Int) throws(TemplateFailure) {
    offset = place
    depth += 1
    try charge(1)
    guard depth <= Self.maxDepth else {
      throw TemplateFailure("the template goes deeper than \(Self.maxDepth) levels")
    }
  }

  func leave() { depth -= 1 }

  func makeNamespace(
    _ values: [String: TemplateValue]
  ) throws(TemplateFailure) -> TemplateValue {
    try charge(Self.keptCost * (1 + values.count))
    let namespace = TemplateNamespace(values)
    namespaces.append(namespace)
    return .namespace(namespace)
  }

  /// Notes a scope that what is made in it keeps, perhaps in itself.
  private func keep(_ scope: TemplateScope) throws(TemplateFailure) {
    if keptScopes.last === scope { return }
    try charge(Self.keptCost * (1 + scope.values.count))
    keptScopes.append(scope)
  }

  /// Notes a loop that is about to remember values, itself perhaps among them.
  func watch(_ loop: TemplateLoop) {
    if loop.watched == nil { watching.append(loop) }
  }

  // MARK: Statements

  private func run(_ body: [ID]) throws(TemplateFailure) -> Flow {
    for id in body {
      let node = syntax.nodes[id]
      try enter(node.offset)
      let flow = try run(node)
      leave()
      if flow != .on { return flow }
    }
    return .on
  }

  private func run(_ node: TemplateSyntax.Node) throws(TemplateFailure) -> Flow {
    switch node.kind {
    case .text(let string): try write(string)
    case .output(let value):
      let value = try evaluate(value)
      offset = node.offset
      try charge(value.size)
      try write(value.written())
    case .branch(let branches):
      for branch in branches {
        if let condition = branch.condition, !(try evaluate(condition).isTrue) { continue }
        return try run(branch.body)
      }
    case .loop: try loop(node)
    case .assign(let target, let value):
      let value = try evaluate(value)
      offset = node.offset
      try assign(target, value)
    case .assignBlock(let target, let filters, let body):
      let text = try inner { () throws(TemplateFailure) in try self.capture(body) }
      offset = node.offset
      try assign(target, filtered(.string(text), filters))
    case .macro(let name, let parameters, let body, let extras):
      try keep(scope)
      scope.values[name] = .function(.macro(TemplateMacro(name, parameters, body, extras, scope)))
    case .callBlock(let parameters, let call, let body): try callBlock(parameters, call, body)
    case .filterBlock(let filters, let body):
      let text = try inner { () throws(TemplateFailure) in try self.capture(body) }
      try write(filtered(.string(text), filters).written())
    case .scope(let bindings, let body):
      var values: [TemplateValue] = []
      for binding in bindings { values.append(try evaluate(binding.1)) }
      return try inner { () throws(TemplateFailure) in
        for (binding, value) in zip(bindings, values) { try self.assign(binding.0, value) }
        return try self.run(body)
      }
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    default: throw TemplateFailure("no statement", at: node.offset)
    }
    return .on
  }

  private func write(_ string: TemplateString) throws(TemplateFailure) {
    try charge(string.bytes.count / 64)
    guard output.count + string.bytes.count <= Self.maxOutput else {
      throw TemplateFailure("the output exceeds \(Self.maxOutput) bytes")
    }
    output += string.bytes
  }

  /// What statements write.
  private func capture(_ body: [ID]) throws(TemplateFailure) -> TemplateString {
    let outer = output
    output = []
    defer { output = outer }
    _ = try run(body)
    try charge(output.count / 16)
    return TemplateString(bytes: output)
  }

  /// Work in a scope of its own.
  private func inner<Result>(
    of outer: TemplateScope? = nil, _ body: () throws(TemplateFailure) -> Result
  ) throws(TemplateFailure) -> Result {
    let before = scope
    scope = TemplateScope(in: outer ?? scope)
    defer { scope = before }
    return try body()
  }

  private func loop(_ node: TemplateSyntax.Node) throws(TemplateFailure) {
    guard case .loop(let target, let over, let condition, let body, let otherwise) = node.kind
    else { return }
    let values = try evaluate(over)
    offset = node.offset
    var items = try self.items(of: values)
    try charge(items.count)
    if let condition {
      var kept: [TemplateValue] = []
      for item in items {
        let holds = try inner { () throws(TemplateFailure) in
          try self.assign(target, item)
          return try self.evaluate(condition).isTrue
        }
        if holds { kept.append(item) }
      }
      items = kept
    }
    let loop = TemplateLoop(items, nesting: values.depth + 1)
    loops: for (index, item) in items.enumerated() {
      try charge(1)
      loop.index = index
      let flow = try inner { () throws(TemplateFailure) in
        self.scope.values["loop"] = .loop(loop)
        self.offset = node.offset
        try self.assign(target, item)
        return try self.run(body)
      }
      if flow == .breakLoop { break loops }
    }
    if items.isEmpty {
      _ = try inner { () throws(TemplateFailure) in try self.run(otherwise) }
    }
  }

  private func assign(
    _ target: TemplateSyntax.Target, _ value: TemplateValue
  ) throws(TemplateFailure) {
    switch target {
    case .name(let name): scope.values[name] = value
    case .member(let member, let name):
      guard case .namespace(let namespace) = scope.value(name) else {
        throw TemplateFailure("'\(name)' is no namespace: only those have members to set")
      }
      namespace.values[member] = value
    case .names(let names):
      let items = try items(of: value)
      guard items.count == names.count else {
        throw TemplateFailure("\(items.count) values for \(names.count) names")
      }
      for (name, item) in zip(names, items) { scope.values[name] = item }
    }
  }

  private func filtered(
    _ value: TemplateValue, _ filters: [TemplateSyntax.Filter]
  ) throws(TemplateFailure) -> TemplateValue {
    var value = value
    for filter in filters { value = try apply(filter, to: value) }
    return value
  }

  private func callBlock(
    _ parameters: [TemplateSyntax.Parameter], _ call: ID, _ body: [ID]
  ) throws(TemplateFailure) {
    guard case .call(let function, let arguments) = syntax.nodes[call].kind else { return }
    let callee = try evaluate(function)
    var values = try evaluate(arguments)
    try keep(scope)
    values.named.append(
      ("caller", .function(.macro(TemplateMacro("caller", parameters, body, [], scope)))))
    offset = syntax.nodes[call].offset
    try write(self.call(callee, values).written())
  }

  // MARK: Macros

  func call(
    _ macro: TemplateMacro, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    try enter(offset)
    defer { leave() }
    let text = try inner(of: macro.scope) { () throws(TemplateFailure) in
      try self.bind(macro, arguments)
      return try self.capture(macro.body)
    }
    return .string(text)
  }

  private func bind(
    _ macro: TemplateMacro, _ arguments: TemplateArguments
  ) throws(TemplateFailure) {
    var named = Dictionary(arguments.named) { $1 }
    for (index, parameter) in macro.parameters.enumerated() {
      let given = index < arguments.positional.count ? arguments.positional[index] : nil
      if given != nil, named[parameter.name] != nil {
        throw TemplateFailure("'\(macro.name)' got '\(parameter.name)' twice")
      }
      if let value = given ?? named.removeValue(forKey: parameter.name) {
        scope.values[parameter.name] = value
      } else if let fallback = parameter.fallback {
        scope.values[parameter.name] = try evaluate(fallback)
      } else {
        scope.values[parameter.name] = .undefined("parameter '\(parameter.name)' was not given")
      }
    }
    if macro.extras.contains(.caller) {
      scope.values["caller"] =
        named.removeValue(forKey: "caller") ?? .undefined("there is no caller")
    }
    let more = Array(arguments.positional.dropFirst(macro.parameters.count))
    if macro.extras.contains(.varargs) {
      scope.values["varargs"] = .list(try TemplateList(more, isTuple: true))
    } else if !more.isEmpty {
      throw TemplateFailure("'\(macro.name)' takes \(macro.parameters.count) arguments at most")
    }
    if macro.extras.contains(.kwargs) {
      var rest = TemplateMap()
      for (name, value) in arguments.named where named[name] != nil {
        try rest.set(.text(name), value)
      }
      scope.values["kwargs"] = .map(rest)
    } else if let name = arguments.named.first(where: { named[$0.0] != nil })?.0 {
      throw TemplateFailure("'\(macro.name)' takes no '\(name.prefix(40))'")
    }
  }
}

/// What a function, a filter or a test was called with.
struct TemplateArguments {
  var positional: [TemplateValue] = []
  var named: [(String, TemplateValue)] = []

  /// An argument by its place or its name.
  func value(_ index: Int, _ name: String) -> TemplateValue? {
    if index < positional.count { return positional[index] }
    return named.last { $0.0 == name }?.1
  }
}
