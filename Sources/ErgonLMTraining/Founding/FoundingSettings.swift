import ErgonLM

/// How a language model of one's own texts is founded.
///
/// ```swift
/// var settings = FoundingSettings(operations: 4e12)      // a minute at 70 GFLOP/s
/// settings.vocabularies = [1024, 2048, 4096]
/// ```
public struct FoundingSettings: Sendable, Equatable {
  /// What training the model may take; choosing its vocabulary comes on top, see ``trialShare``.
  public var operations: Double
  /// Sizes of vocabulary to choose from, by the surprise of held-out text in a short training each;
  /// a single one is taken as it is.
  public var vocabularies = [1024, 2048, 4096]
  /// What each trial of a vocabulary may take, as a share of the operations.
  public var trialShare = 0.05
  /// Tokens of a sequence, and sequences of a step.
  public var length = 128
  public var sequences = 8
  /// Whether the model's matrices are rounded to -1, 0 and 1.
  public var isTernary = false
  /// The share of documents that is held out.
  public var heldOutShare = 0.02
  /// Text below which no model is founded, in bytes.
  public var leastBytes = 50_000
  /// The greatest learning rate of a model of width 96; wider ones get it times √(96 / width).
  public var rate: Float = 4e-3
  public var seed: UInt64 = 0

  public init(operations: Double) { self.operations = operations }

  /// How a planned model is trained.
  func training(_ plan: ModelPlan) -> PretrainingSettings {
    let steps = max(1, plan.tokens / (length * sequences))
    let rate = rate * (96 / Float(plan.configuration.hiddenSize)).squareRoot()
    var settings =
      isTernary
      ? PretrainingSettings.ternary(steps: steps, rate: rate)
      : PretrainingSettings(steps: steps, rate: rate, schedule: .cosine)
    settings.evaluations = min(5, steps)
    settings.seed = seed
    return settings
  }

  func check() throws(LMError) {
    let isSound =
      operations > 0 && operations.isFinite && !vocabularies.isEmpty
      && vocabularies.allSatisfy { (257...1 << 20).contains($0) } && trialShare > 0
      && (1...1 << 16).contains(length) && (1...1 << 12).contains(sequences)
      && heldOutShare > 0 && heldOutShare < 1 && rate > 0 && rate.isFinite
    guard isSound else {
      throw .request(
        what: "founding a model", reason: "a size, a share or a rate is out of range: \(self)",
        mend: "give positive operations, vocabularies of 257 or more, and a share below 1")
    }
  }
}
