public import ErgonNN
public import ErgonTensor

/// Sequences of tokens and the token that follows each of theirs.
///
/// ```swift
/// SequenceBatch(inputs: tokens[.all, ..<256], targets: tokens[.all, 1...])   // each [n, 256]
/// ```
public struct SequenceBatch: TrainingBatch, Sendable {
  /// `[n, steps]`.
  public let inputs: Tensor<Int32>
  /// The token after each of the inputs, `[n, steps]`; -1 where nothing is to be learned, as within
  /// a question.
  public let targets: Tensor<Int32>
  /// Bytes of text that the targets stand for; 0 where nobody knows.
  public let textBytes: Int

  /// - Precondition: targets of the inputs' shape.
  public init(inputs: Tensor<Int32>, targets: Tensor<Int32>, textBytes: Int = 0) {
    precondition(
      inputs.rank == 2 && targets.shape == inputs.shape,
      "SequenceBatch: inputs \(inputs.shape) and targets \(targets.shape): twice [n, steps] is due")
    self.inputs = inputs
    self.targets = targets
    self.textBytes = textBytes
  }

  /// Tokens in it.
  public var count: Int { inputs.count }
  /// Targets that are to be learned.
  public var lossCount: Int { targets.withElements { $0.reduce(0) { $0 + ($1 < 0 ? 0 : 1) } } }
  public var byteCount: Int { 8 * inputs.count }
}

/// Where the batches of a training run come from.
public protocol SequenceSource {
  /// The batch of a step, counted from 0: the same one whenever that step is asked for.
  func batch(at step: Int) -> SequenceBatch
}
