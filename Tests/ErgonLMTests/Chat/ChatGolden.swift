import Foundation

@testable import ErgonLM

/// What jinja2 makes of templates, conversations and expressions: Golden/chat.
enum ChatGolden {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden/chat")
  /// The day and hour at which the golden texts were made.
  static let now = CivilTime(year: 2024, month: 7, day: 26, hour: 9, minute: 5)

  static func json(_ name: String) throws -> JSONValue {
    let data = try Data(contentsOf: folder.appending(path: name))
    return try JSONValue(parsing: [UInt8](data), source: name)
  }

  static func template(_ name: String, in folder: URL = folder) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
  }

  static let own = [
    "bars.jinja", "capitalized.jinja", "headers-tools.jinja", "inst.jinja", "macros.jinja",
    "parts.jinja", "thinking.jinja", "wide-bars.jinja",
  ]

  /// What expressions may name.
  static func variables() throws -> [String: JSONValue] {
    members(try json("inputs.json")["variables"])
  }

  static func members(_ value: JSONValue?) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    for (name, value) in value?.objectValue ?? JSONObject() { members[name] = value }
    return members
  }

  struct Case: Sendable {
    let name: String
    let variables: [String: JSONValue]
    /// Nil where the template refuses.
    let text: String?
  }

  /// A template's conversations, each without and with tools.
  static func cases(of template: String) throws -> [Case] {
    let inputs = try json("inputs.json")
    return (try json("rendered.json").arrayValue ?? []).filter {
      $0[0]?.stringValue == template
    }.map { row in
      var variables = members(inputs["basis"])
      let setting = row[2]?.intValue ?? 0
      variables.merge(members(inputs["settings"]?[setting])) { $1 }
      let title = row[1]?.stringValue ?? ""
      variables["messages"] = inputs["conversations"]?[title]
      return Case(name: "\(title) \(setting)", variables: variables, text: row[3]?.stringValue)
    }
  }
}
