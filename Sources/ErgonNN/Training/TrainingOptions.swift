/// What a training run does beside the plain loop.
///
/// ```swift
/// var options = TrainingOptions()
/// options.schedule = .cosine(over: 10_000).warmingUp(over: 500)
/// options.clipping = .norm(1)
/// ```
public struct TrainingOptions: Sendable {
  /// How rates change with the step.
  public var schedule = Schedule.constant
  /// A bound on the gradients of each step.
  public var clipping: GradientClipping?
  /// Batches whose mean gradient makes one step.
  public var accumulation = 1
  /// With a decay, validation uses a running mean of the weights, and the model ends with it.
  public var averageDecay: Float?
  /// When to end before the last epoch.
  public var earlyStop: EarlyStop?

  public init() {}
}

/// Ends training when a figure has not improved for some epochs.
public struct EarlyStop: Sendable, Hashable {
  /// What is watched after each epoch: of the validation, or of the training where there is none.
  public enum Figure: Sendable, Hashable {
    /// The loss; less is better.
    case loss
    /// A metric of which more is better.
    case greatest(String)
    /// A metric of which less is better.
    case least(String)
  }

  public var figure: Figure
  /// Epochs without improvement after which training ends.
  public var patience: Int
  /// The model ends with the weights of the best epoch, not the last.
  public var restoresBest: Bool

  public init(_ figure: Figure = .loss, patience: Int, restoresBest: Bool = true) {
    precondition(patience > 0, "EarlyStop: a patience of \(patience) epochs")
    self.figure = figure
    self.patience = patience
    self.restoresBest = restoresBest
  }

  /// The figure as a number of which less is better; `nil` where the metric is not measured.
  func score(_ record: EpochRecord) -> Double? {
    let evaluation = record.validation ?? record.training
    return switch figure {
    case .loss: evaluation.loss
    case .greatest(let name): evaluation.figures[name].map(-)
    case .least(let name): evaluation.figures[name]
    }
  }
}

/// Where a training run is kept, so that it can go on after it was stopped.
///
/// A run that is stopped and started again with the same model, settings and batches gives the
/// same losses and weights, to the last bit, as one that was not.
public struct Checkpoint: Sendable, Hashable {
  /// A safetensors file; it is replaced in one go, never half written.
  public var path: String
  /// Steps after which it is written within an epoch; it is written after each epoch and at a stop
  /// in any case.
  public var everySteps: Int?
  /// What the settings do not show and yet makes the run what it is: data set, split, augmentation.
  ///
  /// A run found at `path` goes on only under the identity it was written with.
  public var identity: String

  public init(path: String, everySteps: Int? = nil, identity: String = "") {
    precondition(everySteps ?? 1 > 0, "Checkpoint: every \(everySteps ?? 0) steps")
    self.path = path
    self.everySteps = everySteps
    self.identity = identity
  }
}
