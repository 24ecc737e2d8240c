extension TemplateEvaluator {
  func signed(
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

  func chain(
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

  func comparison(
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
}
