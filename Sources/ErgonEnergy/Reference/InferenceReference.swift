/// The published energy of 1,000 inferences by task, by model and by way of asking.
///
/// The best-known table of the field, to stand beside one's own figures as "published". It says
/// little about anyone's hardware: every number is wall time × about 1 kW
/// (``powerNote``), so its *ratios* are ratios of latency.
///
/// ```swift
/// let cost = InferenceReference.task(.imageGeneration)       // 2.9072 kWh per 1,000
/// ```
///
/// - Units: kilowatt-hours per 1,000 inferences, grams at 138.75 g/kWh.
/// - Reference: Luccioni, Jernite, Strubell, Power Hungry Processing, FAccT 2024,
///   arXiv 2311.16863. Means recomputed from the 4,170 released runs (MIT licence); every task row
///   agrees with the printed table to its last digit.
public enum InferenceReference {
  /// What is being asked of a model.
  public enum Task: String, Sendable, Hashable, Codable, CaseIterable {
    case textClassification, extractiveQuestionAnswering, maskedLanguageModelling
    case tokenClassification, imageClassification, objectDetection
    /// Ten new tokens.
    case textGeneration
    /// Ten to fifteen new tokens.
    case summarisation
    case imageCaptioning, imageGeneration
  }

  /// The mean of one task over its models, data sets and repeats.
  public struct TaskCost: Sendable, Hashable {
    public let task: Task
    /// Mean as printed, kWh per 1,000.
    public let printedKWh: Double
    /// Standard deviation over the runs, as printed.
    public let deviationKWh: Double
    /// Mean recomputed from the released runs.
    public let meanKWh: Double
    /// Mean grams of CO2 equivalent, at ``gramsPerKWh``.
    public let grams: Double
    /// Mean seconds for 1,000 inferences.
    public let seconds: Double
    /// The power that energy and time imply.
    public var impliedPower: Watts { Joules(kilowattHours: meanKWh) / Seconds(seconds) }
  }

  /// The mean of one fine-tuned or generative model over three data sets.
  public struct ModelCost: Sendable, Hashable {
    public let model: String
    public let task: Task
    public let meanKWh: Double
  }

  /// A general model asked without any fine-tuning.
  public struct ZeroShotCost: Sendable, Hashable {
    public let model: String
    public let sentiment: Cost
    public let questionAnswering: Cost
    public let summarisation: Cost

    /// Energy and carbon of 1,000 inferences.
    public struct Cost: Sendable, Hashable {
      public let kWh: Double
      public let grams: Double

      /// How many times as much this is as another cost.
      public func ratio(to other: Cost) -> Double { kWh / other.kWh }
    }
  }

  /// The grid behind the released grams; the paper's text names 297.6 for the same runs.
  public static let gramsPerKWh = 138.75

  /// To be said wherever the figures are shown.
  public static let powerNote =
    "published: wall time × about 1 kW (8 GPUs of which one worked, a constant 431 W for memory, "
    + "42.5 W for the processor); ratios between tasks are ratios of latency"

  public static func task(_ task: Task) -> TaskCost { tasks.first { $0.task == task }! }
}
