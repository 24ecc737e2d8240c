/// The part of an answer that is its own: how tokens are chosen, and how they become text.
///
/// Sessions and batches feed it hidden states; a copy of it guesses what it will choose.
struct AnswerState: Sendable {
  private var sampler: Sampler
  private var constraint: (any TokenConstraint)?
  private var decoder: StreamingDecoder
  private var stops: StopStrings
  private let endTokens: Set<TokenID>
  private let vocabularySize: Int
  private let maximum: Int
  private(set) var generated = 0
  private(set) var finish: Generation.FinishReason?

  /// - Parameter context: Tokens that prompt and answer may have together.
  /// - Throws: ``LMError/request(what:reason:mend:)`` for a prompt that is empty, leaves no room for
  ///   an answer or has tokens of another vocabulary, and for options out of range.
  init(
    _ options: GenerationOptions, prompt: [TokenID], context: Int, language: LanguageModel
  ) throws(LMError) {
    let tokenizer = language.tokenizer
    vocabularySize = language.model.head.vocabularySize
    guard !prompt.isEmpty else {
      throw .request(
        what: "generate", reason: "the prompt has no token", mend: "give at least one character")
    }
    guard prompt.count < context else {
      throw .request(
        what: "generate",
        reason: "the prompt's \(prompt.count) tokens exceed the context of \(context)",
        mend: "shorten it, or ask for a longer context if the model allows it")
    }
    for token in prompt where token < 0 || Int(token) >= vocabularySize {
      throw .request(
        what: "generate", reason: "the prompt has token \(token)",
        mend: "the vocabulary has 0 to \(vocabularySize - 1)")
    }
    guard (options.maximumTokens ?? 1) > 0 else {
      throw .request(
        what: "generate", reason: "an answer of \(options.maximumTokens ?? 0) tokens",
        mend: "ask for at least one")
    }
    endTokens = tokenizer.special.endOfGeneration
    sampler = try Sampler(
      options.sampling(for: tokenizer.special), vocabularySize: vocabularySize,
      endTokens: endTokens)
    for token in prompt { sampler.accept(token) }
    constraint = options.constraint
    // Behind nothing but special tokens there is no text to continue.
    let isContinuing = options.continuesText && prompt.contains { !tokenizer.isSpecial($0) }
    decoder = StreamingDecoder(tokenizer, continuing: isContinuing)
    stops = StopStrings(options.stopStrings)
    maximum = min(options.maximumTokens ?? .max, context - prompt.count)
  }

  /// Chooses the next token without making text of it, as a guess does.
  mutating func guess(
    _ hidden: UnsafePointer<Float>, head: any OutputHead
  ) throws(LMError) -> TokenID? {
    if isExhausted { return nil }
    let token = try sampler.next(hidden, head: head, constraint: &constraint).token
    if endTokens.contains(token) { return nil }
    try take(token)
    return token
  }

  /// Chooses the token that follows a hidden state.
  mutating func next(
    _ hidden: UnsafePointer<Float>, head: any OutputHead
  ) throws(LMError) -> Generation.Piece {
    let chosen = try sampler.next(hidden, head: head, constraint: &constraint)
    generated += 1
    var text = ""
    if endTokens.contains(chosen.token) {
      finish = .stop
    } else {
      try take(chosen.token)
      let (certain, isStopped) = stops.append(decoder.append(chosen.token))
      text = certain
      if isStopped {
        finish = .stopString
      } else if isExhausted {
        finish = .constraint
      } else if generated >= maximum {
        finish = .length
      }
    }
    if let finish, finish != .stopString {
      let (certain, isStopped) = stops.append(decoder.finish())
      text += certain
      if isStopped { self.finish = .stopString } else { text += stops.finish() }
    }
    return Generation.Piece(text: text, token: chosen, finish: finish)
  }

  private mutating func take(_ token: TokenID) throws(LMError) {
    sampler.accept(token)
    if constraint?.accept(token) == false {
      throw .request(
        what: "constrained answer", reason: "token \(token) was chosen and is not allowed",
        mend: "this is a fault of the constraint; answer without it")
    }
  }

  /// Whether the constraint is met and allows nothing but the end.
  private var isExhausted: Bool {
    guard var constraint, constraint.isComplete else { return false }
    var mask = TokenMask(count: vocabularySize, allowed: true)
    constraint.restrict(&mask)
    for token in endTokens where Int(token) < vocabularySize { mask[token] = false }
    return mask.words.allSatisfy { $0 == 0 }
  }
}
