import ErgonLM

/// A few lines that say whether a value meets a schema, written after the keywords' definitions.
struct SchemaValidator {
  let root: JSONValue

  func isValid(_ value: JSONValue, _ schema: JSONValue) -> Bool {
    guard let object = schema.objectValue else { return schema == true }
    return object.allSatisfy { key, said in
      switch key {
      case "type":
        return (said.arrayValue ?? [said]).contains { isOf(type: $0.stringValue!, value) }
      case "enum": return said.arrayValue!.contains(value)
      case "const": return said == value
      case "anyOf", "oneOf": return said.arrayValue!.contains { isValid(value, $0) }
      case "allOf": return said.arrayValue!.allSatisfy { isValid(value, $0) }
      case "$ref": return isValid(value, resolve(said.stringValue!))
      case "properties":
        guard let members = value.objectValue else { return true }
        return said.objectValue!.allSatisfy { name, schema in
          members[name].map { isValid($0, schema) } ?? true
        }
      case "required":
        guard let members = value.objectValue else { return true }
        return said.arrayValue!.allSatisfy { members[$0.stringValue!] != nil }
      case "additionalProperties":
        guard let members = value.objectValue else { return true }
        return members.allSatisfy { name, member in
          object["properties"]?[name] != nil || isValid(member, said)
        }
      case "items":
        guard let list = value.arrayValue else { return true }
        let first = object["prefixItems"]?.arrayValue?.count ?? 0
        return list.dropFirst(first).allSatisfy { isValid($0, said) }
      case "prefixItems":
        guard let list = value.arrayValue else { return true }
        return zip(list, said.arrayValue!).allSatisfy { isValid($0, $1) }
      case "minItems": return value.arrayValue.map { $0.count >= said.intValue! } ?? true
      case "maxItems": return value.arrayValue.map { $0.count <= said.intValue! } ?? true
      case "minLength": return length(value).map { $0 >= said.intValue! } ?? true
      case "maxLength": return length(value).map { $0 <= said.intValue! } ?? true
      case "minimum": return value.doubleValue.map { $0 >= said.doubleValue! } ?? true
      case "maximum": return value.doubleValue.map { $0 <= said.doubleValue! } ?? true
      case "exclusiveMinimum": return value.doubleValue.map { $0 > said.doubleValue! } ?? true
      case "exclusiveMaximum": return value.doubleValue.map { $0 < said.doubleValue! } ?? true
      case "pattern":
        guard let text = value.stringValue else { return true }
        return (try! Regex(said.stringValue!).wholeMatch(in: text)) != nil
      case "format":
        guard let text = value.stringValue else { return true }
        return length(value) == ["date": 10, "uuid": 36][said.stringValue!]
          ?? text.unicodeScalars.count
      default: return true
      }
    }
  }

  private func length(_ value: JSONValue) -> Int? { value.stringValue?.unicodeScalars.count }

  private func isOf(type: String, _ value: JSONValue) -> Bool {
    switch value {
    case .null: type == "null"
    case .boolean: type == "boolean"
    case .integer: type == "integer" || type == "number"
    case .number: type == "number"
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    }
  }

  private func resolve(_ pointer: String) -> JSONValue {
    pointer.dropFirst().split(separator: "/").reduce(root) { $0[String($1)]! }
  }
}
