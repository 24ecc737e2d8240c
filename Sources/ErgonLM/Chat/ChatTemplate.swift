/// How a model wants conversations written: a program in the Jinja language that comes with it.
///
/// ```swift
/// let template = try ChatTemplate(source: text, name: "model.gguf")
/// let prompt = try template.render(
///   messages: [ChatMessage(.user, "Hello")], beginning: "<s>", end: "</s>")
/// ```
///
/// The language is as template engines for models set it up: `trim_blocks` and `lstrip_blocks` on,
/// `break` and `continue`, `tojson` that keeps the order of keys and letters beyond ASCII as they
/// are, `raise_exception`, `strftime_now`. There are no files, no imports and nothing that changes
/// a value; lists that filters make are lists at once.
///
/// A template is a stranger's program: its length, the levels it nests, its steps and its output
/// are bounded, so that it ends whatever it says.
public struct ChatTemplate: Sendable {
  /// What the template is called in errors.
  public let name: String
  public let source: String
  private let syntax: TemplateSyntax
  /// The source with its line ends made one, to which places refer.
  private let bytes: [UInt8]

  static let maxSource = 1 << 20

  /// - Throws: ``LMError/malformed(source:place:reason:)`` with line and column, and
  ///   ``LMError/tooLarge(source:what:size:limit:)``.
  public init(source: String, name: String) throws(LMError) {
    guard source.utf8.count <= Self.maxSource else {
      throw .tooLarge(
        source: name, what: "a chat template", size: UInt64(source.utf8.count),
        limit: UInt64(Self.maxSource))
    }
    self.name = name
    self.source = source
    bytes = TemplateLexer.normalized(source)
    do {
      syntax = try TemplateParser.parse(bytes)
    } catch {
      throw .malformed(
        source: name, place: "chat template, " + textPlace(behind: bytes.prefix(error.offset ?? 0)),
        reason: error.reason)
    }
  }

  /// The conversation as the model reads it.
  ///
  /// - Parameters:
  ///   - tools: Descriptions of functions that the model may call, as JSON.
  ///   - addingGenerationPrompt: Whether the text ends where the assistant begins to speak.
  ///   - variables: What the template may ask for beside the conversation, `enable_thinking` say.
  ///   - beginning: The text of the token that begins a document, `bos_token` in templates.
  ///   - end: That of the one that ends it, `eos_token`.
  ///   - now: What templates that name the day write.
  /// - Throws: ``LMError/request(what:reason:mend:)`` where the template refuses the conversation,
  ///   in its own words, or cannot be carried out.
  public func render(
    messages: [ChatMessage], tools: JSONValue? = nil, addingGenerationPrompt: Bool = true,
    variables: [String: JSONValue] = [:], beginning: String = "", end: String = "",
    now: CivilTime = .current
  ) throws(LMError) -> String {
    var values = variables
    values["messages"] = .array(messages.map(\.json))
    values["tools"] = tools ?? values["tools"] ?? .null
    values["documents"] = values["documents"] ?? .null
    values["add_generation_prompt"] = .boolean(addingGenerationPrompt)
    values["bos_token"] = .string(beginning)
    values["eos_token"] = .string(end)
    return try render(values, now: now)
  }

  func render(
    _ variables: [String: JSONValue], now: CivilTime,
    stepLimit: Int = TemplateEvaluator.maxSteps
  ) throws(LMError) -> String {
    do {
      var values: [String: TemplateValue] = [:]
      for (name, value) in variables { values[name] = try TemplateValue(value, level: 0) }
      return try TemplateEvaluator(
        syntax, variables: values, now: now, stepLimit: stepLimit
      ).render()
    } catch {
      if error.isRefusal {
        throw .request(
          what: "chat template of \(name)", reason: error.reason,
          mend: "change the conversation so that the model's template takes it")
      }
      let place = error.offset.map { ", " + textPlace(behind: bytes.prefix($0)) } ?? ""
      throw .request(
        what: "chat template of \(name)" + place, reason: error.reason,
        mend: "change the conversation or the template")
    }
  }
}

extension TemplateValue {
  /// - Parameter level: Levels above, which are bounded.
  init(_ value: JSONValue, level: Int) throws(TemplateFailure) {
    guard level < Self.maxDepth else {
      throw TemplateFailure("values nest deeper than \(Self.maxDepth) levels")
    }
    switch value {
    case .null: self = .none
    case .boolean(let flag): self = .boolean(flag)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .string(let text): self = .text(text)
    case .array(let array):
      var items: [TemplateValue] = []
      for item in array { items.append(try TemplateValue(item, level: level + 1)) }
      self = try .list(items)
    case .object(let object):
      var map = TemplateMap()
      for (key, value) in object {
        try map.set(.text(key), try TemplateValue(value, level: level + 1))
      }
      self = .map(map)
    }
  }
}
