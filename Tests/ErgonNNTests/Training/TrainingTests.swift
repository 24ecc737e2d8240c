import ErgonNN
import ErgonTensor
import ErgonWorkload
import Testing

/// A line with dropout on its input and a running mean of it: everything that a resumed run has to
/// bring back.
private struct NoisyLine: Layer {
  @Parameter var slope = Tensor<Float>([0.5, -0.5, 0.25])
  @Parameter var offset = Tensor<Float>([0])
  @Buffer var seen = Tensor<Float>([0])
  let dropout = Dropout(0.25)

  func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    if pass.isTraining { seen = (seen * 0.9 + x.mean() * 0.1).reshaped(1) }
    return (dropout(x, pass) * slope).sum(axes: [1]) + offset
  }
}

/// Eight batches of eight cases of a line, in an order that depends on the epoch.
private func lines(_ epoch: Int) -> [Batch<Float>] {
  (0..<8).map { index in
    let place = (index * 3 + epoch) % 8
    let inputs = Tensor<Float>(
      (0..<24).map { Float((($0 * 7 + place * 5) % 13)) / 6 - 1 }, shape: [8, 3])
    let targets = (inputs * Tensor([1, 2, 3])).sum(axes: [1]) + 0.5
    return Batch(inputs: inputs, targets: targets)
  }
}

/// Stops at a report, and remembers all of them.
private final class Recorder: WorkloadContext, @unchecked Sendable {
  private(set) var reports: [WorkloadProgress] = []
  private let last: Int

  init(stopAfter last: Int = .max) { self.last = last }

  func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
    reports.append(progress)
    if reports.count == last { throw WorkloadStopped(reason: "test") }
  }
}

private func squares(_ outputs: Tensor<Float>, _ targets: Tensor<Float>) -> Tensor<Float> {
  meanSquaredError(outputs, targets)
}

@Suite("The training loop")
struct TrainingTests {
  @Test("a line is learned, and the history says so")
  func learns() throws {
    let model = NoisyLine()
    var options = TrainingOptions()
    options.clipping = .norm(10)
    let recorder = Recorder()
    let history = try train(
      model, on: lines, validating: { lines(0) }, loss: squares, metrics: [.meanAbsoluteError],
      optimizer: SGD(model, rate: 0.02, momentum: 0.9), epochs: 30, options: options, in: recorder)
    let first = try #require(history.epochs.first)
    let last = try #require(history.epochs.last)
    #expect(history.epochs.map(\.epoch) == Array(0..<30))
    #expect(last.validation!.loss < 0.4 * first.validation!.loss)
    let error = "mean absolute error"
    #expect(last.validation!.figures[error]! < 0.8 * first.validation!.figures[error]!)
    #expect(first.training.items == 64)
    #expect(history.steps == 240)
    #expect(history.counts.items == 1920)
    #expect(history.counts.bytes == 1920 * 16)
    // Eight steps and eight batches of validation an epoch.
    #expect(recorder.reports.count == 480)
    let middle = recorder.reports[19]
    #expect(middle.stage == "epoch 2")
    #expect(middle.completed == 1.5)
    #expect(middle.total == 30)
    #expect(middle.figures.map(\.name) == ["loss", "mean absolute error"])
    let end = recorder.reports[31]
    #expect(end.stage == "epoch 2, validation")
    #expect(end.completed == 2)
    #expect(end.counts == recorder.reports[23].counts)
  }

  @Test("the same seed gives the same bits, another seed others")
  func deterministic() throws {
    func run(_ seed: UInt64) throws -> [String: Tensor<Float>] {
      let model = NoisyLine()
      try train(
        model, on: lines, loss: squares, optimizer: Adam(model), epochs: 2, seed: seed)
      return model.stateDictionary()
    }
    let first = try run(1)
    let again = try run(1)
    let other = try run(2)
    #expect(first["slope"]!.values == again["slope"]!.values)
    #expect(first["slope"]!.values != other["slope"]!.values)
  }

  @Test("accumulated batches make the step of one large batch")
  func accumulation() throws {
    let small = NoisyLine()
    let large = NoisyLine()
    let batches = lines(0)
    var options = TrainingOptions()
    options.accumulation = 4
    let forward = { (model: NoisyLine) in
      { (batch: Batch<Float>, _: Pass) in
        let y = model(batch.inputs)
        return (loss: meanSquaredError(y, batch.targets), output: y)
      }
    }
    let history = try train(
      small, on: { _ in batches[0..<6] }, optimizer: SGD(small, rate: 0.1), epochs: 1,
      options: options, forward: forward(small))
    // The last two make a step of their own.
    #expect(history.steps == 2)
    let joined = [0..<4, 4..<6].map { range in
      Batch(
        inputs: Tensor(batches[range].flatMap(\.inputs.values), shape: [range.count * 8, 3]),
        targets: Tensor(batches[range].flatMap(\.targets.values)))
    }
    try train(
      large, on: { _ in joined }, optimizer: SGD(large, rate: 0.1), epochs: 1,
      forward: forward(large))
    for (a, b) in zip(small.slope.values, large.slope.values) { #expect(abs(a - b) < 1e-5) }
  }

  @Test("an early stop ends the run and restores the best weights")
  func earlyStop() throws {
    let model = NoisyLine()
    var options = TrainingOptions()
    options.earlyStop = EarlyStop(patience: 2)
    // A rate that grows until it does harm.
    options.schedule = Schedule { StepFactors(rate: $0 < 24 ? 1 : 12) }
    let history = try train(
      model, on: lines, validating: { lines(0) }, loss: squares,
      optimizer: SGD(model, rate: 0.02), epochs: 50, options: options)
    #expect(history.endedEarly)
    let best = try #require(history.bestEpoch)
    #expect(history.epochs.count == best + 3)
    let after = try evaluate(model, on: lines(0), loss: squares)
    #expect(after.loss == history.epochs[best].validation!.loss)
  }

  @Test("validation and the result use the mean weights where they are kept")
  func averaged() throws {
    let model = NoisyLine()
    var options = TrainingOptions()
    options.averageDecay = 0.9
    let history = try train(
      model, on: lines, validating: { lines(0) }, loss: squares,
      optimizer: SGD(model, rate: 0.02), epochs: 3, options: options)
    let after = try evaluate(model, on: lines(0), loss: squares)
    #expect(after.loss == history.epochs[2].validation!.loss)
  }

  @Test("a loss that is not finite, and an epoch without batches, are errors")
  func failures() {
    let model = NoisyLine()
    #expect(throws: NNError.noBatches(epoch: 1)) {
      try train(
        model, on: { _ in [Batch<Float>]() }, loss: squares, optimizer: SGD(model, rate: 1),
        epochs: 1)
    }
    #expect(throws: NNError.diverged(epoch: 1, step: 3)) {
      var batches = lines(0)
      batches[2] = Batch(inputs: batches[2].inputs * .infinity, targets: batches[2].targets)
      try train(
        model, on: { _ in batches }, loss: squares, optimizer: SGD(model, rate: 0.01), epochs: 1)
    }
  }
}

@Suite("Stopping and going on")
struct ResumeTests {
  private struct Outcome: Equatable {
    let state: [String: [Float]]
    let history: TrainingHistory
  }

  private enum Rule: String, CaseIterable, CustomTestStringConvertible {
    case plain, momentum, adam, everything
    var testDescription: String { rawValue }
  }

  private func options(_ rule: Rule) -> TrainingOptions {
    var options = TrainingOptions()
    guard rule == .everything else { return options }
    options.accumulation = 2
    options.averageDecay = 0.9
    options.clipping = .norm(1)
    options.schedule = .cosine(over: 16).warmingUp(over: 3)
    options.earlyStop = EarlyStop(.least("mean absolute error"), patience: 3)
    return options
  }

  private func optimizer(_ model: NoisyLine, _ rule: Rule) -> any Optimizer {
    switch rule {
    case .plain: SGD(model, rate: 0.05)
    case .momentum: SGD(model, rate: 0.05, momentum: 0.9, nesterov: true)
    case .adam: Adam(model, rate: 0.05)
    case .everything: AdamW(model, rate: 0.05)
    }
  }

  private func run(
    _ rule: Rule, _ checkpoint: Checkpoint?, stopAfter: Int = .max
  ) throws -> Outcome {
    let model = NoisyLine()
    let history = try train(
      model, on: lines, validating: { lines(0) }, loss: squares, metrics: [.meanAbsoluteError],
      optimizer: optimizer(model, rule), epochs: 4, seed: 11, options: options(rule),
      checkpoint: checkpoint, in: Recorder(stopAfter: stopAfter))
    return Outcome(state: model.stateDictionary().mapValues(\.values), history: history)
  }

  @Test(
    "a run stopped at any step and resumed gives the bits of one that was not",
    arguments: Rule.allCases, [1, 5, 8, 13])
  private func resume(rule: Rule, step: Int) throws {
    let whole = try run(rule, nil)
    try withTemporaryPath { path in
      let checkpoint = Checkpoint(path: path)
      #expect(throws: WorkloadStopped(reason: "test")) {
        try run(rule, checkpoint, stopAfter: step)
      }
      // A second stop, before the end.
      #expect(throws: WorkloadStopped.self) { try run(rule, checkpoint, stopAfter: 2) }
      let resumed = try run(rule, checkpoint)
      #expect(resumed == whole)
      // Resuming a finished run changes nothing.
      let again = try run(rule, checkpoint)
      #expect(again == whole)
    }
  }

  @Test("a run that was killed goes on from its last regular checkpoint")
  func killed() throws {
    struct Killed: Error {}
    let whole = try run(.momentum, nil)
    try withTemporaryPath { path in
      let checkpoint = Checkpoint(path: path, everySteps: 3)
      let model = NoisyLine()
      #expect(throws: Killed.self) {
        try train(
          model,
          on: { epoch in
            if epoch == 2 { throw Killed() }
            return lines(epoch)
          }, validating: { lines(0) }, loss: squares, metrics: [.meanAbsoluteError],
          optimizer: optimizer(model, .momentum), epochs: 4, seed: 11, checkpoint: checkpoint)
      }
      let resumed = try run(.momentum, checkpoint)
      #expect(resumed == whole)
    }
  }

  @Test("a checkpoint of other settings or another model is refused")
  func otherRun() throws {
    try withTemporaryPath { path in
      let checkpoint = Checkpoint(path: path)
      #expect(throws: WorkloadStopped.self) { try run(.momentum, checkpoint, stopAfter: 2) }
      #expect {
        try run(.adam, checkpoint)
      } throws: { error in
        guard case .otherRun(_, let reason)? = error as? NNError else { return false }
        return reason == "its optimizer is SGD, this run's is Adam"
      }
      #expect {
        try run(.plain, checkpoint)
      } throws: { error in
        guard case .otherRun(_, let reason)? = error as? NNError else { return false }
        return reason == "its momentum is 0.9, this run's is 0.0; "
          + "its nesterov is true, this run's is false"
      }
    }
  }

  @Test("a checkpoint with a missing or impossible entry is refused, not trusted")
  func malformed() throws {
    try withTemporaryPath { path in
      let checkpoint = Checkpoint(path: path)
      #expect(throws: WorkloadStopped.self) { try run(.everything, checkpoint, stopAfter: 6) }
      let file = try Safetensors(path: path)
      for key in file.metadata.keys.sorted() where !key.contains("figure") {
        for value in [nil, "-1", "9223372036854775807"] {
          var metadata = file.metadata
          metadata[key] = value
          var writer = SafetensorsWriter(metadata: metadata)
          for entry in file.entries {
            writer.add(entry.name, try file.tensor(entry.name, as: Float.self))
          }
          try writer.write(to: path)
          // Whatever it does, it does not trap; most of it throws.
          _ = try? run(.everything, checkpoint, stopAfter: 1)
        }
      }
      try Data.write([1, 2, 3], to: path)
      #expect {
        try run(.plain, checkpoint)
      } throws: { error in
        guard case .malformedCheckpoint(path, _)? = error as? NNError else { return false }
        return "\(error)".contains("\(path): ") && "\(error)".contains("delete it")
      }
    }
  }
}
