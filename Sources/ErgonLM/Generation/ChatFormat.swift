/// How conversations become tokens of a model, and what ends its answers.
///
/// ```swift
/// let format = try ChatFormat(of: language)
/// let tokens = try format.tokens([ChatMessage(.user, "Hello")])
/// ```
public struct ChatFormat: Sendable {
  /// The model's own, or a built-in one where its file has none.
  public let template: ChatTemplate
  /// Texts that end an answer because the vocabulary has no token that does.
  public let stopStrings: [String]

  private let tokenizer: any Tokenizer
  private let beginning: (token: TokenID, text: String, isAdded: Bool)?

  /// - Throws: ``LMError`` for a template that does not parse.
  public init(of language: LanguageModel) throws(LMError) {
    try self.init(
      tokenizer: language.tokenizer, templateSource: language.templateSource, name: language.name)
  }

  /// The same for a model that is still to learn it.
  ///
  /// - Parameters:
  ///   - templateSource: Nil for a built-in template.
  ///   - name: What the template is called in errors.
  /// - Throws: ``LMError`` for a template that does not parse.
  public init(
    tokenizer: any Tokenizer, templateSource: String?, name: String
  ) throws(LMError) {
    self.tokenizer = tokenizer
    if let source = templateSource {
      template = try ChatTemplate(source: source, name: name)
    } else {
      template = try .builtIn(for: tokenizer)
    }
    let source = TemplateString(template.source)
    var stops = endOfGenerationNames.filter { name in
      guard source.contains(TemplateString(name)) else { return false }
      let token = tokenizer.token(named: name)
      return token.map { !tokenizer.special.endOfGeneration.contains($0) } ?? true
    }
    // A play has no mark at the end of what is said, only the next speaker's name.
    if template.source == ChatTemplate.play { stops = ["\nUser:", "\nSystem:"] }
    stopStrings = stops
    beginning = tokenizer.special.beginning.map { token in
      let isAdded = tokenizer.encode("", addingSpecial: true).first == token
      return (token, tokenizer.piece(of: token), isAdded)
    }
  }

  /// A conversation as the model reads it: special tokens where the template names them, and one
  /// beginning, whether the template writes it or the tokenizer adds it.
  ///
  /// - Parameters:
  ///   - tools: Descriptions of functions that the model may call, as JSON.
  ///   - addingGenerationPrompt: Whether the tokens end where the assistant begins to speak.
  ///   - variables: What the template may ask for beside the conversation.
  /// - Throws: ``LMError/request(what:reason:mend:)`` where the template refuses the conversation.
  public func tokens(
    _ messages: [ChatMessage], tools: JSONValue? = nil, addingGenerationPrompt: Bool = true,
    variables: [String: JSONValue] = [:]
  ) throws(LMError) -> [TokenID] {
    let text = try text(
      messages, tools: tools, addingGenerationPrompt: addingGenerationPrompt, variables: variables)
    let tokens = tokenizer.encode(text, addingSpecial: false, parsingSpecial: true)
    guard let beginning, beginning.isAdded, tokens.first != beginning.token else { return tokens }
    return [beginning.token] + tokens
  }

  /// A conversation as the template writes it.
  package func text(
    _ messages: [ChatMessage], tools: JSONValue? = nil, addingGenerationPrompt: Bool = true,
    variables: [String: JSONValue] = [:]
  ) throws(LMError) -> String {
    try template.render(
      messages: messages, tools: tools, addingGenerationPrompt: addingGenerationPrompt,
      variables: variables, beginning: beginning?.text ?? "",
      end: tokenizer.special.end.map(tokenizer.piece(of:)) ?? "")
  }
}
