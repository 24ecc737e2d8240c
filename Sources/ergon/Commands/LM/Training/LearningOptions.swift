public import ArgumentParser
import ErgonLMTraining

/// How long a language model learns, and how.
struct LearningOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Changes of the weights; 1000 unless said.", valueName: "n"))
  var steps: Int?
  @Option(help: ArgumentHelp("Times to go through the text, instead of steps.", valueName: "x"))
  var epochs: Double?
  @Option(
    help: ArgumentHelp(
      "Minutes to learn, instead of steps: as many steps as this machine is found to make.",
      valueName: "m"))
  var minutes: Double?
  @Option(help: ArgumentHelp("Sequences a step.", valueName: "n")) var sequences = 16
  @Option(help: ArgumentHelp("Tokens a sequence.", valueName: "n")) var length = 256
  @Option(
    help: ArgumentHelp(
      "The greatest rate; 0.003 for ternary models, 0.001 in full precision.", valueName: "x"))
  var rate: Float?
  @Option(
    help: ArgumentHelp("That of the second stage; two thirds of it unless said.", valueName: "x"))
  var secondRate: Float?
  @Option(
    help: """
      How the rate goes: two-stage, which suits ternary models, cosine, linear, which suits others, \
      or constant.
      """)
  var schedule: PretrainingSettings.Schedule?
  @Option(help: ArgumentHelp("Steps in which the rate rises.", valueName: "n")) var warmUp: Int?
  @Option(help: ArgumentHelp("Pull of matrices towards zero.", valueName: "x"))
  var weightDecay: Float = 0.1
  @Option(help: ArgumentHelp("Batches whose mean gradient makes a step.", valueName: "n"))
  var accumulate = 1
  @Option(help: ArgumentHelp("Bound on each gradient's norm; 0 is none.", valueName: "x"))
  var clip: Float = 1
  @Flag(help: "Keep less in memory and compute more.") var checkpointActivations = false
  @Option(help: ArgumentHelp("Steps between two validations; a tenth unless said.", valueName: "n"))
  var every: Int?
  @Option(help: "What weights and order are drawn from.") var seed: UInt64 = 0

  func validate() throws {
    guard [steps == nil, epochs == nil, minutes == nil].count(where: { !$0 }) <= 1 else {
      throw ValidationError("--steps, --epochs and --minutes exclude each other.")
    }
    for (name, value, greatest) in [
      ("--steps", steps ?? 1, 100_000_000), ("--sequences", sequences, 1 << 16),
      ("--length", length, 1 << 20), ("--accumulate", accumulate, 1 << 16),
      ("--every", every ?? 1, 100_000_000),
    ] where !(1...greatest).contains(value) {
      throw ValidationError("\(name) \(value): 1 to \(greatest).")
    }
    guard length >= 2 else { throw ValidationError("--length: 2 or more.") }
    for (name, value) in [("--epochs", epochs), ("--minutes", minutes)] {
      if let value, !(value > 0 && value <= 1e6) {
        throw ValidationError("\(name): above 0, at most a million.")
      }
    }
    for (name, value) in [("--rate", rate), ("--second-rate", secondRate)] {
      if let value, !(value > 0 && value.isFinite) { throw ValidationError("\(name): above 0.") }
    }
    if secondRate != nil, let schedule, schedule != .twoStage {
      throw ValidationError("--second-rate needs --schedule two-stage.")
    }
    for (name, value) in [("--weight-decay", weightDecay), ("--clip", clip)]
    where !(value >= 0 && value.isFinite) {
      throw ValidationError("\(name): 0 or more.")
    }
    if let warmUp, !(0..<(steps ?? Int.max)).contains(warmUp) {
      throw ValidationError("--warm-up: 0 or more, and fewer than the steps.")
    }
  }

  /// Steps where they are said, or follow from the text.
  ///
  /// - Parameter perPass: Steps that go through the text once; nil for text without end.
  func steps(perPass: Double?) -> Int? {
    if minutes != nil { return nil }
    if let epochs, let perPass {
      return max(1, Int(min(epochs * perPass / Double(accumulate), 1e8).rounded(.up)))
    }
    return steps ?? 1000
  }

  func settings(steps: Int, isTernary: Bool) -> PretrainingSettings {
    var settings =
      isTernary
      ? PretrainingSettings.ternary(steps: steps, rate: rate ?? 3e-3)
      : .fullPrecision(steps: steps, rate: rate ?? 1e-3)
    if let schedule { settings.schedule = schedule }
    if let secondRate { settings.secondRate = secondRate }
    if let every { settings.evaluations = max(1, steps / every) }
    settings.evaluations = min(settings.evaluations, steps)
    settings.warmUp = min(warmUp ?? settings.warmUp, settings.wholeSteps - 1)
    settings.weightDecay = weightDecay
    settings.accumulation = accumulate
    settings.clipping = clip > 0 ? clip : nil
    settings.seed = seed
    return settings
  }

  /// What the ledger and the run's record keep of it.
  var described: [String: String] {
    [
      "steps": steps.map { "\($0)" }, "epochs": epochs.map { "\($0)" },
      "minutes": minutes.map { "\($0)" }, "sequences": "\(sequences)", "length": "\(length)",
      "rate": rate.map { "\($0)" }, "secondRate": secondRate.map { "\($0)" },
      "schedule": schedule?.rawValue, "warmUp": warmUp.map { "\($0)" },
      "weightDecay": "\(weightDecay)", "accumulate": "\(accumulate)", "clip": "\(clip)",
      "checkpointActivations": checkpointActivations ? "true" : nil,
      "every": every.map { "\($0)" }, "seed": "\(seed)",
    ].compactMapValues { $0 }
  }
}

extension PretrainingSettings.Schedule: ExpressibleByArgument {}
