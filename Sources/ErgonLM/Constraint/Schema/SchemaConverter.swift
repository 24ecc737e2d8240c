/// Makes rules of a JSON schema.
struct SchemaConverter {
  let schema: JSONValue
  var rules = GrammarRules()
  /// Rules of places that `$ref` names.
  private var references: [String: Int] = [:]
  private var pending: [(rule: Int, pointer: String, place: String)] = []
  private var nesting = 0
  private var shared: [String: GrammarExpression] = [:]

  static let annotations: Set<String> = [
    "title", "description", "default", "examples", "$schema", "$id", "$comment", "$defs",
    "definitions", "deprecated", "readOnly", "writeOnly",
  ]

  /// Keywords that mean something for one type only; the others mean something for all.
  static let typesOfKeywords: [String: String] = [
    "properties": "object", "required": "object", "additionalProperties": "object",
    "items": "array", "prefixItems": "array", "minItems": "array", "maxItems": "array",
    "pattern": "string", "minLength": "string", "maxLength": "string", "format": "string",
    "minimum": "integer", "maximum": "integer", "exclusiveMinimum": "integer",
    "exclusiveMaximum": "integer",
  ]
  static let generalKeywords: Set<String> = [
    "type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref",
  ]

  init(_ schema: JSONValue) { self.schema = schema }

  /// The rule of the whole schema.
  mutating func convert() throws(LMError) -> Int {
    let root = reference("#", at: "#")
    // What references name is converted one after the other, however long a chain they make.
    while let (rule, pointer, place) = pending.popLast() {
      rules.expressions[rule] = try expression(try resolve(pointer, at: place), at: pointer)
    }
    return root
  }

  /// Schemas within schemas.
  mutating func expression(
    _ schema: JSONValue, at place: String
  ) throws(LMError) -> GrammarExpression {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > GrammarLimits.nesting {
      throw error(place, "nested deeper than \(GrammarLimits.nesting)")
    }
    switch schema {
    case .boolean(true): return anyValue
    case .boolean(false): throw error(place, "it allows nothing")
    case .object(let object):
      return try expression(try assertions(of: object, at: place), at: place)
    default: throw error(place, "expected a schema, found \(schema.kindName)")
    }
  }

  /// A schema's keywords without those that assert nothing.
  func assertions(of object: JSONObject, at place: String) throws(LMError) -> JSONObject {
    var rest = JSONObject()
    for (key, value) in object where !Self.annotations.contains(key) {
      // Where it is off it asserts nothing.
      if key == "uniqueItems" && value == false { continue }
      guard Self.generalKeywords.contains(key) || Self.typesOfKeywords[key] != nil else {
        throw unsupported(place, "the keyword '\(key)'")
      }
      rest[key] = value
    }
    return rest
  }

  private mutating func expression(
    _ object: JSONObject, at place: String
  ) throws(LMError) -> GrammarExpression {
    if object.isEmpty { return anyValue }
    if let target = object["$ref"], object.count == 1 {
      guard let pointer = target.stringValue else { throw error(place + "/$ref", "no string") }
      return .rule(reference(pointer, at: place))
    }
    if object["$ref"] != nil || object["allOf"] != nil {
      if object.count == 1, let parts = object["allOf"]?.arrayValue, parts.count == 1 {
        return try expression(parts[0], at: place + "/allOf/0")
      }
      return try expression(try flattened(object, at: place), at: place)
    }
    if object["enum"] != nil || object["const"] != nil {
      return try literals(object, at: place)
    }
    for key in ["anyOf", "oneOf"] {
      guard let value = object[key] else { continue }
      guard let branches = value.arrayValue, !branches.isEmpty else {
        throw error(place + "/" + key, "expected schemas")
      }
      var siblings = object
      siblings[key] = nil
      var alternatives: [GrammarExpression] = []
      for (number, branch) in branches.enumerated() {
        let place = "\(place)/\(key)/\(number)"
        if siblings.isEmpty {
          alternatives.append(try expression(branch, at: place))
        } else {
          var merged = siblings
          try merge(branch, into: &merged, at: place)
          alternatives.append(try expression(.object(merged), at: place))
        }
      }
      return .alternatives(alternatives)
    }
    return try typed(object, at: place)
  }

  private mutating func typed(
    _ object: JSONObject, at place: String
  ) throws(LMError) -> GrammarExpression {
    var types = try self.types(of: object, at: place)
    if types.contains("number") { types.removeAll { $0 == "integer" } }
    var alternatives: [GrammarExpression] = []
    for type in types {
      switch type {
      case "object": alternatives.append(try self.object(object, at: place))
      case "array": alternatives.append(try array(object, at: place))
      case "string": alternatives.append(try string(object, at: place))
      case "integer": alternatives.append(try integer(object, at: place))
      case "number":
        for key in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
        where object[key] != nil {
          throw unsupported(place, "the keyword '\(key)' of numbers that are no integers")
        }
        alternatives.append(number)
      case "boolean": alternatives += [.literal("true"), .literal("false")]
      case "null": alternatives.append(.literal("null"))
      default: throw error(place + "/type", "no type '\(type)'")
      }
    }
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  /// The types that `type` names, or that the other keywords are for.
  private func types(of object: JSONObject, at place: String) throws(LMError) -> [String] {
    switch object["type"] {
    case .string(let type): return [type]
    case .array(let list):
      var types: [String] = []
      for type in list {
        guard let type = type.stringValue else { throw error(place + "/type", "no string") }
        if !types.contains(type) { types.append(type) }
      }
      if types.isEmpty { throw error(place + "/type", "it allows nothing") }
      return types
    case nil:
      let types = Set(object.keys.compactMap { Self.typesOfKeywords[$0] })
      guard types.count == 1, let type = types.first, type != "integer" else {
        throw error(place, "its keywords are for several types; say which with 'type'")
      }
      return [type]
    default: throw error(place + "/type", "no string and no list of them")
    }
  }

  private mutating func literals(
    _ object: JSONObject, at place: String
  ) throws(LMError) -> GrammarExpression {
    for key in object.keys where !["enum", "const", "type"].contains(key) {
      throw unsupported(place, "the keyword '\(key)' beside 'enum' or 'const'")
    }
    var values = object["const"].map { [$0] } ?? []
    if let list = object["enum"] {
      guard let list = list.arrayValue else { throw error(place + "/enum", "no list") }
      values = object["const"] == nil ? list : values.filter { list.contains($0) }
    }
    if object["type"] != nil {
      let types = try types(of: object, at: place)
      values = values.filter { value in types.contains { Self.isOf(type: $0, value) } }
    }
    if values.isEmpty { throw error(place, "it allows nothing") }
    return .rule(rules.choice(place, of: values.map { $0.serialized() }))
  }

  private static func isOf(type: String, _ value: JSONValue) -> Bool {
    switch value {
    case .null: type == "null"
    case .boolean: type == "boolean"
    case .integer: type == "integer" || type == "number"
    case .number(let number): type == "number" || type == "integer" && number == number.rounded()
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    }
  }

  // MARK: Rules that many schemas share

  /// An expression made once.
  mutating func once(
    _ name: String, _ make: (inout SchemaConverter) -> GrammarExpression
  ) -> GrammarExpression {
    if let known = shared[name] { return known }
    let rule = rules.add(name)
    shared[name] = .rule(rule)
    rules.expressions[rule] = make(&self)
    return .rule(rule)
  }

  // MARK: References and errors

  /// The rule of the schema that a pointer names.
  private mutating func reference(_ pointer: String, at place: String) -> Int {
    if let known = references[pointer] { return known }
    let rule = rules.add(pointer)
    references[pointer] = rule
    pending.append((rule, pointer, place))
    return rule
  }

  func error(_ place: String, _ reason: String) -> LMError {
    .request(what: "JSON schema, \(place)", reason: reason, mend: "mend the schema")
  }

  func unsupported(_ place: String, _ what: String) -> LMError {
    .unsupported(
      source: "JSON schema, \(place)", what: what,
      mend: "leave it out, and check what it says yourself")
  }

  /// A place within another.
  static func place(_ place: String, _ keyword: String, _ key: String) -> String {
    let key = key.replacing("~", with: "~0").replacing("/", with: "~1")
    return "\(place)/\(keyword)/\(key)"
  }
}
