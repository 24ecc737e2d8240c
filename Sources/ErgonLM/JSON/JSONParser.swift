extension JSONValue {
  /// Reads JSON text, strictly as RFC 8259 has it.
  ///
  /// A key that stands twice in an object, nesting past 128, ill-formed UTF-8 and a lone surrogate
  /// are errors: each reader would see another value.
  ///
  /// - Parameter source: What the text is, for errors: a path, `"request"`.
  /// - Throws: ``LMError/malformed(source:place:reason:)`` with line and column.
  /// - Cost: one pass, O(bytes).
  public init(parsing bytes: UnsafeRawBufferPointer, source: String) throws(LMError) {
    var scanner = JSONScanner(bytes, source: source)
    self = try scanner.takeValue()
    try scanner.expectEnd()
  }

  public init(parsing bytes: [UInt8], source: String) throws(LMError) {
    self = try bytes.withUnsafeBufferPointer { (bytes) throws(LMError) in
      try JSONValue(parsing: UnsafeRawBufferPointer(bytes), source: source)
    }
  }

  public init(parsing text: String, source: String) throws(LMError) {
    try self.init(parsing: [UInt8](text.utf8), source: source)
  }
}

extension JSONScanner {
  /// The value that comes next.
  mutating func takeValue() throws(LMError) -> JSONValue {
    switch peek() {
    case 0x22: return .string(try takeString())
    case 0x7B:
      var object = JSONObject()
      try forEachMember { (scanner, key) throws(LMError) in
        let name = String(decoding: key, as: UTF8.self)
        if object[name] != nil { throw scanner.error("the key '\(name)' stands twice") }
        object[name] = try scanner.takeValue()
      }
      return .object(object)
    case 0x5B:
      var array: [JSONValue] = []
      try forEachElement { (scanner) throws(LMError) in array.append(try scanner.takeValue()) }
      return .array(array)
    case 0x74, 0x66, 0x6E: return try takeWord()
    default: return try takeNumber()
    }
  }
}
