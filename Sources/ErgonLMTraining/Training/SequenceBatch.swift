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
  /// The token after each of the inputs, `[n, steps]`.
  public let targets: Tensor<Int32>
  /// What each target counts in the loss, `[n, steps]`: 0 for a question, 1 for its answer; all
  /// the same where there are none.
  public let weights: Tensor<Float>?

  /// - Precondition: targets, and weights where there are any, of the inputs' shape.
  public init(inputs: Tensor<Int32>, targets: Tensor<Int32>, weights: Tensor<Float>? = nil) {
    precondition(
      inputs.rank == 2 && targets.shape == inputs.shape
        && weights.map { $0.shape == inputs.shape } ?? true,
      "SequenceBatch: inputs \(inputs.shape), targets \(targets.shape), weights "
        + "\(weights.map { "\($0.shape)" } ?? "none"): three times [n, steps] is due")
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
  }

  /// Tokens in it.
  public var count: Int { inputs.count }
  public var byteCount: Int { 8 * inputs.count + 4 * (weights?.count ?? 0) }
}

/// Where the batches of a training run come from.
public protocol SequenceSource {
  /// The batch of a step, counted from 0: the same one whenever that step is asked for.
  func batch(at step: Int) throws -> SequenceBatch
}
