import ErgonNN

/// How a language model is trained.
///
/// ```swift
/// var settings = PretrainingSettings.ternary(steps: 2_000)
/// settings.accumulation = 4
/// ```
public struct PretrainingSettings: Sendable, Equatable {
  public enum Schedule: String, Sendable, Hashable, CaseIterable {
    /// A line to zero that drops to a lower one half way, where weight decay ends.
    case twoStage = "two-stage"
    case cosine, linear, constant
  }

  /// Changes of the weights.
  public var steps: Int
  /// Of how many of them the run consists that end with a validation; the steps are rounded up to
  /// a multiple.
  public var evaluations = 10
  /// Batches whose mean gradient makes a step.
  public var accumulation = 1
  /// The greatest rate.
  public var rate: Float
  /// The greatest rate of the vectors of tokens, which are never rounded; that of all unless given.
  public var embeddingRate: Float?
  /// In the second stage, the greatest rate that its line would have had.
  public var secondRate: Float?
  public var schedule: Schedule
  /// Steps in which the rate rises.
  public var warmUp: Int
  /// Taken from matrices, never from norms, biases and vectors of tokens.
  public var weightDecay: Float = 0.1
  public var beta1: Float = 0.9
  public var beta2: Float = 0.95
  /// A bound on the norm of each step's gradient.
  public var clipping: Float? = 1
  /// What dropout and the order of batches depend on.
  public var seed: UInt64 = 0

  public init(steps: Int, rate: Float, schedule: Schedule = .linear) {
    precondition(steps > 0, "PretrainingSettings: \(steps) steps")
    self.steps = steps
    self.rate = rate
    self.schedule = schedule
    warmUp = min(max(steps / 50, 1), 375)
  }

  /// What suits ternary weights: a high rate in two stages, no decay in the second.
  ///
  /// The paper's 700M model has 1.5e-3 and then 1e-3; small models want more. Measured on byte-level
  /// text with two layers: 8e-3 for a width of 64, 4e-3 to 2e-3 from 128 on.
  ///
  /// - Reference: Ma et al., "The era of 1-bit LLMs: training tips, code and FAQ", 2024.
  public static func ternary(steps: Int, rate: Float = 3e-3) -> PretrainingSettings {
    var settings = PretrainingSettings(steps: steps, rate: rate, schedule: .twoStage)
    settings.secondRate = rate * 2 / 3
    return settings
  }

  /// What suits the same model in full precision.
  public static func fullPrecision(steps: Int, rate: Float = 1e-3) -> PretrainingSettings {
    PretrainingSettings(steps: steps, rate: rate)
  }

  /// Steps between two validations.
  public var stepsPerEvaluation: Int { (steps + evaluations - 1) / max(evaluations, 1) }

  /// Steps of the whole run.
  public var wholeSteps: Int { stepsPerEvaluation * evaluations }

  /// What a step multiplies rate and decay by.
  var factors: ErgonNN.Schedule {
    let whole = wholeSteps
    return switch schedule {
    case .twoStage:
      .twoStage(over: whole, second: Double((secondRate ?? rate) / rate), warmUp: warmUp)
    case .cosine: .cosine(over: whole - warmUp, floor: 0.1).warmingUp(over: warmUp)
    case .linear: .linear(over: whole - warmUp).warmingUp(over: warmUp)
    case .constant: ErgonNN.Schedule.constant.warmingUp(over: warmUp)
    }
  }

  func optimizer(of network: DecoderNetwork) -> AdamW {
    AdamW(
      network, rate: rate, beta1: beta1, beta2: beta2, weightDecay: weightDecay,
      groups: [
        ParameterGroup("*Norm.weight", weightDecay: 0), ParameterGroup("*.bias", weightDecay: 0),
        ParameterGroup("embedding.weight", rate: embeddingRate, weightDecay: 0),
      ])
  }

  var options: TrainingOptions {
    var options = TrainingOptions()
    options.schedule = factors
    options.clipping = clipping.map { .norm($0) }
    options.accumulation = accumulation
    return options
  }
}
