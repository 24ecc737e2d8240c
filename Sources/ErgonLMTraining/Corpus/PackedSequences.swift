public import ErgonLM
import ErgonTensor

/// Sequences cut out of a stream of tokens with nothing between them, in random order.
///
/// A pass cuts the stream into windows of `length + 1` tokens, of which neighbours share one, and
/// takes each once; the next pass cuts elsewhere and takes them in another order. The batch of a
/// step depends on seed and step alone, and no order is held in memory, so that a run goes on after
/// an interruption at no cost.
///
/// ```swift
/// let batches = try PackedSequences(text, length: 256, batchSize: 16, seed: 7)
/// batches.batch(at: 0).inputs                                     // [16, 256]
/// batches.stepsPerPass                                            // 294.03
/// ```
public struct PackedSequences: SequenceSource, Sendable {
  public let text: TokenFile
  /// Tokens that a sequence is asked to predict.
  public let length: Int
  /// Sequences in a batch.
  public let batchSize: Int
  public let seed: UInt64
  /// Sequences in a pass.
  public let windowCount: Int

  /// - Throws: ``ErgonLM/LMError`` where the text is shorter than a sequence, or damaged.
  /// - Precondition: length and batch are positive.
  /// - Cost: one look at every token.
  public init(
    _ text: TokenFile, length: Int, batchSize: Int, seed: UInt64
  ) throws(LMError) {
    precondition(
      length > 0 && batchSize > 0, "PackedSequences: \(batchSize) sequences of \(length) tokens")
    guard text.count > length else {
      throw .request(
        what: "sequences of \(length) tokens from \(text.source)",
        reason: "it has \(text.count) tokens, and one more than a sequence is needed",
        mend: "give more text, or a shorter length")
    }
    try text.checkTokens()
    self.text = text
    self.length = length
    self.batchSize = batchSize
    self.seed = seed
    windowCount = (text.count - 1) / length
  }

  /// Steps in which every sequence is seen once.
  public var stepsPerPass: Double { Double(windowCount) / Double(batchSize) }

  /// - Precondition: the step is not negative.
  public func batch(at step: Int) -> SequenceBatch {
    precondition(step >= 0, "PackedSequences: no step \(step)")
    let first = step * batchSize
    var pass = -1
    var order = IndexPermutation(count: windowCount, random: RandomStream(seed: seed))
    var offset = 0
    let starts = (first..<first + batchSize).map { place in
      if place / windowCount != pass {
        pass = place / windowCount
        let random = RandomStream(seed: seed).stream(named: "pass \(pass)")
        order = IndexPermutation(count: windowCount, random: random)
        var cut = random.stream(named: "cut")
        offset = Int.random(in: 0...text.count - 1 - windowCount * length, using: &cut)
      }
      return offset + order[place % windowCount] * length
    }
    return text.batch(starts, length: length)
  }
}

extension TokenFile {
  /// Batches of random windows for training, see ``PackedSequences``.
  ///
  /// - Throws: ``ErgonLM/LMError`` where the text is shorter than a sequence, or damaged.
  public func sequences(
    of length: Int, batch: Int, seed: UInt64 = 0
  ) throws(LMError) -> PackedSequences {
    try PackedSequences(self, length: length, batchSize: batch, seed: seed)
  }

  /// The text in order, for measuring a model: every token but the first is to be predicted once.
  ///
  /// What is missing at the end has targets of -1. A batch's `textBytes` are those of its targets,
  /// so that the loss over all batches gives the bits per byte of the whole text.
  ///
  /// - Parameter most: Windows to take, spread evenly over the text; all unless said.
  /// - Throws: ``ErgonLM/LMError`` where there is no text, or it is damaged.
  /// - Precondition: length and batch are positive.
  public func windows(
    of length: Int, batch: Int, most: Int? = nil
  ) throws(LMError) -> [SequenceBatch] {
    precondition(length > 0 && batch > 0, "TokenFile: \(batch) windows of \(length) tokens")
    guard count > 1 else {
      throw .request(
        what: "windows of \(source)", reason: "it has \(count) tokens, and 2 are needed",
        mend: "give more text")
    }
    try checkTokens()
    let all = (count - 2 + length) / length
    let taken = min(all, max(1, most ?? all))
    let starts = (0..<taken).map { $0 * all / taken * length }
    return stride(from: 0, to: taken, by: batch).map {
      self.batch(Array(starts[$0..<min($0 + batch, taken)]), length: length)
    }
  }

  /// The windows that begin at some places.
  fileprivate func batch(_ starts: [Int], length: Int) -> SequenceBatch {
    var inputs: [Int32] = []
    var targets: [Int32] = []
    var bytes = 0
    for start in starts {
      let end = min(start + length + 1, count)
      let tokens = self[start..<end]
      let missing = length + 1 - tokens.count
      inputs += tokens.dropLast() + repeatElement(tokens[0], count: missing)
      targets += tokens.dropFirst() + repeatElement(-1, count: missing)
      bytes += textBytes(of: start + 1..<end)
    }
    let shape: Shape = [starts.count, length]
    return SequenceBatch(
      inputs: Tensor(inputs, shape: shape), targets: Tensor(targets, shape: shape),
      textBytes: bytes)
  }
}
