extension TemplateEvaluator {
  func evaluate(_ id: ID) throws(TemplateFailure) -> TemplateValue {
    let node = syntax.nodes[id]
    try enter(node.offset)
    defer { leave() }
    switch node.kind {
    case .string(let string): return .string(string)
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .boolean(let flag): return .boolean(flag)
    case .none: return .none
    case .name(let name): return scope.value(name) ?? .undefined("'\(name)' is undefined")
    case .member(let owner, let name): return try member(owner, name, at: node.offset)
    case .element(let owner, let key): return try element(owner, key, at: node.offset)
    case .call(let function, let arguments):
      return try call(function, arguments, at: node.offset)
    case .filter(let value, let filter): return try apply(filter, to: try evaluate(value))
    case .test(let value, let test, let isNegated):
      return try apply(test, to: value, isNegated, at: node.offset)
    case .chain(let first, let rest): return try chain(first, rest, at: node.offset)
    case .comparison(let first, let rest): return try comparison(first, rest, at: node.offset)
    case .not(let value): return .boolean(!(try evaluate(value).isTrue))
    case .all(let items): return try shortCircuit(items, stopsAt: false)
    case .any(let items): return try shortCircuit(items, stopsAt: true)
    case .conditional(let value, let condition, let otherwise):
      if try evaluate(condition).isTrue { return try evaluate(value) }
      guard let otherwise else { return .undefined("the condition does not hold") }
      return try evaluate(otherwise)
    default: return try collection(node)
    }
  }

  private func collection(_ node: TemplateSyntax.Node) throws(TemplateFailure) -> TemplateValue {
    switch node.kind {
    case .list(let items): return .list(try TemplateList(try evaluate(items)))
    case .tuple(let items): return .list(try TemplateList(try evaluate(items), isTuple: true))
    case .map(let items):
      var map = TemplateMap()
      for item in items { try map.set(try evaluate(item.key), try evaluate(item.value)) }
      return .map(map)
    case .slice(let value, let from, let to, let by):
      return try slice(value, from, to, by, at: node.offset)
    case .negative(let value): return try signed(value, isNegative: true, at: node.offset)
    case .positive(let value): return try signed(value, isNegative: false, at: node.offset)
    default: throw TemplateFailure("no expression", at: node.offset)
    }
  }

  private func evaluate(_ ids: [ID]) throws(TemplateFailure) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for id in ids { values.append(try evaluate(id)) }
    return values
  }

  private func shortCircuit(
    _ items: [ID], stopsAt truth: Bool
  ) throws(TemplateFailure) -> TemplateValue {
    var value = TemplateValue.none
    for item in items {
      value = try evaluate(item)
      if value.isTrue == truth { break }
    }
    return value
  }

  // MARK: Members

  private func member(
    _ owner: ID, _ name: String, at place: Int
  ) throws(TemplateFailure) -> TemplateValue {
    let owner = try evaluate(owner)
    offset = place
    return try member(of: owner, name)
  }

  /// `owner.name`: a method where there is one, else an element.
  func member(of owner: TemplateValue, _ name: String) throws(TemplateFailure) -> TemplateValue {
    switch owner {
    case .undefined(let reason): throw TemplateFailure(reason)
    case .namespace(let namespace):
      return namespace.values[name] ?? .undefined("the namespace has no '\(name)'")
    case .loop(let loop):
      return try self.member(of: loop, name) ?? .undefined("'loop' has no '\(name)'")
    default:
      if Self.methods(of: owner).contains(name) { return .function(.method(name, of: owner)) }
      if case .map(let map) = owner, let value = map[name] { return value }
      return .undefined("\(owner.kindName) has no '\(name)'")
    }
  }

  private func element(
    _ owner: ID, _ key: ID, at place: Int
  ) throws(TemplateFailure) -> TemplateValue {
    let owner = try evaluate(owner)
    let key = try evaluate(key)
    offset = place
    return try element(of: owner, key)
  }

  /// `owner[key]`: an element where there is one, else a method.
  func element(
    of owner: TemplateValue, _ key: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    switch (owner, key) {
    case (.undefined(let reason), _): throw TemplateFailure(reason)
    case (.map(let map), _):
      if let hash = key.key, let value = map[hash] { return value }
    case (.list(let list), _):
      if let index = key.integer {
        let place = index < 0 ? index &+ list.items.count : index
        return list.items.indices.contains(place)
          ? list.items[place] : .undefined("the list has no element \(index)")
      }
    case (.string(let string), _):
      if let index = key.integer {
        try read(owner)
        let count = string.count
        let place = index < 0 ? index &+ count : index
        return (0..<count).contains(place)
          ? .string(string.picking([place])) : .undefined("the string has no character \(index)")
      }
    default: break
    }
    if case .string(let name) = key { return try member(of: owner, name.text) }
    return .undefined("\(owner.kindName) has no such element")
  }

  private func member(
    of loop: TemplateLoop, _ name: String
  ) throws(TemplateFailure) -> TemplateValue? {
    let (index, count) = (loop.index, loop.items.count)
    switch name {
    case "index": return .integer(index + 1)
    case "index0": return .integer(index)
    case "revindex": return .integer(count - index)
    case "revindex0": return .integer(count - index - 1)
    case "first": return .boolean(index == 0)
    case "last": return .boolean(index == count - 1)
    case "length": return .integer(count)
    // Only recursive loops, which there are none of, go deeper.
    case "depth": return .integer(1)
    case "depth0": return .integer(0)
    case "previtem": return index > 0 ? loop.items[index - 1] : .undefined("no previous item")
    case "nextitem": return index + 1 < count ? loop.items[index + 1] : .undefined("no next item")
    case "cycle", "changed": return .function(.method(name, of: .loop(loop)))
    default: return nil
    }
  }

  private func slice(
    _ value: ID, _ from: ID?, _ to: ID?, _ by: ID?, at place: Int
  ) throws(TemplateFailure) -> TemplateValue {
    let value = try evaluate(value)
    var bounds: [Int?] = []
    for bound in [from, to, by] {
      guard let bound else {
        bounds.append(nil)
        continue
      }
      switch try evaluate(bound) {
      case .none: bounds.append(nil)
      case let number:
        guard let integer = number.integer else {
          throw TemplateFailure("a slice's bound is \(number.kindName)", at: place)
        }
        bounds.append(integer)
      }
    }
    offset = place
    guard bounds[2] != 0 else { throw TemplateFailure("a slice's step is 0") }
    try read(value)
    switch value {
    case .string(let string):
      let indices = Self.indices(bounds[0], bounds[1], bounds[2] ?? 1, of: string.count)
      return try made(.string(string.picking(indices)))
    case .list(let list):
      let indices = Self.indices(bounds[0], bounds[1], bounds[2] ?? 1, of: list.items.count)
      return try made(
        .list(try TemplateList(indices.map { list.items[$0] }, isTuple: list.isTuple)))
    case .undefined(let reason): throw TemplateFailure(reason)
    default: throw TemplateFailure("\(value.kindName) has no slices")
    }
  }

  /// The places that a slice takes.
  private static func indices(_ from: Int?, _ to: Int?, _ step: Int, of count: Int) -> [Int] {
    func clamped(_ bound: Int, _ low: Int, _ high: Int) -> Int {
      max(low, min(high, bound < 0 ? bound + count : bound))
    }
    if step > 0 {
      let start = clamped(from ?? 0, 0, count)
      let end = clamped(to ?? count, 0, count)
      return Array(stride(from: start, to: end, by: step))
    }
    let start = from.map { clamped($0, -1, count - 1) } ?? count - 1
    let end = to.map { clamped($0, -1, count - 1) } ?? -1
    return Array(stride(from: start, to: end, by: step))
  }

  // MARK: Calls

  func evaluate(
    _ arguments: TemplateSyntax.Arguments
  ) throws(TemplateFailure) -> TemplateArguments {
    var values = TemplateArguments()
    values.positional = try evaluate(arguments.positional)
    if let spread = arguments.spread { values.positional += try items(of: try evaluate(spread)) }
    for argument in arguments.named {
      values.named.append((argument.name, try evaluate(argument.value)))
    }
    if let spread = arguments.spreadNamed {
      guard case .map(let map) = try evaluate(spread) else {
        throw TemplateFailure("what follows '**' is no map")
      }
      for (key, value) in map.entries {
        guard case .string(let name) = key else { throw TemplateFailure("an argument has no name") }
        values.named.append((name.text, value))
      }
    }
    try charge(values.positional.count + values.named.count)
    return values
  }

  private func call(
    _ function: ID, _ arguments: TemplateSyntax.Arguments, at place: Int
  ) throws(TemplateFailure) -> TemplateValue {
    let callee = try evaluate(function)
    let values = try evaluate(arguments)
    offset = place
    return try made(call(callee, values))
  }

  func call(
    _ callee: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    switch callee {
    case .function(.macro(let macro)): return try call(macro, arguments)
    case .function(.global(let name)): return try callGlobal(name, arguments)
    case .function(.method(let name, let owner)):
      try read(owner)
      return try callMethod(name, of: owner, arguments)
    case .undefined(let reason): throw TemplateFailure(reason)
    default: throw TemplateFailure("\(callee.kindName) cannot be called")
    }
  }

  /// What a loop over a value meets.
  func items(of value: TemplateValue) throws(TemplateFailure) -> [TemplateValue] {
    switch value {
    case .undefined: return []
    case .list(let list): return list.items
    case .map(let map): return map.entries.map(\.key)
    case .string(let string):
      try charge(string.bytes.count * Self.stringCost)
      return string.scalars.map { .text(String($0)) }
    default: throw TemplateFailure("\(value.kindName) has no items")
    }
  }
}
