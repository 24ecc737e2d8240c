import ErgonEnergy
import ErgonLM
import ErgonLab
import ErgonPlot

/// One shape in one format: how fast it reads and writes, and what that costs.
struct Timing {
  let shape: SyntheticShape
  let weights: SyntheticWeights
  let prompt: InferenceSpeed
  let answer: InferenceSpeed
  /// Joules a token, where the meter has a figure.
  let promptJoules: Double?
  let answerJoules: Double?
  /// Whether joules are a model's and not a counter's.
  let isEstimated: Bool

  /// Sizes that the paper names; it does not print the two smallest's shapes, which are those that
  /// others use at these sizes.
  static let shapes: [(millions: Int, shape: SyntheticShape)] = [
    (
      125,
      SyntheticShape(
        name: "125M", hidden: 768, layers: 12, heads: 12, keyValueHeads: 12, feedForward: 2048,
        vocabulary: 32002)
    ),
    (
      350,
      SyntheticShape(
        name: "350M", hidden: 1024, layers: 24, heads: 16, keyValueHeads: 16, feedForward: 2816,
        vocabulary: 32002)
    ),
    (
      700,
      SyntheticShape(
        name: "700M", hidden: 1536, layers: 24, heads: 16, keyValueHeads: 16, feedForward: 4096,
        vocabulary: 32002)
    ),
    (
      2500,
      SyntheticShape(
        name: "2.5B", hidden: 2560, layers: 30, heads: 20, keyValueHeads: 20, feedForward: 6912,
        vocabulary: 32002)
    ),
  ]

  static func all(_ lab: Lab, _ settings: BitNetCPP.Settings) throws -> [Timing] {
    var timings: [Timing] = []
    for (millions, shape) in shapes where millions <= settings.largest {
      // Full precision twice, what most people run, and ternary.
      let formats: [SyntheticWeights] =
        millions <= 125 ? [.f32, .f16, .q8_0, .ternary] : [.f16, .q8_0, .ternary]
      for weights in formats { timings.append(try one(lab, settings, shape, weights)) }
    }
    return timings
  }

  static func one(
    _ lab: Lab, _ settings: BitNetCPP.Settings, _ shape: SyntheticShape,
    _ weights: SyntheticWeights
  ) throws -> Timing {
    let subject = "\(shape.name) \(weights.rawValue)"
    let file = SyntheticModel(
      shape, weights: weights, contextLength: max(settings.timedPrompt, settings.timedAnswer),
      seed: UInt64(bitPattern: Int64(settings.seed)))
    let model = try TransformerModel(file)
    let prompt = InferenceTest.prompt(settings.timedPrompt)
    let answer = InferenceTest.generation(settings.timedAnswer)
    // A run each: its energy is that of the repeats and of the one before them.
    let reading = try lab.run(subject + " " + prompt.name) {
      try model.measure(prompt, repeats: settings.repeats, in: $0)
    }
    let writing = try lab.run(subject + " " + answer.name) {
      try model.measure(answer, repeats: settings.repeats, in: $0)
    }
    let passes = Double(settings.repeats + 1)
    return Timing(
      shape: shape, weights: weights, prompt: reading.value, answer: writing.value,
      promptJoules: reading.joules.map { $0 / passes / Double(prompt.tokens) },
      answerJoules: writing.joules.map { $0 / passes / Double(answer.tokens) },
      isEstimated: writing.run.bill?.energy?.provenance.kind == .estimated)
  }
}

extension Observed {
  /// Joules of the run's own work.
  fileprivate var joules: Double? { run.bill?.energy?.best.value }
}
