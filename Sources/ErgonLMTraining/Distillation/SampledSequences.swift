import ErgonLM
import ErgonTensor
import Synchronization

/// Batches of a model's own text without end, each drawn when it is first asked for.
///
/// Texts stand one after the other and are cut into windows. The batches of a block are drawn
/// together and kept until another block is asked for.
///
/// ```swift
/// let source = SampledSequences(texts, sequences: 32, length: 256)
/// let batch = try source.batch(at: 0)                              // inputs, targets: [32, 256]
/// ```
public final class SampledSequences: SequenceSource, Sendable {
  public let texts: SampledText
  public let sequences: Int
  public let length: Int
  /// Batches that are drawn together.
  public let blockBatches: Int

  private let drawn = Mutex<(block: Int, tokens: [TokenID])?>(nil)

  /// Texts that a block's numbers leave room for.
  private static let mostTexts = 1 << 24

  /// - Precondition: positive numbers.
  public init(_ texts: SampledText, sequences: Int, length: Int, blockBatches: Int = 32) {
    precondition(
      sequences > 0 && length > 0 && blockBatches > 0,
      "SampledSequences: \(sequences) sequences of \(length), \(blockBatches) batches at once")
    self.texts = texts
    self.sequences = sequences
    self.length = length
    self.blockBatches = blockBatches
  }

  public func batch(at step: Int) throws -> SequenceBatch {
    let (block, place) = step.quotientAndRemainder(dividingBy: blockBatches)
    let tokens = try drawn.withLock { kept in
      if let kept, kept.block == block { return kept.tokens }
      let tokens = try draw(block)
      kept = (block, tokens)
      return tokens
    }
    let start = place * sequences * length
    let count = sequences * length
    return SequenceBatch(
      inputs: Tensor(tokens[start..<(start + count)], shape: [sequences, length]),
      targets: Tensor(tokens[(start + 1)...(start + count)], shape: [sequences, length]))
  }

  /// The tokens of a block's batches and one more.
  private func draw(_ block: Int) throws -> [TokenID] {
    let wanted = blockBatches * sequences * length + 1
    var tokens: [TokenID] = []
    tokens.reserveCapacity(wanted + texts.limit)
    var next = block * Self.mostTexts
    let first = next
    while tokens.count < wanted {
      // As many as would fill it were they all as long as those before.
      let mean = next == first ? texts.limit : max(1, tokens.count / (next - first))
      let count = max(1, (wanted - tokens.count + mean - 1) / mean)
      for text in try texts.draw(next..<(next + count)) { tokens += text.tokens }
      next += count
      precondition(next - first < Self.mostTexts, "SampledSequences: texts without any length")
    }
    tokens.removeSubrange(wanted...)
    return tokens
  }
}
