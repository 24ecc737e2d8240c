import ErgonEnergy

/// A value of the `--json` output.
///
/// Shapes are written out by each command instead of being derived from the library's types, so
/// that renaming a property never breaks somebody's script.
enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// Written shortest-exact; what is not finite is written as `null`, which JSON has and `NaN`
  /// has not.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

/// An object of the `--json` output; keys are written sorted.
///
/// ```swift
/// let object: JSONObject = ["runs": .array(runs.map { .object($0) }), "totalJ": .number(12.3)]
/// console.print(json: object)     // adds "schemaVersion"
/// ```
///
/// - Units: a key that holds a quantity ends in its unit: `energyJ`, `powerW`, `durationS`,
///   `carbonGCO2e`, `intensityGPerKWh`.
struct JSONObject: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// Raised when a key is removed or changes its meaning; new keys do not raise it.
  static let schemaVersion: Int64 = 1

  var members: [String: JSONValue]

  init(_ members: [String: JSONValue] = [:]) { self.members = members }
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    members = Dictionary(elements) { _, last in last }
  }

  subscript(key: String) -> JSONValue? {
    get { members[key] }
    set { members[key] = newValue }
  }

  /// The whole answer of a command, indented.
  func document() -> String { versioned().text(indentation: 0) }
  /// One answer of a stream, on one line.
  func line() -> String { versioned().text(indentation: nil) }

  private func versioned() -> JSONValue {
    var copy = self
    copy["schemaVersion"] = .integer(Self.schemaVersion)
    return .object(copy)
  }
}

extension JSONValue {
  /// `null` where there is no value: absent is absent.
  init(_ text: String?) { self = text.map { .string($0) } ?? .null }
  init(_ number: Double?) { self = number.map { .number($0) } ?? .null }
  init(_ flag: Bool) { self = .bool(flag) }
  init(_ number: some BinaryInteger) {
    self = Int64(exactly: number).map { .integer($0) } ?? .number(Double(number))
  }
  init(_ texts: [String]) { self = .array(texts.map { .string($0) }) }

  /// `{"best": …, "high": …, "low": …, "provenance": "measured", "source": …}` in base units, or
  /// `null`.
  init<Quantity>(_ figure: Figure<Quantity>?) {
    guard let figure else {
      self = .null
      return
    }
    self = .object([
      "low": .number(figure.low.value), "best": .number(figure.best.value),
      "high": .number(figure.high.value),
      "provenance": .string(figure.provenance.kind.rawValue),
      "source": .string(figure.provenance.source),
      "sourceVersion": .string(figure.provenance.version),
    ])
  }

  /// JSON text.
  ///
  /// - Parameter indentation: Spaces before the closing bracket; `nil` writes one line.
  func text(indentation: Int?) -> String {
    var text = ""
    write(to: &text, indentation)
    return text
  }

  private func write(to text: inout String, _ indentation: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += String(number)
    case .number(let number): text += number.isFinite ? Self.shortest(number) : "null"
    case .string(let string): Self.write(string, to: &text)
    case .array(let items):
      Self.write(items, "[", "]", to: &text, indentation) { $1.write(to: &$0, $2) }
    case .object(let object):
      let members = object.members.sorted { $0.key < $1.key }
      Self.write(members, "{", "}", to: &text, indentation) { text, member, indentation in
        Self.write(member.key, to: &text)
        text += indentation == nil ? ":" : ": "
        member.value.write(to: &text, indentation)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], _ open: Character, _ close: Character, to text: inout String,
    _ indentation: Int?, _ body: (inout String, Item, Int?) -> Void
  ) {
    text.append(open)
    if items.isEmpty {
      text.append(close)
      return
    }
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      if let indentation { text += "\n" + String(repeating: " ", count: indentation + 2) }
      body(&text, item, indentation.map { $0 + 2 })
    }
    if let indentation { text += "\n" + String(repeating: " ", count: indentation) }
    text.append(close)
  }

  /// The shortest text that reads back as the same number; whole numbers without `.0`.
  private static func shortest(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
