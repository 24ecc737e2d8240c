import Foundation

/// What can be set for a study; the defaults are the paper's.
///
/// ```swift
/// struct Settings: StudySettings {
///   var rows = 10_000
///   static let quick = Settings()
///   static let full = Settings(rows: 1_000_000)
///   static let fields = [SettingField("rows", "rows of the synthetic registry")]
/// }
/// ```
public protocol StudySettings: Codable, Sendable, Equatable {
  /// Minutes on two cores; what runs unless asked otherwise.
  static var quick: Self { get }
  /// The paper's own size, or as near as a machine of today gets.
  static var full: Self { get }
  /// Every stored property, in the order a reader meets them.
  static var fields: [SettingField] { get }
}

/// One setting of a study as a reader sees it.
public struct SettingField: Sendable, Hashable, Codable {
  /// The property's own name.
  public var name: String
  /// The unit's symbol; empty for a plain number or a name.
  public var unit: String
  /// What it decides, in a few words.
  public var summary: String

  public init(_ name: String, unit: String = "", _ summary: String) {
    self.name = name
    self.unit = unit
    self.summary = summary
  }
}

/// A setting with the value a study ran with.
public struct SettingValue: Sendable, Hashable, Codable {
  public var field: SettingField
  public var value: String

  public init(field: SettingField, value: String) {
    self.field = field
    self.value = value
  }
}

extension StudySettings {
  /// The settings by name, as text.
  ///
  /// - Throws: ``LabError/malformedStudy(name:reason:)`` when ``fields`` does not name exactly the
  ///   stored properties.
  func values(study: String) throws(LabError) -> [SettingValue] {
    let values = try dictionary(study: study)
    let named = Set(Self.fields.map(\.name))
    if let missing = values.keys.sorted().first(where: { !named.contains($0) }) {
      throw .malformedStudy(name: study, reason: "its setting '\(missing)' is not in 'fields'")
    }
    var list: [SettingValue] = []
    for field in Self.fields {
      guard let value = values[field.name] else {
        throw .malformedStudy(name: study, reason: "it has no setting '\(field.name)'")
      }
      list.append(SettingValue(field: field, value: value.text))
    }
    return list
  }

  /// The settings with some replaced by what a user typed.
  ///
  /// A value is read as the kind of the one it replaces.
  func replacing(_ overrides: [String: String], study: String) throws(LabError) -> Self {
    guard !overrides.isEmpty else { return self }
    var values = try dictionary(study: study)
    for (name, text) in overrides.sorted(by: { $0.key < $1.key }) {
      guard let old = values[name] else {
        throw .unknownSetting(study: study, name: name, known: Self.fields.map(\.name))
      }
      guard let new = old.reading(text) else {
        throw .invalidSetting(study: study, name: name, value: text, expected: old.kind)
      }
      values[name] = new
      do {
        _ = try Self.decoded(values)
      } catch {
        throw .invalidSetting(
          study: study, name: name, value: text, expected: "a value this study knows")
      }
    }
    do { return try Self.decoded(values) } catch {
      throw .malformedStudy(name: study, reason: "its settings cannot be read back: \(error)")
    }
  }

  private static func decoded(_ values: [String: SettingJSON]) throws -> Self {
    try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(values))
  }

  private func dictionary(study: String) throws(LabError) -> [String: SettingJSON] {
    do {
      return try JSONDecoder().decode(
        [String: SettingJSON].self, from: JSONEncoder().encode(self))
    } catch {
      throw .malformedStudy(name: study, reason: "its settings cannot be written: \(error)")
    }
  }
}

/// A setting's value on its way through JSON.
private enum SettingJSON: Codable {
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([SettingJSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode([SettingJSON].self) {
      self = .list(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    }
  }

  var text: String {
    switch self {
    case .bool(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .text(let value): value
    case .list(let values): values.map(\.text).joined(separator: ",")
    }
  }

  var kind: String {
    switch self {
    case .bool: "true or false"
    case .integer, .number: "a number"
    case .text: "text"
    case .list: "a list with commas"
    }
  }

  /// Another value of the same kind; a whole number may become a fraction, since JSON writes 1.0
  /// as 1, and the decoder has the last word.
  func reading(_ text: String) -> SettingJSON? {
    switch self {
    case .bool: Bool(text).map(SettingJSON.bool)
    case .integer, .number:
      Int64(text).map(SettingJSON.integer)
        ?? Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    case .text: .text(text)
    case .list(let values):
      Self.list(text, like: values.first ?? .number(0))
    }
  }

  private static func list(_ text: String, like first: SettingJSON) -> SettingJSON? {
    var values: [SettingJSON] = []
    for part in text.split(separator: ",") {
      guard let value = first.reading(String(part)) else { return nil }
      values.append(value)
    }
    return .list(values)
  }
}
