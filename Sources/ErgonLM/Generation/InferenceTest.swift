public import ErgonWorkload

/// A measurement of a model's speed, named as bench programs name them.
public struct InferenceTest: Sendable, Hashable {
  /// Tokens of each sequence that are read before the clock starts, and in one go when it has.
  public var promptTokens: Int
  /// Tokens that are generated one after the other.
  public var generatedTokens: Int
  /// Sequences that do so together.
  public var sequences: Int

  private init(_ promptTokens: Int, _ generatedTokens: Int, _ sequences: Int) {
    self.promptTokens = promptTokens
    self.generatedTokens = generatedTokens
    self.sequences = sequences
  }

  /// Reading a prompt of n tokens, to the logits behind its last one.
  public static func prompt(_ tokens: Int) -> InferenceTest { InferenceTest(tokens, 0, 1) }

  /// Generating n tokens, greedily, from an empty cache.
  public static func generation(_ tokens: Int, sequences: Int = 1) -> InferenceTest {
    InferenceTest(0, tokens, sequences)
  }

  /// `pp128`, `tg64`, `tg64x8`.
  public var name: String {
    generatedTokens == 0
      ? "pp\(promptTokens)" : "tg\(generatedTokens)" + (sequences > 1 ? "x\(sequences)" : "")
  }

  /// Tokens that one repeat counts.
  public var tokens: Int { promptTokens + generatedTokens * sequences }
}

/// What an ``InferenceTest`` took.
public struct InferenceSpeed: Sendable, Hashable {
  public let test: InferenceTest
  /// Seconds of each repeat.
  public let seconds: [Double]
  /// Bytes of weights that a repeat reads.
  public let bytes: Int
  /// Multiply-adds of a repeat in the projections, and in the output head.
  public let projectionOperations: Int
  public let headOperations: Int

  public var medianSeconds: Double {
    let sorted = seconds.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
  public var tokensPerSecond: Double { Double(test.tokens) / medianSeconds }
  public var bytesPerSecond: Double { Double(bytes) / medianSeconds }
  public var projectionRate: Double { Double(projectionOperations) / medianSeconds }
}

extension TransformerModel {
  /// Runs a test several times after one that does not count.
  ///
  /// - Parameter repeats: 0 runs only that one.
  /// - Throws: ``LMError`` where the context is too short, and `WorkloadStopped`.
  public func measure(
    _ test: InferenceTest, repeats: Int, in context: some WorkloadContext = UnobservedContext()
  ) throws -> InferenceSpeed {
    precondition(repeats >= 0 && test.tokens > 0, "measure: nothing to do")
    let cache = try makeCache(
      positions: max(test.promptTokens, test.generatedTokens), sequences: test.sequences)
    let clock = ContinuousClock()
    var seconds: [Double] = []
    for index in 0...repeats {
      let start = clock.now
      try run(test, cache)
      let duration = (clock.now - start).seconds
      if index > 0 { seconds.append(duration) }
      try context.report(
        WorkloadProgress(
          // The stage begins with what counts, so that its energy is that of the repeats.
          stage: test.name, completed: Double(index), total: Double(repeats),
          counts: WorkloadCounts(items: UInt64(index * test.tokens))))
    }
    let passes = test.generatedTokens == 0 ? 1 : test.generatedTokens
    return InferenceSpeed(
      test: test, seconds: seconds, bytes: passes * bytesPerToken,
      projectionOperations: test.tokens * configuration.projectionWeights,
      headOperations: (test.generatedTokens == 0 ? 1 : test.tokens) * head.hiddenSize
        * head.vocabularySize)
  }

  private func run(_ test: InferenceTest, _ cache: KeyValueCache) throws(LMError) {
    var sequences: [SequenceID] = []
    for _ in 0..<test.sequences { sequences.append(try cache.makeSequence()) }
    defer { for sequence in sequences { cache.remove(sequence) } }
    let size = configuration.vocabularySize
    if test.generatedTokens == 0 {
      // Any tokens do; these repeat late.
      let prompt = (0..<test.promptTokens).map { TokenID($0 &* 7919 % size) }
      _ = greedy(
        try forward(
          TokenBatch(sequences[0], tokens: prompt, outputs: .last), cache))
      return
    }
    var next = sequences.indices.map { TokenID(($0 + 1) % size) }
    for _ in 0..<test.generatedTokens {
      let spans = zip(sequences, next).map {
        TokenBatch.Span($0, tokens: [$1])
      }
      next = greedy(try forward(TokenBatch(spans), cache))
    }
  }
}
