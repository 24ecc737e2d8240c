extension SchemaConverter {
  /// One space at most, or one or two line ends and up to twenty blanks.
  var space: GrammarExpression {
    mutating get {
      once("space") { _ in
        .optional(
          .alternatives([
            .characters(" "),
            .sequence([
              .repeated(.characters("\n"), minimum: 1, maximum: 2),
              .repeated(.characters(" \t"), minimum: 0, maximum: 20),
            ]),
          ]))
      }
    }
  }

  private var comma: GrammarExpression {
    mutating get { .sequence([space, .characters(","), space]) }
  }

  var anyValue: GrammarExpression {
    mutating get {
      once("value") { converter in
        .alternatives([
          converter.anyObject, converter.list(of: converter.anyValue, minimum: 0, maximum: nil),
          converter.anyString, converter.number, .literal("true"), .literal("false"),
          .literal("null"),
        ])
      }
    }
  }

  private var anyObject: GrammarExpression {
    mutating get {
      once("object") { converter in
        let member = converter.member(converter.anyString, converter.anyValue)
        return converter.braces(converter.members([], additional: member))
      }
    }
  }

  private mutating func member(
    _ key: GrammarExpression, _ value: GrammarExpression
  ) -> GrammarExpression {
    .rule(rules.add("member", .sequence([key, space, .characters(":"), space, value])))
  }

  /// Braces around one of several bodies, with space where the body is not empty.
  private mutating func braces(_ bodies: [GrammarExpression?]) -> GrammarExpression {
    let space = space
    let bodies = bodies.map { $0.map { GrammarExpression.sequence([$0, space]) } ?? .empty }
    return .sequence([.characters("{"), space, .alternatives(bodies), .characters("}")])
  }

  /// What may stand in an object: its members in their order, and others behind them; nil is
  /// nothing.
  private mutating func members(
    _ members: [(expression: GrammarExpression, isRequired: Bool)],
    additional: GrammarExpression?
  ) -> [GrammarExpression?] {
    let comma = comma
    // Rests from each member on, where another stands before.
    var rest = GrammarExpression.empty
    if let additional {
      rest = .rule(rules.add("members", .any(.sequence([comma, additional]))))
    }
    var bodies: [GrammarExpression?] = []
    if !members.contains(where: \.isRequired) {
      bodies = additional.map { [nil, .sequence([$0, rest])] } ?? [nil]
    }
    let first = members.firstIndex(where: \.isRequired) ?? members.count
    for (place, member) in members.enumerated().reversed() {
      if place <= first { bodies.append(.sequence([member.expression, rest])) }
      let next = GrammarExpression.sequence([comma, member.expression])
      rest = .rule(
        rules.add("members", .sequence([member.isRequired ? next : .optional(next), rest])))
    }
    return bodies
  }

  mutating func object(
    _ object: JSONObject, at place: String
  ) throws(LMError) -> GrammarExpression {
    var properties = JSONObject()
    if let value = object["properties"] {
      guard let value = value.objectValue else { throw error(place + "/properties", "no object") }
      properties = value
    }
    var required: Set<String> = []
    let additional = object["additionalProperties"]
    if let value = object["required"] {
      guard let list = value.arrayValue else { throw error(place + "/required", "no list") }
      for name in list {
        guard let name = name.stringValue else { throw error(place + "/required", "no string") }
        required.insert(name)
        if properties[name] == nil {
          if additional == false {
            throw error(place + "/required", "'\(name)' is not among the properties")
          }
          properties[name] = additional ?? true
        }
      }
    }
    var members: [(GrammarExpression, Bool)] = []
    for (key, schema) in properties {
      // A property that may not be there is one that is not.
      if schema == false && !required.contains(key) { continue }
      let value = try expression(schema, at: Self.place(place, "properties", key))
      let name = GrammarExpression.literal(JSONValue.string(key).serialized())
      members.append((member(name, value), required.contains(key)))
    }
    var other: GrammarExpression?
    if properties.isEmpty ? additional != false : additional != nil && additional != false {
      let value = try expression(additional ?? true, at: place + "/additionalProperties")
      let key = properties.isEmpty ? anyString : otherKey(than: properties.keys)
      other = member(key, value)
    }
    return braces(self.members(members, additional: other))
  }

  /// A key without escapes that is none of some others.
  private mutating func otherKey(than keys: [String]) -> GrammarExpression {
    let keys = keys.map { Array($0.unicodeScalars) }.filter {
      $0.allSatisfy { Self.plain.contains($0) }
    }
    let root = rules.add("key")
    var open: [(rule: Int, keys: [[Unicode.Scalar]], depth: Int)] = [(root, keys, 0)]
    while let (rule, keys, depth) = open.popLast() {
      var next: [Unicode.Scalar: [[Unicode.Scalar]]] = [:]
      for key in keys where key.count > depth { next[key[depth], default: []].append(key) }
      let others = CodePointSet(next.keys).inverted.intersection(Self.plain)
      var alternatives: [GrammarExpression] = [
        .sequence([.codePoint(others), .any(.codePoint(Self.plain))])
      ]
      // Except where a key ends here, this one may.
      if !keys.contains(where: { $0.count == depth }) { alternatives.append(.empty) }
      for scalar in next.keys.sorted() {
        let child = rules.add("key")
        open.append((child, next[scalar]!, depth + 1))
        alternatives.append(
          .sequence([.codePoint(CodePointSet(CollectionOfOne(scalar))), .rule(child)]))
      }
      rules.expressions[rule] = .alternatives(alternatives)
    }
    return .sequence([.characters("\""), .rule(root), .characters("\"")])
  }

  // MARK: Arrays

  /// A list in brackets.
  private mutating func list(
    of item: GrammarExpression, minimum: Int, maximum: Int?
  ) -> GrammarExpression {
    let next = GrammarExpression.sequence([comma, item])
    let items = GrammarExpression.sequence([
      item,
      .repeated(next, minimum: max(minimum - 1, 0), maximum: maximum.map { $0 - 1 }), space,
    ])
    return .rule(
      rules.add(
        "array",
        .sequence([
          .characters("["), space, minimum == 0 ? .optional(items) : items, .characters("]"),
        ])))
  }

  mutating func array(
    _ object: JSONObject, at place: String
  ) throws(LMError) -> GrammarExpression {
    let (minimum, maximum) = try bounds("minItems", "maxItems", of: object, at: place)
    var prefix: [GrammarExpression] = []
    // Older schemas have the list in `items`.
    let hasOldList = object["items"]?.arrayValue != nil
    let keyword = hasOldList ? "items" : "prefixItems"
    if let value = object[keyword] {
      guard let list = value.arrayValue else { throw error("\(place)/\(keyword)", "no list") }
      for (number, schema) in list.prefix(maximum ?? .max).enumerated() {
        prefix.append(try expression(schema, at: "\(place)/\(keyword)/\(number)"))
      }
    }
    var schema = hasOldList ? nil : object["items"]
    // Behind the first ones others come where they are spoken of, or have to.
    if schema == nil { schema = prefix.isEmpty || minimum > prefix.count ? true : false }
    var item: GrammarExpression?
    if schema != false, maximum ?? .max > prefix.count {
      item = .rule(rules.add("item", try expression(schema!, at: place + "/items")))
    }
    if item == nil && minimum > prefix.count {
      throw error(place, "fewer items are allowed than have to come")
    }
    if let item, prefix.isEmpty { return list(of: item, minimum: minimum, maximum: maximum) }
    guard let first = prefix.first else {
      return .sequence([.characters("["), space, .characters("]")])
    }
    var parts: [GrammarExpression] = [.characters("["), space, first]
    for item in prefix.dropFirst() { parts += [comma, item] }
    if let item {
      parts.append(
        .repeated(
          .sequence([comma, item]), minimum: max(0, minimum - prefix.count),
          maximum: maximum.map { $0 - prefix.count }))
    }
    return .sequence(parts + [space, .characters("]")])
  }

  /// The least and the greatest count that two keywords give.
  func bounds(
    _ least: String, _ greatest: String, of object: JSONObject, at place: String
  ) throws(LMError) -> (minimum: Int, maximum: Int?) {
    var counts: [Int?] = []
    for key in [least, greatest] {
      guard let value = object[key] else {
        counts.append(nil)
        continue
      }
      guard let count = value.intValue, count >= 0 else {
        throw error("\(place)/\(key)", "no count")
      }
      guard count <= GrammarLimits.repetitions else {
        throw error("\(place)/\(key)", "more than \(GrammarLimits.repetitions)")
      }
      counts.append(count)
    }
    let minimum = counts[0] ?? 0
    if let maximum = counts[1], maximum < minimum {
      throw error("\(place)/\(greatest)", "less than '\(least)'")
    }
    return (minimum, counts[1])
  }
}
