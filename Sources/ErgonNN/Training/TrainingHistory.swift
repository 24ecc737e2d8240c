public import ErgonWorkload

/// How well a model did on some batches: means over their cases.
public struct Evaluation: Sendable, Hashable {
  public let loss: Double
  /// The metrics by name.
  public let figures: [String: Double]
  /// Cases seen.
  public let items: Int

  public init(loss: Double, figures: [String: Double] = [:], items: Int) {
    self.loss = loss
    self.figures = figures
    self.items = items
  }
}

/// What one epoch came to.
public struct EpochRecord: Sendable, Hashable {
  /// Counted from 0.
  public let epoch: Int
  /// Over the batches as they were learned from, while the weights changed.
  public let training: Evaluation
  /// After the epoch, where there are batches to validate with.
  public let validation: Evaluation?
}

/// What a training run came to.
public struct TrainingHistory: Sendable, Equatable {
  /// One record for each finished epoch.
  public internal(set) var epochs: [EpochRecord] = []
  /// Steps of the optimiser.
  public internal(set) var steps = 0
  /// Cases learned from, operations of the products in them, bytes of their batches.
  public internal(set) var counts = WorkloadCounts()
  /// The epoch that an ``EarlyStop`` watched do best.
  public internal(set) var bestEpoch: Int?
  /// Whether an ``EarlyStop`` ended the run.
  public internal(set) var endedEarly = false
}
