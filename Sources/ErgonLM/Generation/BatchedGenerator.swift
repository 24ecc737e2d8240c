/// Several answers at once: sequences of different lengths that join and leave as they please and
/// share each reading of the weights.
///
/// Each answer is the one that it would be alone, to the last token.
///
/// ```swift
/// let batch = try BatchedGenerator(language, sequences: 8)
/// let id = try batch.add(language.tokenizer.encode("Once upon"), options: options)
/// while !batch.isEmpty { for (id, piece) in try batch.step() { … } }
/// ```
///
/// - Cost: a step reads the weights once, however many answers there are.
public final class BatchedGenerator {
  public typealias ID = Int

  public let language: LanguageModel
  /// Answers that run at the same time; others wait.
  public let sequences: Int
  /// Tokens, prompts and next ones together, that one step takes.
  public let batchTokens: Int
  public private(set) var passes = 0
  public private(set) var evaluated = 0

  private let cache: KeyValueCache
  private let contextLength: Int
  private var nextID = 0
  /// Oldest first.
  private var waiting: [Request] = []
  private var running: [Request] = []
  /// What came in a step that threw.
  private var held: [(id: ID, piece: Generation.Piece)] = []

  private struct Request {
    let id: ID
    var tokens: [TokenID]
    var answer: AnswerState
    var counts = Generation.Counts()
    var sequence: SequenceID = -1
    /// Tokens that are in the cache.
    var cached = 0
  }

  /// Tokens of a prompt that must be the same before a sequence is begun as a copy of another.
  static let leastShared = 16

  /// - Parameters:
  ///   - context: Tokens of one sequence.
  ///   - batchTokens: Long prompts are read in parts of this size, so that running answers need not
  ///     wait for them.
  /// - Throws: ``LMError/request(what:reason:mend:)`` where the cache does not fit.
  public init(
    _ language: LanguageModel, sequences: Int, context: Int? = nil, batchTokens: Int = 512
  ) throws(LMError) {
    precondition(
      sequences > 0 && batchTokens >= sequences,
      "BatchedGenerator: \(sequences) sequences in steps of \(batchTokens) tokens")
    self.language = language
    self.sequences = sequences
    self.batchTokens = batchTokens
    contextLength = min(context ?? .max, language.contextLength)
    cache = try language.model.makeCache(positions: contextLength, sequences: sequences)
  }

  public var isEmpty: Bool { running.isEmpty && waiting.isEmpty && held.isEmpty }

  /// Puts a prompt in the queue.
  ///
  /// Speculation is not used here: a batch already shares what speculation would save.
  ///
  /// - Throws: ``LMError/request(what:reason:mend:)`` for a prompt that is empty or too long, and for
  ///   options out of range.
  public func add(_ prompt: [TokenID], options: GenerationOptions) throws(LMError) -> ID {
    let answer = try AnswerState(
      options, prompt: prompt, context: contextLength, language: language)
    nextID += 1
    var request = Request(id: nextID, tokens: prompt, answer: answer)
    request.counts.prompt = prompt.count
    waiting.append(request)
    return nextID
  }

  /// Takes an answer out, finished or not.
  public func remove(_ id: ID) {
    waiting.removeAll { $0.id == id }
    held.removeAll { $0.id == id }
    if let index = running.firstIndex(where: { $0.id == id }) {
      cache.remove(running.remove(at: index).sequence)
    }
  }

  /// What an answer that has not ended has taken so far.
  public func counts(of id: ID) -> Generation.Counts? {
    (running + waiting).first { $0.id == id }?.counts
  }

  /// One pass through the model: a token more of every running answer, and a part of the prompts.
  ///
  /// - Returns: The pieces that came, each with its answer; an answer whose piece says that it has
  ///   ended has left.
  /// - Throws: ``LMError`` of an answer that no token can go on, which has left then; the next step
  ///   gives the pieces of the others.
  public func step() throws(LMError) -> [(id: ID, piece: Generation.Piece)] {
    if !held.isEmpty {
      defer { held = [] }
      return held
    }
    try admit()
    var room = batchTokens
    // Running answers first, each by the one token it is waiting for.
    var shares = running.map { $0.tokens.count - $0.cached == 1 ? 1 : 0 }
    room -= shares.reduce(0, +)
    for (index, request) in running.enumerated() where shares[index] == 0 && room > 0 {
      shares[index] = min(room, request.tokens.count - request.cached)
      room -= shares[index]
    }
    var spans: [TokenBatch.Span] = []
    var asking: [Int] = []
    for (index, share) in shares.enumerated() where share > 0 {
      let request = running[index]
      let end = request.cached + share
      let isLast = end == request.tokens.count
      spans.append(
        .init(
          request.sequence, tokens: Array(request.tokens[request.cached..<end]),
          outputs: isLast ? .last : .none))
      if isLast { asking.append(index) }
    }
    guard !spans.isEmpty else { return [] }
    let hidden = try language.model.forward(TokenBatch(spans), cache)
    passes += 1
    evaluated += batchTokens - room
    for (index, share) in shares.enumerated() where share > 0 {
      running[index].cached += share
      running[index].counts.evaluated += share
      running[index].counts.passes += 1
    }
    let head = language.model.head
    let logits = SharedLogits(hidden, head)
    var pieces: [(id: ID, piece: Generation.Piece)] = []
    var left: Set<ID> = []
    var fault: LMError?
    for (row, index) in asking.enumerated() {
      let id = running[index].id
      do throws(LMError) {
        let piece = try hidden.withRow(row) { state throws(LMError) in
          try running[index].answer.next(state, head: logits?[row] ?? head)
        }
        running[index].tokens.append(piece.token.token)
        running[index].counts.generated += 1
        pieces.append((id, piece))
        if piece.finish != nil { left.insert(id) }
      } catch {
        fault = fault ?? error
        left.insert(id)
      }
    }
    for request in running where left.contains(request.id) { cache.remove(request.sequence) }
    running.removeAll { left.contains($0.id) }
    if let fault {
      held = pieces
      throw fault
    }
    return pieces
  }

  /// Lets waiting prompts in while there is room; one that begins like a running text shares its
  /// beginning.
  private func admit() throws(LMError) {
    while running.count < sequences, !waiting.isEmpty {
      var request = waiting[0]
      var best: (sequence: SequenceID, length: Int)?
      for other in running {
        let common = zip(other.tokens.prefix(other.cached), request.tokens.dropLast())
          .prefix { $0 == $1 }.count
        if common >= max(Self.leastShared, (best?.length ?? 0) + 1) {
          best = (other.sequence, common)
        }
      }
      if let best {
        request.sequence = try cache.fork(best.sequence, keeping: best.length)
        request.cached = best.length
        request.counts.reused = best.length
      } else {
        request.sequence = try cache.makeSequence()
      }
      waiting.removeFirst()
      running.append(request)
    }
  }
}
