extension TemplateValue {
  /// As an output tag writes it.
  func written() throws(TemplateFailure) -> TemplateString {
    switch self {
    case .undefined: return ""
    case .string(let string): return string
    default: return TemplateString(try quoted())
    }
  }

  /// As a list that holds it writes it.
  private func quoted() throws(TemplateFailure) -> String {
    switch self {
    case .undefined: return "Undefined"
    case .none: return "None"
    case .boolean(let flag): return flag ? "True" : "False"
    case .integer(let value): return String(value)
    case .number(let value): return Self.decimal(value)
    case .string(let string): return Self.quoted(string)
    case .list(let list):
      var parts: [String] = []
      for item in list.items { parts.append(try item.quoted()) }
      let inner = parts.joined(separator: ", ")
      if !list.isTuple { return "[\(inner)]" }
      return parts.count == 1 ? "(\(inner),)" : "(\(inner))"
    case .map(let map):
      var parts: [String] = []
      for (key, value) in map.entries { parts.append("\(try key.quoted()): \(try value.quoted())") }
      return "{\(parts.joined(separator: ", "))}"
    case .namespace, .loop, .function:
      throw TemplateFailure("\(kindName) cannot be written")
    }
  }

  /// A number as Python writes it: the shortest text that reads back, with an exponent below 1e-4
  /// and from 1e16 on.
  static func decimal(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    let text = "\(value.magnitude)"
    let parts = text.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    var digits = String(mantissa[0]) + (mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : "")
    // The value is 0.digits · 10^point.
    var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    let leading = digits.prefix { $0 == "0" }.count
    digits.removeFirst(leading)
    point -= leading
    while digits.hasSuffix("0") { digits.removeLast() }
    let sign = value.sign == .minus ? "-" : ""
    if digits.isEmpty { return sign + "0.0" }
    if point <= -4 || point > 16 {
      let exponent = point - 1
      let size = String(exponent.magnitude)
      return sign + digits.prefix(1) + (digits.count > 1 ? "." + digits.dropFirst() : "")
        + (exponent < 0 ? "e-" : "e+") + (size.count < 2 ? "0" : "") + size
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count {
      return sign + digits + String(repeating: "0", count: point - digits.count) + ".0"
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  private static func quoted(_ string: TemplateString) -> String {
    let quote: Unicode.Scalar = string.contains("'") && !string.contains("\"") ? "\"" : "'"
    var text = String(quote)
    for scalar in string.scalars {
      switch scalar {
      case quote, "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        if isPrintable(scalar) {
          text.unicodeScalars.append(scalar)
        } else {
          let (mark, width) =
            scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
          let digits = String(scalar.value, radix: 16)
          text += "\\\(mark)" + String(repeating: "0", count: width - digits.count) + digits
        }
      }
    }
    text.unicodeScalars.append(quote)
    return text
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == " " { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }

  // MARK: JSON

  struct JSONStyle {
    /// What one level is set in by; nil writes all on one line.
    var indent: TemplateString?
    var itemSeparator: TemplateString
    var keySeparator: TemplateString = ": "
    var escapesAll = false
    var sortsKeys = false
  }

  /// As JSON, keys in their order and letters as they are.
  func json(_ style: JSONStyle) throws(TemplateFailure) -> TemplateString {
    var bytes: [UInt8] = []
    try writeJSON(to: &bytes, style, level: 0)
    return TemplateString(bytes: bytes)
  }

  private func writeJSON(
    to bytes: inout [UInt8], _ style: JSONStyle, level: Int
  ) throws(TemplateFailure) {
    guard bytes.count <= TemplateEvaluator.maxOutput else { throw TemplateValue.tooLarge }
    switch self {
    case .none: bytes += "null".utf8
    case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
    case .integer(let value): bytes += String(value).utf8
    case .number(let value):
      let text =
        value.isFinite
        ? Self.decimal(value) : value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
      bytes += text.utf8
    case .string(let string):
      appendJSON(string.scalars, to: &bytes, escapingAll: style.escapesAll)
    case .list(let list):
      bytes.append(0x5B)
      for (index, item) in list.items.enumerated() {
        if index > 0 { bytes += style.itemSeparator.bytes }
        Self.newLine(&bytes, style, level + 1)
        try item.writeJSON(to: &bytes, style, level: level + 1)
      }
      if !list.items.isEmpty { Self.newLine(&bytes, style, level) }
      bytes.append(0x5D)
    case .map(let map):
      var entries: [(key: TemplateString, value: TemplateValue)] = []
      for (key, value) in map.entries { entries.append((try key.jsonKey(), value)) }
      if style.sortsKeys { entries.sort { $0.key < $1.key } }
      bytes.append(0x7B)
      for (index, entry) in entries.enumerated() {
        if index > 0 { bytes += style.itemSeparator.bytes }
        Self.newLine(&bytes, style, level + 1)
        appendJSON(entry.key.scalars, to: &bytes, escapingAll: style.escapesAll)
        bytes += style.keySeparator.bytes
        try entry.value.writeJSON(to: &bytes, style, level: level + 1)
      }
      if !entries.isEmpty { Self.newLine(&bytes, style, level) }
      bytes.append(0x7D)
    case .undefined, .namespace, .loop, .function:
      throw TemplateFailure("tojson: \(kindName) cannot be written as JSON")
    }
  }

  private func jsonKey() throws(TemplateFailure) -> TemplateString {
    switch self {
    case .string(let string): return string
    case .none: return "null"
    case .boolean(let flag): return flag ? "true" : "false"
    default: return try written()
    }
  }

  private static func newLine(_ bytes: inout [UInt8], _ style: JSONStyle, _ level: Int) {
    guard let indent = style.indent else { return }
    bytes.append(0x0A)
    for _ in 0..<level { bytes += indent.bytes }
  }
}
