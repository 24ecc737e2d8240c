extension SchemaConverter {
  /// The schema that a pointer such as `#/$defs/node` names.
  func resolve(_ pointer: String, at place: String) throws(LMError) -> JSONValue {
    guard pointer.hasPrefix("#") else {
      throw unsupported(place, "the reference '\(pointer)' out of the schema")
    }
    guard let path = Self.percentDecoded(pointer.dropFirst()) else {
      throw error(place + "/$ref", "'\(pointer)' is no UTF-8")
    }
    if path.isEmpty { return schema }
    guard path.hasPrefix("/") else {
      throw unsupported(place, "the reference '\(pointer)' to an anchor")
    }
    var value = schema
    for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      let key = part.replacing("~1", with: "/").replacing("~0", with: "~")
      let next = value[String(key)] ?? Int(key).flatMap { value[$0] }
      guard let next else { throw error(place + "/$ref", "'\(pointer)' is nowhere") }
      value = next
    }
    return value
  }

  private static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"),
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
        rest.count >= 2
      {
        bytes.append(value)
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// A schema with `$ref` and `allOf` replaced by what they say, all of it together.
  func flattened(_ object: JSONObject, at place: String) throws(LMError) -> JSONObject {
    var merged = JSONObject()
    try merge(.object(object), into: &merged, at: place)
    return merged
  }

  /// Adds all that a schema asserts to an object without `$ref` and `allOf`.
  ///
  /// Schemas that both hold assert their keywords together; only those of objects that name each
  /// other have to be put together with care.
  func merge(
    _ schema: JSONValue, into merged: inout JSONObject, at place: String
  ) throws(LMError) {
    var open = [(schema: schema, place: place)]
    var count = 0
    while let (schema, place) = open.popLast() {
      count += 1
      if count > GrammarLimits.schemas { throw error(place, "too many schemas at once") }
      if schema == true { continue }
      guard let object = schema.objectValue else {
        throw error(place, "expected a schema, found \(schema.kindName)")
      }
      var part = try assertions(of: object, at: place)
      if let pointer = part["$ref"] {
        guard let pointer = pointer.stringValue else { throw error(place + "/$ref", "no string") }
        open.append((try resolve(pointer, at: place), pointer))
        part["$ref"] = nil
      }
      if let all = part["allOf"] {
        guard let all = all.arrayValue else { throw error(place + "/allOf", "no list") }
        // Last in, first out: the first one's properties come first.
        for (number, schema) in all.enumerated().reversed() {
          open.append((schema, "\(place)/allOf/\(number)"))
        }
        part["allOf"] = nil
      }
      try closeObjects(&merged, &part, at: place)
      for (key, value) in part { try merge(key, value, into: &merged, at: place) }
    }
  }

  /// An object that is closed by one schema has no properties that only another one names.
  private func closeObjects(
    _ one: inout JSONObject, _ other: inout JSONObject, at place: String
  ) throws(LMError) {
    for (closed, open) in [(one, other), (other, one)] {
      guard let additional = closed["additionalProperties"], additional != true else { continue }
      for key in open["properties"]?.objectValue?.keys ?? []
      where closed["properties"]?[key] == nil {
        throw unsupported(
          place, "'additionalProperties' beside a schema that names the property '\(key)'")
      }
    }
  }

  private func merge(
    _ key: String, _ value: JSONValue, into merged: inout JSONObject, at place: String
  ) throws(LMError) {
    guard let known = merged[key], known != value else {
      merged[key] = value
      return
    }
    switch (key, known, value) {
    case ("properties", .object(var properties), .object(let others)):
      for (name, schema) in others {
        if let known = properties[name], known != schema {
          // Both hold, whatever they are.
          properties[name] = ["allOf": [known, schema]]
        } else {
          properties[name] = schema
        }
      }
      merged[key] = .object(properties)
    case ("required", .array(let names), .array(let others)):
      merged[key] = .array(names + others.filter { !names.contains($0) })
    case ("type", _, _):
      let (one, other) = (known.arrayValue ?? [known], value.arrayValue ?? [value])
      var both = one.filter { other.contains($0) }
      if one.contains("number") && other.contains("integer")
        || one.contains("integer") && other.contains("number")
      {
        both.append("integer")
      }
      if both.isEmpty { throw error(place + "/type", "it allows nothing") }
      merged[key] = .array(both)
    case ("additionalProperties", true, _): merged[key] = value
    case ("additionalProperties", _, true): break
    case ("minLength", .integer(let one), .integer(let other)),
      ("minItems", .integer(let one), .integer(let other)),
      ("minimum", .integer(let one), .integer(let other)):
      merged[key] = .integer(max(one, other))
    case ("maxLength", .integer(let one), .integer(let other)),
      ("maxItems", .integer(let one), .integer(let other)),
      ("maximum", .integer(let one), .integer(let other)):
      merged[key] = .integer(min(one, other))
    default: throw unsupported(place, "the keyword '\(key)' of two schemas at once")
    }
  }
}
