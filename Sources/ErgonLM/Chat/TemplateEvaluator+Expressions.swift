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

  // MARK: Operators

  private func signed(
    _ value: ID, isNegative: Bool, at place: Int
  ) throws(TemplateFailure) -> TemplateValue {
    let value = try evaluate(value)
    offset = place
    if case .number(let number) = value { return .number(isNegative ? -number : number) }
    guard let integer = value.integer, integer != .min else {
      throw TemplateFailure("\(value.kindName) has no sign")
    }
    return .integer(isNegative ? -integer : integer)
  }

  private func chain(
    _ first: ID, _ rest: [(TemplateSyntax.Operator, ID)], at place: Int
  ) throws(TemplateFailure) -> TemplateValue {
    var value = try evaluate(first)
    if rest.allSatisfy({ $0.0 == .join }) { return try joined(value, rest, at: place) }
    for (operation, operand) in rest {
      let operand = try evaluate(operand)
      offset = place
      value = try made(arithmetic(operation, value, operand))
    }
    return value
  }

  /// `a ~ b ~ c` without copying the beginning each time.
  private func joined(
    _ first: TemplateValue, _ rest: [(TemplateSyntax.Operator, ID)], at place: Int
  ) throws(TemplateFailure) -> TemplateValue {
    try charge(first.size)
    var text = try first.written()
    for (_, operand) in rest {
      let operand = try evaluate(operand)
      offset = place
      try charge(operand.size)
      text.append(try operand.written())
      try bound(text.bytes.count)
    }
    return try made(.string(text))
  }

  func bound(_ bytes: Int) throws(TemplateFailure) {
    guard bytes <= Self.maxOutput else {
      throw TemplateFailure("a string exceeds \(Self.maxOutput) bytes")
    }
  }

  private func comparison(
    _ first: ID, _ rest: [(TemplateSyntax.Comparison, ID)], at place: Int
  ) throws(TemplateFailure) -> TemplateValue {
    var left = try evaluate(first)
    for (relation, operand) in rest {
      let right = try evaluate(operand)
      offset = place
      guard try holds(relation, left, right) else { return .boolean(false) }
      left = right
    }
    return .boolean(true)
  }

  func holds(
    _ relation: TemplateSyntax.Comparison, _ left: TemplateValue, _ right: TemplateValue
  ) throws(TemplateFailure) -> Bool {
    switch relation {
    case .equal, .notEqual:
      try charge(min(left.size, right.size) / 4)
      return TemplateValue.equal(left, right) == (relation == .equal)
    case .within, .notWithin:
      try charge(right.size / 4)
      return try contains(right, left) == (relation == .within)
    default: break
    }
    for value in [left, right] {
      if case .undefined(let reason) = value { throw TemplateFailure(reason) }
    }
    try charge(min(left.size, right.size) / 4)
    switch relation {
    case .less: return try TemplateValue.less(left, right)
    case .greater: return try TemplateValue.less(right, left)
    case .lessOrEqual:
      return try TemplateValue.less(left, right) || TemplateValue.equal(left, right)
    default: return try TemplateValue.less(right, left) || TemplateValue.equal(left, right)
    }
  }

  private func contains(
    _ whole: TemplateValue, _ part: TemplateValue
  ) throws(TemplateFailure) -> Bool {
    switch whole {
    case .undefined: return false
    case .string(let string):
      guard case .string(let part) = part else {
        throw TemplateFailure("\(part.kindName) cannot be in a string")
      }
      return string.contains(part)
    case .list(let list): return list.items.contains { TemplateValue.equal($0, part) }
    case .map(let map): return part.key.flatMap { map[$0] } != nil
    default: throw TemplateFailure("nothing can be in \(whole.kindName)")
    }
  }

  func arithmetic(
    _ operation: TemplateSyntax.Operator, _ left: TemplateValue, _ right: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    switch (operation, left, right) {
    case (_, .undefined(let reason), _), (_, _, .undefined(let reason)):
      throw TemplateFailure(reason)
    case (.add, .string(let left), .string(let right)):
      try bound(left.bytes.count + right.bytes.count)
      return .string(left + right)
    case (.add, .list(let left), .list(let right)) where left.isTuple == right.isTuple:
      try charge(left.items.count + right.items.count)
      return .list(try TemplateList(left.items + right.items, isTuple: left.isTuple))
    case (.multiply, .string, _), (.multiply, .list, _):
      if let times = right.integer { return try repeated(left, times) }
    case (.multiply, _, .string), (.multiply, _, .list):
      if let times = left.integer { return try repeated(right, times) }
    default: break
    }
    if let left = left.integer, let right = right.integer {
      return try whole(operation, left, right)
    }
    if let left = left.double, let right = right.double {
      return .number(try Self.floating(operation, left, right))
    }
    throw TemplateFailure("\(left.kindName) and \(right.kindName) cannot be joined so")
  }

  private func repeated(
    _ value: TemplateValue, _ times: Int
  ) throws(TemplateFailure) -> TemplateValue {
    let times = max(times, 0)
    let (size, overflow) = value.size.multipliedReportingOverflow(by: times)
    guard !overflow, size <= TemplateValue.maxSize else { throw TemplateValue.tooLarge }
    try charge(size)
    if case .list(let list) = value {
      return .list(
        try TemplateList(
          Array(repeating: list.items, count: times).flatMap { $0 }, isTuple: list.isTuple))
    }
    guard case .string(let string) = value else { return value }
    return .string(TemplateString(bytes: Array(repeating: string.bytes, count: times).joined()))
  }

  private func whole(
    _ operation: TemplateSyntax.Operator, _ left: Int, _ right: Int
  ) throws(TemplateFailure) -> TemplateValue {
    var result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = left.addingReportingOverflow(right)
    case .subtract: result = left.subtractingReportingOverflow(right)
    case .multiply: result = left.multipliedReportingOverflow(by: right)
    case .divideWhole, .remainder:
      guard right != 0 else { throw TemplateFailure("division by zero") }
      guard right != -1 else {
        result = operation == .remainder ? (0, false) : (0).subtractingReportingOverflow(left)
        break
      }
      let (quotient, rest) = left.quotientAndRemainder(dividingBy: right)
      // Rounded down, and the remainder has the divisor's sign.
      let isOff = rest != 0 && (rest < 0) != (right < 0)
      result = (
        operation == .remainder ? rest + (isOff ? right : 0) : quotient - (isOff ? 1 : 0), false
      )
    case .power where right >= 0:
      result = (1, false)
      for _ in 0..<min(right, 64) where !result.overflow {
        result = result.partialValue.multipliedReportingOverflow(by: left)
      }
      if right > 64, left.magnitude > 1 { result.overflow = true }
      if right > 64, left == -1 { result.partialValue = right % 2 == 0 ? 1 : -1 }
    default: return .number(try Self.floating(operation, Double(left), Double(right)))
    }
    guard !result.overflow else { throw TemplateFailure("the number is too large") }
    return .integer(result.partialValue)
  }

  private static func floating(
    _ operation: TemplateSyntax.Operator, _ left: Double, _ right: Double
  ) throws(TemplateFailure) -> Double {
    switch operation {
    case .add: return left + right
    case .subtract: return left - right
    case .multiply: return left * right
    case .divide, .divideWhole, .remainder:
      guard right != 0 else { throw TemplateFailure("division by zero") }
      if operation == .divide { return left / right }
      let quotient = (left / right).rounded(.down)
      return operation == .divideWhole ? quotient : left - quotient * right
    default:
      guard let exponent = Int(exactly: right), exponent.magnitude <= 1024 else {
        throw TemplateFailure("only whole powers up to 1024 are known")
      }
      var power = 1.0
      for _ in 0..<exponent.magnitude { power *= left }
      return exponent < 0 ? 1 / power : power
    }
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
