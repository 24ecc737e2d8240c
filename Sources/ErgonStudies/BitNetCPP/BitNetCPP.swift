public import ErgonLab
import ErgonLM

/// Asks whether a ternary model on a plain processor is lossless, faster and cheaper than the same
/// shape in full precision, and by how much as it grows.
///
/// The paper times made-up models of 125 M to 100 B parameters on two processors and counts prompts
/// whose greedy tokens equal those of a full-precision kernel. The study does the same with shapes
/// that fit the machine: speed depends on shapes, not on what the weights say. The peers' own
/// engines are not part of it; the benchmark `ternary` runs beside them.
///
/// - Reference: Wang et al., 1-bit AI Infra: Part 1.1, Fast and Lossless BitNet b1.58 Inference on
///   CPUs, 2024.
public struct BitNetCPP: Study {
  public static let name = "bitnet-cpp"
  public static let summary = "Ternary language models on plain processors: lossless, fast, frugal"
  public static let paper = Paper(
    title: "1-bit AI Infra: Part 1.1, Fast and Lossless BitNet b1.58 Inference on CPUs",
    authors: "J. Wang, H. Zhou, T. Song, S. Mao, S. Ma, H. Wang, Y. Xia, F. Wei", year: 2024,
    id: "arXiv:2410.16144")

  /// Sizes of the checks; the paper's own are 1,000 prompts of up to 100 tokens and 125 M to 100 B
  /// parameters.
  public struct Settings: StudySettings {
    /// Prompts whose answers are compared, and tokens of each answer.
    public var prompts = 100
    public var answerTokens = 32
    /// Tokens of a prompt and of an answer in the timings.
    public var timedPrompt = 128
    public var timedAnswer = 16
    public var repeats = 3
    /// The largest shape that is timed in full precision, in millions of parameters.
    public var largest = 700
    public var seed = 1

    public static let quick = Settings()
    public static let full = Settings(
      prompts: 1000, answerTokens: 100, timedPrompt: 512, timedAnswer: 64, repeats: 5,
      largest: 2500)
    public static let fields = [
      SettingField("prompts", "prompts whose greedy answers are compared"),
      SettingField("answerTokens", "tokens of each answer"),
      SettingField("timedPrompt", "tokens of the timed prompt"),
      SettingField("timedAnswer", "tokens of the timed answer"),
      SettingField("repeats", "repeats of each timing"),
      SettingField("largest", "largest shape timed, in millions of parameters: 125 to 2500"),
      SettingField("seed", "seed of the made-up weights and prompts"),
    ]

    public init(
      prompts: Int = 100, answerTokens: Int = 32, timedPrompt: Int = 128, timedAnswer: Int = 16,
      repeats: Int = 3, largest: Int = 700, seed: Int = 1
    ) {
      self.prompts = prompts
      self.answerTokens = answerTokens
      self.timedPrompt = timedPrompt
      self.timedAnswer = timedAnswer
      self.repeats = repeats
      self.largest = largest
      self.seed = seed
    }

    func validate() throws(LMError) {
      let ranges = [
        ("prompts", prompts, 1...100_000), ("answerTokens", answerTokens, 1...1000),
        ("timedPrompt", timedPrompt, 1...4096), ("timedAnswer", timedAnswer, 1...1024),
        ("repeats", repeats, 1...100), ("largest", largest, 125...2500),
      ]
      for (name, value, range) in ranges where !range.contains(value) {
        throw .request(
          what: "setting '\(name)'", reason: "\(value) is out of range",
          mend: "use \(range.lowerBound) to \(range.upperBound)")
      }
    }
  }

  public init() {}

  public func run(_ lab: Lab, _ settings: Settings) async throws -> [Claim] {
    try settings.validate()
    // The arithmetic contract: integers, the same whatever computes them.
    var claims = try lab.run("kernels") { try exactness(settings, $0) }.value
    // "Inference accuracy": answers equal to full precision, token by token.
    claims += try lab.run("lossless") { try lossless(settings, $0) }.value
    // Tables 1 and 2: tokens a second and joules a token against full precision, by size.
    let timings = try Timing.all(lab, settings)
    claims += speed(lab, timings) + energy(lab, timings)
    return claims + published
  }

  /// What needs the peers' engines, other processors or models that do not fit here.
  private var published: [Claim] {
    [
      .notComparable(
        "speed.70B", "On an M2 Ultra a 70 B model decodes 5.07 times as fast as in F16",
        published: 5.07, because: "a 70 B model in F16 takes 140 GB"),
      .notComparable(
        "speed.100B", "A 100 B model decodes 6.58 tokens a second on an M2 Ultra",
        published: 6.58, unit: "tokens/s", because: "it takes 20 GB and that processor"),
      .notComparable(
        "lossless.peers", "1.4 % of samples equal full precision with TQ1_0 and TQ2_0",
        published: 1.4, unit: "%",
        because:
          "the trained model is not at hand; lossless.blocks shows the cause on a made-up one"
      ),
    ]
  }
}
