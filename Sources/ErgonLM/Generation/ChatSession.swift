public import ErgonWorkload

/// A conversation: what was said, written as the model's template has it, and a cache
/// in which only the new part of it has to be read.
///
/// ```swift
/// let chat = try ChatSession(language, system: "Answer in one sentence.")
/// let answer = try chat.reply(to: "Why is the sky blue?") { print($0.text, terminator: "") }
/// ```
public final class ChatSession {
  public let language: LanguageModel
  /// How the next answers are made; what ends the template's turns ends them, too.
  public var options: GenerationOptions
  public private(set) var messages: [ChatMessage]
  /// Oldest questions and answers that the model no longer sees, because the context was full.
  public private(set) var forgotten = 0

  private let session: GenerationSession
  private let format: ChatFormat
  private let system: String?

  /// - Parameters:
  ///   - system: What the model is told before all else.
  ///   - options: How answers are made.
  /// - Throws: ``LMError``.
  public init(
    _ language: LanguageModel, system: String? = nil,
    options: GenerationOptions = GenerationOptions()
  ) throws(LMError) {
    self.language = language
    self.options = options
    self.system = system
    format = try ChatFormat(of: language)
    session = try GenerationSession(language)
    messages = system.map { [ChatMessage(.system, $0)] } ?? []
    // What the template refuses whatever is asked, a system message say, is told at once.
    _ = try format.tokens(messages + [ChatMessage(.user, "?")])
  }

  /// Tokens of the conversation that the cache holds.
  public var tokens: Int { session.tokens.count }
  public var contextLength: Int { session.contextLength }

  /// Begins anew, with the same first instruction.
  public func reset() {
    messages = system.map { [ChatMessage(.system, $0)] } ?? []
    forgotten = 0
  }

  /// Says something and hears the answer.
  ///
  /// An answer that is stopped is kept as far as it came. When the context is full the oldest
  /// question and its answer are forgotten, never the first instruction.
  ///
  /// - Parameter answer: Becomes the answer, and is the answer so far if it is stopped.
  /// - Throws: ``LMError`` where even the last question does not fit, `WorkloadStopped`, and what
  ///   `onPiece` throws; the question is then as if it had not been asked, unless an answer to it
  ///   had begun.
  public func reply(
    to text: String, into answer: inout Generation.Answer,
    in context: some WorkloadContext = UnobservedContext(),
    onPiece: (Generation.Piece) throws -> Void = { _ in }
  ) throws {
    let before = (messages, forgotten)
    messages.append(ChatMessage(.user, text))
    answer = Generation.Answer()
    defer {
      if answer.tokens.isEmpty {
        (messages, forgotten) = before
      } else {
        messages.append(ChatMessage(.assistant, answer.text))
      }
    }
    var options = options
    options.continuesText = false
    options.stopStrings += format.stopStrings
    try session.run(try prompt(), options: options, into: &answer, in: context, onPiece: onPiece)
  }

  /// The conversation as tokens, cut at its old end until a quarter of the context is free.
  private func prompt() throws(LMError) -> [TokenID] {
    while true {
      let tokens = try format.tokens(messages)
      if tokens.count <= contextLength - min(contextLength / 4, options.maximumTokens ?? .max) {
        return tokens
      }
      // The first question that has been answered, and all up to the next.
      let first = messages.firstIndex { $0.role == .user }
      guard let first, let next = messages[(first + 1)...].firstIndex(where: { $0.role == .user })
      else { return tokens }
      messages.removeSubrange(first..<next)
      forgotten += 1
    }
  }
}
