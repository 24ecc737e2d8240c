public import ErgonTensor

/// What one step of training learns from.
public protocol TrainingBatch {
  /// Cases in it: images, sentences, rows.
  var count: Int { get }
  /// What its mean loss counts in a mean over batches: its cases, unless not all of them have a
  /// target.
  var lossCount: Int { get }
  /// Bytes of its arrays.
  var byteCount: Int { get }
}

extension TrainingBatch {
  public var lossCount: Int { count }
}

/// Inputs and what should come out for them, side by side.
///
/// ```swift
/// Batch(inputs: images, targets: labels)     // images: [64, 28, 28, 1], labels: [64]
/// ```
public struct Batch<Target: TensorScalar>: TrainingBatch, Sendable {
  public let inputs: Tensor<Float>
  public let targets: Tensor<Target>

  /// - Precondition: as many targets as inputs, along the first axis.
  public init(inputs: Tensor<Float>, targets: Tensor<Target>) {
    precondition(
      inputs.rank > 0 && targets.rank > 0 && inputs.shape[0] == targets.shape[0],
      "Batch: inputs \(inputs.shape) with targets \(targets.shape)")
    self.inputs = inputs
    self.targets = targets
  }

  public var count: Int { inputs.shape[0] }
  public var byteCount: Int { 4 * inputs.count + MemoryLayout<Target>.stride * targets.count }
}
