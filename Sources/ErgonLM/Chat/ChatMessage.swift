/// One message of a conversation.
///
/// ```swift
/// ChatMessage(.user, "Why is the sky blue?")
/// ChatMessage(.tool, "21", fields: ["name": "temperature"])
/// ```
public struct ChatMessage: Sendable, Equatable {
  /// Who speaks, by the name that templates know.
  public struct Role: RawRepresentable, Sendable, Hashable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let system = Role(rawValue: "system")
    public static let user = Role(rawValue: "user")
    public static let assistant = Role(rawValue: "assistant")
    public static let tool = Role(rawValue: "tool")
  }

  public var role: Role
  /// Nil where an assistant only calls tools.
  public var content: String?
  /// What else templates may ask for: `tool_calls`, `tool_call_id`, `name`, `reasoning_content`.
  public var fields: JSONObject

  public init(_ role: Role, _ content: String?, fields: JSONObject = JSONObject()) {
    self.role = role
    self.content = content
    self.fields = fields
  }

  /// As templates see it.
  var json: JSONValue {
    var object = JSONObject()
    object["role"] = .string(role.rawValue)
    object["content"] = content.map { .string($0) } ?? .null
    for (key, value) in fields where object[key] == nil { object[key] = value }
    return .object(object)
  }
}
