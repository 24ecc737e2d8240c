extension TemplateEvaluator {
  func apply(
    _ test: TemplateSyntax.Filter, to value: ID, _ isNegated: Bool, at place: Int
  ) throws(TemplateFailure) -> TemplateValue {
    let value = try evaluate(value)
    let arguments = try evaluate(test.arguments)
    offset = place
    return .boolean(try holds(test.name, value, arguments) != isNegated)
  }

  /// `value is name(arguments)`.
  func holds(
    _ name: String, _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> Bool {
    try charge(1)
    switch name {
    case "defined": return !value.isUndefined
    case "undefined": return value.isUndefined
    case "none": if case .none = value { return true } else { return false }
    case "string": if case .string = value { return true } else { return false }
    case "mapping": if case .map = value { return true } else { return false }
    case "boolean": if case .boolean = value { return true } else { return false }
    case "integer": if case .integer = value { return true } else { return false }
    case "float": if case .number = value { return true } else { return false }
    case "number": return value.double != nil
    case "true": if case .boolean(true) = value { return true } else { return false }
    case "false": if case .boolean(false) = value { return true } else { return false }
    case "iterable", "sequence":
      switch value {
      case .undefined, .string, .list, .map: return true
      case .loop: return name == "iterable"
      default: return false
      }
    case "callable": if case .function = value { return true } else { return false }
    case "odd", "even", "divisibleby": return try divides(name, value, arguments)
    case "lower", "upper":
      try charge(value.size)
      let text = try value.written().text
      let hasCase = text.unicodeScalars.contains { $0.properties.isCased }
      return hasCase && text == (name == "lower" ? text.lowercased() : text.uppercased())
    case "sameas": return try isSame(value, try other(name, arguments))
    default:
      guard let relation = Self.relations[name] else {
        throw TemplateFailure("there is no test '\(name.prefix(40))'")
      }
      return try holds(relation, value, try other(name, arguments))
    }
  }

  private static let relations: [String: TemplateSyntax.Comparison] = [
    "eq": .equal, "equalto": .equal, "==": .equal, "ne": .notEqual, "!=": .notEqual, "lt": .less,
    "lessthan": .less, "<": .less, "le": .lessOrEqual, "<=": .lessOrEqual, "gt": .greater,
    "greaterthan": .greater, ">": .greater, "ge": .greaterOrEqual, ">=": .greaterOrEqual,
    "in": .within,
  ]

  private func other(
    _ name: String, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    guard let other = arguments.positional.first else {
      throw TemplateFailure("\(name): a value to compare with is expected")
    }
    return other
  }

  private func divides(
    _ name: String, _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> Bool {
    guard let integer = value.integer else {
      throw TemplateFailure("\(name): \(value.kindName) is no whole number")
    }
    guard name == "divisibleby" else { return (integer & 1 == 1) == (name == "odd") }
    guard let divisor = try other(name, arguments).integer, divisor != 0 else {
      throw TemplateFailure("divisibleby: the divisor is no whole number but 0")
    }
    return divisor == -1 || integer % divisor == 0
  }

  /// The very same thing: equal and of one kind.
  private func isSame(
    _ value: TemplateValue, _ other: TemplateValue
  ) throws(TemplateFailure) -> Bool {
    switch (value, other) {
    case (.boolean, .boolean), (.integer, .integer), (.number, .number), (.string, .string),
      (.none, .none), (.namespace, .namespace):
      return try holds(.equal, value, other)
    default: return false
    }
  }
}
