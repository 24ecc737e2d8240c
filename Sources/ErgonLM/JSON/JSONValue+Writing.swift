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
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

private struct JSONWriter {
  let indent: Int?
  let spaced: Bool
  var bytes: [UInt8] = []
  private var depth = 0

  init(indent: Int?, spaced: Bool) {
    self.indent = indent
    self.spaced = spaced
  }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: bytes += "null".utf8
    case .boolean(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += String(value).utf8
    case .number(let value): bytes += (value.isFinite ? "\(value)" : "null").utf8
    case .string(let value): appendJSON(value.unicodeScalars, to: &bytes)
    case .array(let array):
      writeList("[", "]", array) { (writer, element) in writer.write(element) }
    case .object(let object):
      writeList("{", "}", object) { (writer, member) in
        appendJSON(member.key.unicodeScalars, to: &writer.bytes)
        writer.bytes += (writer.indent != nil || writer.spaced ? ": " : ":").utf8
        writer.write(member.value)
      }
    }
  }

  private mutating func writeList<Element>(
    _ open: String, _ close: String, _ list: some Sequence<Element>,
    _ element: (inout JSONWriter, Element) -> Void
  ) {
    bytes += open.utf8
    depth += 1
    var isFirst = true
    for item in list {
      if !isFirst { bytes += (spaced && indent == nil ? ", " : ",").utf8 }
      isFirst = false
      breakLine()
      element(&self, item)
    }
    depth -= 1
    if !isFirst { breakLine() }
    bytes += close.utf8
  }

  private mutating func breakLine() {
    guard let indent else { return }
    bytes += "\n\(String(repeating: " ", count: indent * depth))".utf8
  }
}

/// Adds a text as a JSON string.
///
/// - Parameter escapingAll: Also what is not ASCII, in UTF-16 units.
func appendJSON(
  _ text: some Sequence<Unicode.Scalar>, to bytes: inout [UInt8], escapingAll: Bool = false
) {
  bytes.append(0x22)
  for scalar in text {
    switch scalar {
    case "\"": bytes += "\\\"".utf8
    case "\\": bytes += "\\\\".utf8
    case "\n": bytes += "\\n".utf8
    case "\r": bytes += "\\r".utf8
    case "\t": bytes += "\\t".utf8
    case "\u{8}": bytes += "\\b".utf8
    case "\u{C}": bytes += "\\f".utf8
    case _ where scalar.value < 0x20 || escapingAll && !scalar.isASCII:
      for unit in UTF16.encode(scalar)! {
        let digits = String(unit, radix: 16)
        bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
      }
    default: bytes += UTF8.encode(scalar)!
    }
  }
  bytes.append(0x22)
}
