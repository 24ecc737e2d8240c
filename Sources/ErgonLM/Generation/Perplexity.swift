public import ErgonWorkload

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// How well a model predicts a text.
public struct Perplexity: Sendable, Hashable {
  /// Sum of -ln p over the predicted tokens.
  public var negativeLogLikelihood = 0.0
  /// Tokens predicted, and the bytes of text they stand for.
  public var tokens = 0
  public var bytes = 0

  public init() {}

  /// Nats a token.
  public var crossEntropy: Double { negativeLogLikelihood / Double(max(tokens, 1)) }
  /// exp of the mean surprise: how many equally likely tokens would be as hard to guess.
  public var perplexity: Double { exp(crossEntropy) }
  /// Independent of the vocabulary, so that models with different ones can be compared.
  public var bitsPerByte: Double {
    negativeLogLikelihood / log(2) / Double(max(bytes, 1))
  }
}

extension LanguageModel {
  /// Reads a text in overlapping windows and adds up how surprising each token is.
  ///
  /// Every token is predicted once, with as much text before it as its window has: the first window
  /// predicts all of its tokens, each further one its last `stride`. Where the vocabulary has a
  /// token for the beginning, every window begins with it.
  ///
  /// - Parameters:
  ///   - window: Tokens that are read together; the model's context unless said.
  ///   - stride: Tokens from one window to the next; half a window unless said.
  /// - Cost: text tokens × window / stride tokens through the model, and as many logits as tokens.
  /// - Throws: ``LMError``, and `WorkloadStopped`.
  public func perplexity(
    of text: String, window: Int? = nil, stride: Int? = nil,
    in context: some WorkloadContext = UnobservedContext()
  ) throws -> Perplexity {
    try perplexity(
      of: tokenizer.encode(text, addingSpecial: false), window: window, stride: stride,
      in: context)
  }

  /// The same for a text that is tokens already, none of them special.
  ///
  /// - Throws: As ``perplexity(of:window:stride:in:)``.
  public func perplexity(
    of tokens: [TokenID], window: Int? = nil, stride: Int? = nil,
    in context: some WorkloadContext = UnobservedContext()
  ) throws -> Perplexity {
    let beginning = tokenizer.special.beginning
    let window = min(window ?? contextLength, contextLength)
    let room = window - (beginning == nil ? 0 : 1)
    // Without a beginning a window cannot predict its first token.
    let stride = min(stride ?? max(1, room / 2), beginning == nil ? room - 1 : room)
    guard room > 0, stride > 0, tokens.count > (beginning == nil ? 1 : 0) else {
      throw LMError.request(
        what: "perplexity",
        reason: "\(tokens.count) tokens in windows of \(window) with stride \(stride)",
        mend: "give a text of some length, a window of at least 2 and a positive stride")
    }
    let cache = try model.makeCache(positions: window)
    var sum = Perplexity()
    var evaluated = 0
    var start = 0
    // The first token can be predicted only behind a beginning.
    var scored = beginning == nil ? 1 : 0
    while scored < tokens.count {
      let end = min(start + room, tokens.count)
      let sequence = try cache.makeSequence()
      defer { cache.remove(sequence) }
      let input = (beginning.map { [$0] } ?? []) + tokens[start..<end]
      // Row i of the window's input predicts input token i + 1.
      let offset = start - (beginning == nil ? 0 : 1)
      for chunk in Swift.stride(from: 0, to: input.count, by: GenerationSession.promptChunk) {
        let part = input[chunk..<min(chunk + GenerationSession.promptChunk, input.count)]
        let hidden = try model.forward(
          TokenBatch(sequence, tokens: Array(part), outputs: .all),
          cache)
        evaluated += part.count
        let rows = part.indices.filter { (scored..<end).contains($0 + offset + 1) }
        try score(hidden, rows.map { ($0 - chunk, tokens[$0 + offset + 1]) }, into: &sum)
        try context.report(
          WorkloadProgress(
            stage: "perplexity", completed: Double(sum.tokens), total: Double(tokens.count),
            counts: WorkloadCounts(
              items: UInt64(evaluated), operations: UInt64(evaluated) * operationsPerToken),
            figures: [("perplexity", sum.perplexity)]))
      }
      sum.bytes += tokens[scored..<end].reduce(0) { $0 + tokenizer.bytes(of: $1).count }
      if scored == 0, tokenizer.dropsLeadingSpace, tokenizer.bytes(of: tokens[0]).first == 0x20 {
        sum.bytes -= 1
      }
      scored = end
      start += stride
    }
    return sum
  }

  /// Adds the surprise of `token` behind each row.
  private func score(
    _ hidden: HiddenStates, _ rows: [(row: Int, token: TokenID)], into sum: inout Perplexity
  ) throws(LMError) {
    let size = model.head.vocabularySize
    // As many logits at once as a few megabytes hold.
    let most = max(1, (1 << 20) / size)
    var first = 0
    while first < rows.count {
      let part = rows[first..<min(first + most, rows.count)]
      var input: [Float] = []
      for (row, _) in part {
        hidden.withRow(row) {
          input.append(contentsOf: UnsafeBufferPointer(start: $0, count: hidden.size))
        }
      }
      let logits = [Float](unsafeUninitializedCapacity: part.count * size) { buffer, count in
        model.head.logits(part.count, input, into: buffer.baseAddress!)
        count = part.count * size
      }
      for (index, (_, token)) in part.enumerated() {
        sum.negativeLogLikelihood += Self.surprise(
          of: token, in: logits[(index * size)..<((index + 1) * size)])
        sum.tokens += 1
      }
      first += most
    }
  }

  /// -ln softmax(logits)[token], summed in double precision.
  package static func surprise(of token: TokenID, in logits: ArraySlice<Float>) -> Double {
    let greatest = logits.max() ?? 0
    let mass = logits.reduce(0.0) { $0 + exp(Double($1 - greatest)) }
    return log(mass) + Double(greatest - logits[logits.startIndex + Int(token)])
  }
}
