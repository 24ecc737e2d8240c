import ErgonLM
import ErgonTensor
public import ErgonWorkload

/// Batches of a model's own text, drawn before training and kept in memory.
///
/// Texts stand one after the other, as their numbers do, and are cut into windows; after the last
/// batch comes the first.
///
/// ```swift
/// let source = try SampledSequences(texts, from: 0, sequences: 32, length: 256, batches: 1000)
/// source.batch(at: 0).inputs                                                  // [32, 256]
/// ```
///
/// - Cost: 4 bytes a token.
public struct SampledSequences: SequenceSource, Sendable {
  public let sequences: Int
  public let length: Int
  /// Different batches there are.
  public let batches: Int
  private let tokens: [TokenID]

  /// - Parameter number: Of the first text: another one, for batches to validate with.
  /// - Throws: As ``SampledText/draw(_:in:)``.
  /// - Precondition: positive numbers.
  public init(
    _ texts: SampledText, from number: Int = 0, sequences: Int, length: Int, batches: Int,
    in context: some WorkloadContext = UnobservedContext()
  ) throws {
    precondition(
      sequences > 0 && length > 0 && batches > 0,
      "SampledSequences: \(batches) batches of \(sequences) sequences of \(length)")
    self.sequences = sequences
    self.length = length
    self.batches = batches
    let wanted = batches * sequences * length + 1
    var tokens: [TokenID] = []
    tokens.reserveCapacity(wanted + texts.limit)
    var next = number
    while tokens.count < wanted {
      // As many as would fill it were they all as long as those before.
      let mean = next == number ? texts.limit : max(1, tokens.count / (next - number))
      let count = (wanted - tokens.count + mean - 1) / mean
      for text in try texts.draw(next..<(next + count), in: context) { tokens += text.tokens }
      next += count
    }
    tokens.removeSubrange(wanted...)
    self.tokens = tokens
  }

  public func batch(at step: Int) -> SequenceBatch {
    let count = sequences * length
    let start = step % batches * count
    return SequenceBatch(
      inputs: Tensor(tokens[start..<(start + count)], shape: [sequences, length]),
      targets: Tensor(tokens[(start + 1)...(start + count)], shape: [sequences, length]))
  }
}
