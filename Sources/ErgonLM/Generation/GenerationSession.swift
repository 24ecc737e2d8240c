public import ErgonWorkload

/// One text that a model reads and continues, and what it remembers of it.
///
/// Everything that generates stands on this: it is synchronous, and the caller says when the next
/// token is wanted. A prompt that begins like the text before is read only from where it differs.
///
/// ```swift
/// let session = try GenerationSession(language)
/// try session.begin(language.tokenizer.encode("Once upon a time"), options: .greedy)
/// while let piece = try session.step() { print(piece.text, terminator: "") }
/// ```
///
/// - Cost: a token reads ``TransformerModel/bytesPerToken`` bytes; a prompt of n tokens reads them
///   once for 512 tokens.
public final class GenerationSession {
  public let language: LanguageModel
  /// Prompt and answer together have no more tokens than this.
  public let contextLength: Int
  public private(set) var counts = Generation.Counts()
  /// Prompt and answer as tokens; the last one chosen is among them.
  public private(set) var tokens: [TokenID] = []

  /// Prompt tokens that go through the model together.
  static let promptChunk = 512

  private let cache: KeyValueCache
  private let sequence: SequenceID
  /// How much of `tokens` is in the cache, guesses not counted.
  private var cached = 0
  private var answer: AnswerState?
  private var drafter: Drafter?

  /// Hidden states of the last pass: the first is behind token `cached - 1`, each further one behind
  /// a guess.
  private var hidden: HiddenStates?
  private var logits: SharedLogits?
  private var row = 0
  private var guesses: [TokenID] = []

  /// - Parameter context: Fewer tokens than the model was made for; memory grows with them.
  /// - Throws: ``LMError/request(what:reason:mend:)`` where the cache does not fit.
  public init(_ language: LanguageModel, context: Int? = nil) throws(LMError) {
    self.language = language
    contextLength = min(context ?? .max, language.contextLength)
    cache = try language.model.makeCache(positions: contextLength)
    sequence = try cache.makeSequence()
  }

  /// Bytes of keys and values.
  public var cacheBytes: Int { cache.bytes }

  /// Sets the text to continue; nothing is computed before the first step.
  ///
  /// - Throws: ``LMError/request(what:reason:mend:)`` for an empty prompt, one that leaves no room
  ///   for an answer, and options out of range; the session is then as it was.
  public func begin(_ prompt: [TokenID], options: GenerationOptions) throws(LMError) {
    let answer = try AnswerState(
      options, prompt: prompt, context: contextLength, language: language)
    try prepare(options.speculation)
    let common = zip(tokens.prefix(cached), prompt).prefix { $0 == $1 }.count
    // The last token is read again, because the answer begins behind it.
    cached = min(common, prompt.count - 1)
    cache.truncate(sequence, to: cached)
    tokens = prompt
    counts = Generation.Counts()
    counts.prompt = prompt.count
    counts.reused = cached
    hidden = nil
    logits = nil
    row = 0
    guesses = []
    self.answer = answer
  }

  private func prepare(_ speculation: GenerationOptions.Speculation) throws(LMError) {
    switch speculation {
    case .none: drafter = nil
    case .lookup(let maximum, let ngram):
      drafter = Drafter(.lookup(ngram: max(1, ngram)), maximum: max(1, maximum))
    case .draft(let model, let maximum):
      // The draft model's cache, too, knows how the text begins.
      if let drafter, drafter.isOf(model, maximum) { return }
      drafter = Drafter(
        .model(try DraftModel(model, for: language, context: contextLength)),
        maximum: max(1, maximum))
    }
  }

  /// Reads the next part of the prompt.
  ///
  /// - Returns: Whether there is more of it; ``step()`` reads what is left by itself.
  @discardableResult
  public func readPrompt() throws(LMError) -> Bool {
    guard answer != nil, hidden == nil, counts.generated == 0 else { return false }
    let end = min(cached + Self.promptChunk, tokens.count)
    hidden = try pass(Array(tokens[cached..<end]), outputs: end == tokens.count ? .last : .none)
    cached = end
    if end < tokens.count { hidden = nil }
    return end < tokens.count
  }

  /// Chooses the next token; nil once the answer has ended.
  public func step() throws(LMError) -> Generation.Piece? {
    guard answer != nil, answer?.finish == nil else { return nil }
    if hidden == nil {
      if counts.generated == 0 {
        while try readPrompt() {}
      } else {
        try evaluateLast()
      }
    }
    let piece = try hidden!.withRow(row) { state throws(LMError) in
      try answer!.next(state, head: logits?[row] ?? language.model.head)
    }
    counts.generated += 1
    tokens.append(piece.token.token)
    if piece.finish == nil, row < guesses.count, guesses[row] == piece.token.token {
      // The guess was right, so that the pass has already been where this token leads.
      counts.accepted += 1
      cached += 1
      row += 1
    } else {
      if !guesses.isEmpty {
        drafter?.learn(accepted: row, of: guesses.count)
        cache.truncate(sequence, to: cached)
      }
      hidden = nil
    }
    return piece
  }

  /// Runs the last token through the model, with guesses of those that follow it.
  private func evaluateLast() throws(LMError) {
    guesses = []
    if let drafter, let answer {
      let room = contextLength - tokens.count
      guesses = try drafter.guess(after: tokens, as: answer, atMost: room)
      counts.drafted += guesses.count
    }
    hidden = try pass([tokens[cached]] + guesses, outputs: .all)
    logits = SharedLogits(hidden!, language.model.head)
    cached += 1
    row = 0
  }

  private func pass(
    _ tokens: [TokenID], outputs: TokenBatch.Outputs
  ) throws(LMError) -> HiddenStates {
    counts.passes += 1
    counts.evaluated += tokens.count
    return try language.model.forward(
      TokenBatch(sequence, tokens: tokens, outputs: outputs), cache)
  }
}

extension GenerationSession {
  /// The work that `counts` stand for.
  func workload(_ counts: Generation.Counts) -> WorkloadCounts {
    WorkloadCounts(
      items: UInt64(counts.evaluated),
      operations: UInt64(counts.evaluated) * language.operationsPerToken,
      bytes: UInt64(counts.passes) * UInt64(language.model.bytesPerToken))
  }

  /// Reads a prompt and answers it, reporting as two stages, `prompt` and `answer`.
  ///
  /// - Parameters:
  ///   - answer: Becomes the answer, and is the answer so far if it is stopped.
  ///   - onPiece: What to do with each step; what it throws ends the answer.
  /// - Throws: ``LMError``, `WorkloadStopped`, and what `onPiece` throws.
  public func run(
    _ prompt: [TokenID], options: GenerationOptions, into answer: inout Generation.Answer,
    in context: some WorkloadContext = UnobservedContext(),
    onPiece: (Generation.Piece) throws -> Void = { _ in }
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    answer = Generation.Answer()
    try begin(prompt, options: options)
    answer.counts = counts
    let total = Double(prompt.count - counts.reused)
    func report(_ stage: String, _ done: Double, _ total: Double?) throws {
      try context.report(
        WorkloadProgress(
          stage: stage, completed: done, total: total, counts: workload(counts)))
    }
    try report("prompt", 0, total)
    while try readPrompt() { try report("prompt", Double(counts.evaluated), total) }
    let middle = clock.now
    answer.promptSeconds = (middle - start).seconds
    answer.counts = counts
    let maximum = options.maximumTokens.map(Double.init)
    try report("answer", 0, maximum)
    while let piece = try step() {
      answer.text += piece.text
      answer.tokens.append(piece.token)
      answer.finish = piece.finish
      answer.counts = counts
      answer.answerSeconds = (clock.now - middle).seconds
      try onPiece(piece)
      try report("answer", Double(counts.generated), maximum)
    }
  }
}

extension Duration {
  /// As a number of seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
