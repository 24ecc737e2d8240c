import ErgonLMTraining
import ErgonLab
import ErgonPlot
import ErgonTensor

/// A run with one of the two schedules.
struct ScheduleRun {
  let curve: LossCurve
  let loss: Double
  /// What held-out text costs less after the twentieth of the steps behind the middle, in nats a
  /// byte.
  let drop: Double
  /// Shares of trits that one step changes, over the twentieth before the middle and that behind.
  let flipsBefore: Double
  let flipsAfter: Double
}

extension BitNetB158 {
  /// The paper's schedule against one line with decay to its end, as pairs from the same weights
  /// and batches.
  func schedules(_ lab: Lab, _ settings: Settings, _ text: ByteText, rate: Float) throws -> [Claim]
  {
    var pairs: [(two: ScheduleRun, one: ScheduleRun)] = []
    for seed in settings.seed..<settings.seed + settings.scheduleSeeds {
      let text = text.reseeded(seed)
      var settings = settings
      settings.seed = seed
      pairs.append(
        (
          try schedule(lab, settings, text, .twoStage, rate: rate),
          try schedule(lab, settings, text, .linear, rate: rate)
        ))
    }
    draw(lab, pairs[0], settings)
    return [
      claim(
        "schedule.loss",
        "Two stages end lower than one, at equal steps: difference of held-out losses",
        pairs.map { $0.two.loss - $0.one.loss }, .atMost(0), partly: .atMost(0.02),
        expected: .partly),
      claim(
        "schedule.drop",
        "Behind the switch the loss drops more than in the same window without one: difference",
        pairs.map { $0.two.drop - $0.one.drop }, .atLeast(0)),
      Claim(
        "schedule.flips", "Fewer trits change in a step after decay has ended than before",
        published: nil, ours: mean(pairs.map { $0.two.flipsAfter / $0.two.flipsBefore }),
        spread: range(pairs.map { $0.two.flipsAfter / $0.two.flipsBefore }),
        tolerance: .atMost(1),
        remark: "without a switch: "
          + figure(mean(pairs.map { $0.one.flipsAfter / $0.one.flipsBefore }))
          + "; the rate falls at the switch too"),
    ]
  }

  private func claim(
    _ id: String, _ statement: String, _ differences: [Double], _ tolerance: Tolerance,
    partly: Tolerance? = nil, expected: Verdict = .reproduced
  ) -> Claim {
    Claim(
      id, statement, published: nil, ours: mean(differences), spread: range(differences),
      unit: "nats/B", tolerance: tolerance, partly: partly, expected: expected,
      remark: "mean and extremes of \(differences.count) pairs")
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  private func range(_ values: [Double]) -> ClosedRange<Double>? {
    guard values.count > 1, let low = values.min(), let high = values.max() else { return nil }
    return low...high
  }

  private func schedule(
    _ lab: Lab, _ settings: Settings, _ text: ByteText, _ schedule: PretrainingSettings.Schedule,
    rate: Float
  ) throws -> ScheduleRun {
    let network = network(
      width: settings.narrow, isTernary: true, seed: settings.seed, settings)
    var training = PretrainingSettings.ternary(steps: settings.scheduleSteps, rate: rate)
    training.schedule = schedule
    training.evaluations = 20
    let (middle, window) = (training.wholeSteps / 2, training.stepsPerEvaluation)
    var flips = FlipCount(middle: middle, window: window)
    let run = try lab.run("\(schedule.rawValue), seed \(settings.seed)") { observer in
      let history = try pretrain(
        network, on: text, validating: text.heldOut(batches: 4), settings: training, in: observer
      ) { logits, batch in
        flips.look(at: network)
        return crossEntropy(logits, batch.targets)
      }
      return (history, try network.evaluate(on: text.heldOut(batches: settings.heldOut)).loss)
    }
    let (history, loss) = run.value
    let curve = LossCurve(history, training)
    return ScheduleRun(
      curve: curve, loss: loss, drop: curve.held[9] - curve.held[10], flipsBefore: flips.before,
      flipsAfter: flips.after)
  }

  private func draw(
    _ lab: Lab, _ pair: (two: ScheduleRun, one: ScheduleRun), _ settings: Settings
  ) {
    lab.figure(
      "Loss of held-out text with the paper's schedule, whose rate drops and whose decay ends in "
        + "the middle, and with one line.",
      LineChart(
        title: "Schedules, ternary, width \(settings.narrow)", x: Axis("Step"),
        y: Axis("Loss, nats a byte"),
        series: [("two stages", pair.two), ("one stage", pair.one)].map { name, run in
          LineChart.Series(name, x: run.curve.steps.map(Double.init), y: run.curve.held)
        }))
  }
}

/// Trits that steps change, in a window before the middle of a run and in one behind it.
private struct FlipCount {
  let middle: Int
  let window: Int
  private var step = 0
  private var last: TritSnapshot?
  private var sums = (before: 0.0, after: 0.0)

  init(middle: Int, window: Int) {
    self.middle = middle
    self.window = window
  }

  var before: Double { sums.before / Double(window) }
  var after: Double { sums.after / Double(window) }

  /// Called in each step, before it changes the weights.
  mutating func look(at network: DecoderNetwork) {
    defer { step += 1 }
    guard step >= middle - window, step <= middle + window else { return }
    let now = TritSnapshot(network)
    if let last {
      // The change that the step before made.
      if step <= middle {
        sums.before += now.changed(since: last)
      } else {
        sums.after += now.changed(since: last)
      }
    }
    last = now
  }
}
