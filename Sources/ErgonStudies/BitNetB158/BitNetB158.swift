public import ErgonLab
import ErgonLM

/// Asks whether a language model can learn with weights of -1, 0 and 1, what that costs in quality,
/// and what it saves.
///
/// The paper trains models of 700 M to 3.9 B parameters on 100 G tokens of text, ternary and in
/// half precision, and estimates the energy of their arithmetic. The study does the same with
/// models that learn in a minute: each width once with ternary matrices and once without, from the
/// same first weights and the same batches, each at the best rate that is found for it. What the
/// paper says of the method itself, its schedule, its quantisers, its arithmetic, is held against
/// figures of the machine it runs on.
///
/// - Reference: Ma et al., The Era of 1-bit LLMs: All Large Language Models are in 1.58 Bits, 2024,
///   and its companion "Training Tips, Code and FAQ", 2024.
public struct BitNetB158: Study {
  public static let name = "bitnet-b158"
  public static let summary = "Language models that learn with weights of -1, 0 and 1"
  public static let paper = Paper(
    title: "The Era of 1-bit LLMs: All Large Language Models are in 1.58 Bits",
    authors: "S. Ma, H. Wang, L. Ma, L. Wang, W. Wang, S. Huang, L. Dong, R. Wang, J. Xue, F. Wei",
    year: 2024, id: "arXiv:2402.17764")

  public struct Settings: StudySettings {
    /// Widths of the three models; each has two layers and four heads.
    public var narrow = 64
    public var middle = 128
    public var wide = 256
    /// Changes of the weights in a training run.
    public var steps = 1000
    /// Of them, for the two schedules.
    public var scheduleSteps = 1000
    /// Pairs of runs, with other first weights and batches, for the two schedules.
    public var scheduleSeeds = 2
    /// Sequences of a batch, and their length in bytes.
    public var sequences = 8
    public var length = 128
    /// Rounds of the timed inference.
    public var repeats = 3
    /// The model whose joules a token are measured, in millions of parameters.
    public var timed = 125
    public var seed = 1
    /// Text of the generated language, whatever the machine has.
    public var generated = false

    public static let quick = Settings()
    public static let full = Settings(
      narrow: 128, middle: 256, wide: 512, steps: 8000, scheduleSteps: 8000,
      scheduleSeeds: 5,
      sequences: 32, length: 256, repeats: 5, timed: 700)
    public static let fields = [
      SettingField("narrow", "width of the narrowest model"),
      SettingField("middle", "width of the next"),
      SettingField("wide", "width of the widest"),
      SettingField("steps", "steps of a training run"),
      SettingField("scheduleSteps", "steps of the runs that compare schedules"),
      SettingField("scheduleSeeds", "pairs of runs that compare schedules"),
      SettingField("sequences", "sequences of a batch"),
      SettingField("length", unit: "B", "length of a sequence"),
      SettingField("repeats", "repeats of each timed inference"),
      SettingField("timed", "size of the timed model, in millions of parameters: 125 to 2500"),
      SettingField("seed", "seed of first weights and batches"),
      SettingField("generated", "learn the generated language even where there is text"),
    ]

    public init(
      narrow: Int = 64, middle: Int = 128, wide: Int = 256, steps: Int = 1000,
      scheduleSteps: Int = 1000, scheduleSeeds: Int = 2, sequences: Int = 8, length: Int = 128,
      repeats: Int = 3, timed: Int = 125, seed: Int = 1, generated: Bool = false
    ) {
      self.narrow = narrow
      self.middle = middle
      self.wide = wide
      self.steps = steps
      self.scheduleSteps = scheduleSteps
      self.scheduleSeeds = scheduleSeeds
      self.sequences = sequences
      self.length = length
      self.repeats = repeats
      self.timed = timed
      self.seed = seed
      self.generated = generated
    }

    var widths: [Int] { [narrow, middle, wide] }
    /// Batches of held-out text by which models are compared.
    var heldOut: Int { 48 }

    func validate() throws(LMError) {
      let ranges = [
        ("narrow", narrow, 8...4096), ("middle", middle, narrow + 8...4104),
        ("wide", wide, middle + 8...4112), ("steps", steps, 10...1_000_000),

        ("scheduleSteps", scheduleSteps, 20...1_000_000), ("scheduleSeeds", scheduleSeeds, 1...100),
        ("sequences", sequences, 1...1024), ("length", length, 8...4096),
        ("repeats", repeats, 1...100),
      ]
      for (name, value, range) in ranges where !range.contains(value) {
        throw .request(
          what: "setting '\(name)'", reason: "\(value) is out of range",
          mend: "use \(range.lowerBound) to \(range.upperBound)")
      }
      // Each of four heads turns its numbers in pairs.
      for width in widths where width % 8 != 0 {
        throw .request(
          what: "a width of \(width)", reason: "four heads do not share it in pairs",
          mend: "use a multiple of 8")
      }
      let sizes = Timing.shapes.map(\.millions)
      guard sizes.contains(timed) else {
        throw .request(
          what: "setting 'timed'", reason: "no model of \(timed) million parameters",
          mend: "take one of " + sizes.map(String.init).joined(separator: ", "))
      }
    }
  }

  public init() {}

  public func run(_ lab: Lab, _ settings: Settings) async throws -> [Claim] {
    try settings.validate()
    // Equations 1 to 3, the gradients of the companion, integers when served.
    var claims = try lab.run("method") { try method(settings, $0) }.value
    // Tables 1 and 2 in small: quality against full precision as models grow.
    let text = try ByteText(settings)
    let pairs = try pairs(lab, settings, text)
    claims += quality(lab, settings, text, pairs)
    // The companion's schedule: rate and decay in two stages.
    claims += try schedules(lab, settings, text, rate: pairs[0].ternary.rate)
    // Figure 3: the energy of arithmetic, and beside it that of the machine.
    claims += arithmetic() + (try measured(lab, settings))
    return claims + published
  }

  /// What needs the paper's sizes, processors and data.
  private var published: [Claim] {
    let size = "3 G parameters and 100 G tokens take months on this machine"
    return [
      .notComparable(
        "paper.perplexity", "At 3 B the perplexity is 9.91 against 10.04 of full precision",
        published: 9.91, because: size),
      .notComparable(
        "paper.tasks", "and the mean of seven tasks 50.2 % against 49.7 %", published: 50.2,
        unit: "%", because: size),
      .notComparable(
        "paper.memory", "A 3 B model takes 3.55 times less memory and 2.71 times less time a token",
        published: 3.55, because: "measured on graphics cards; bitnet-cpp compares processors"),
      .notComparable(
        "paper.throughput", "At 70 B two cards serve 8.9 times as many tokens a second",
        published: 8.9, because: "it takes two cards of 80 GB"),
    ]
  }
}
