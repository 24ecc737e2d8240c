extension JSONValue {
  /// The value as JSON text, members in their order, non-ASCII characters as they are.
  ///
  /// ```swift
  /// value.serialized()               // {"a":1,"b":[true]}
  /// value.serialized(spaced: true)   // {"a": 1, "b": [true]}, as chat templates expect
  /// ```
  ///
  /// Numbers have the fewest digits that read back as the same number; those JSON cannot write
  /// (infinity, NaN) become `null`.
  ///
  /// - Parameters:
  ///   - indent: Spaces a level, one element a line; nil keeps all on one line.
  ///   - spaced: A space after `,` and `:` on the one line.
  public func serialized(indent: Int? = nil, spaced: Bool = false) -> String {
    var writer = JSONWriter(indent: indent, spaced: spaced)
    writer.write(self)
    return writer.text
  }
}

private struct JSONWriter {
  let indent: Int?
  let spaced: Bool
  var text = ""
  private var depth = 0

  init(indent: Int?, spaced: Bool) {
    self.indent = indent
    self.spaced = spaced
  }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): write(value)
    case .array(let array):
      writeList("[", "]", array) { (writer, element) in writer.write(element) }
    case .object(let object):
      writeList("{", "}", object) { (writer, member) in
        writer.write(member.key)
        writer.text += writer.indent != nil || writer.spaced ? ": " : ":"
        writer.write(member.value)
      }
    }
  }

  private mutating func writeList<Element>(
    _ open: String, _ close: String, _ list: some Sequence<Element>,
    _ element: (inout JSONWriter, Element) -> Void
  ) {
    text += open
    depth += 1
    var isFirst = true
    for item in list {
      if !isFirst { text += spaced && indent == nil ? ", " : "," }
      isFirst = false
      breakLine()
      element(&self, item)
    }
    depth -= 1
    if !isFirst { breakLine() }
    text += close
  }

  private mutating func breakLine() {
    guard let indent else { return }
    text += "\n" + String(repeating: " ", count: indent * depth)
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case "\u{0}"..<"\u{20}":
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
