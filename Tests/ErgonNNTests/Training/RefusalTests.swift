import ErgonNN
import ErgonTensor
import ErgonWorkload
import Synchronization
import Testing

private struct Line: Layer {
  @Parameter var slope = Tensor<Float>([0.5])

  func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { x * slope }
}

private struct OtherLine: Layer {
  @Parameter var slope = Tensor<Float>([0.5, 1])

  func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { x * slope[0..<1] }
}

/// Batches of `size` cases of a line.
private func lines(_ count: Int = 4, of size: Int = 2) -> [Batch<Float>] {
  (0..<count).map { index in
    let inputs = Tensor<Float>((0..<size).map { Float($0 + index) / 4 })
    return Batch(inputs: inputs, targets: inputs * 2)
  }
}

private func squares(_ outputs: Tensor<Float>, _ targets: Tensor<Float>) -> Tensor<Float> {
  meanSquaredError(outputs, targets)
}

/// Stops at a report, and remembers the counts of all.
private final class Stopper: WorkloadContext {
  private let counts = Mutex<[WorkloadCounts]>([])
  private let last: Int

  init(after last: Int = .max) { self.last = last }

  var reported: [WorkloadCounts] { counts.withLock { $0 } }

  func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
    let count = counts.withLock {
      $0.append(progress.counts)
      return $0.count
    }
    if count >= last { throw WorkloadStopped(reason: "test") }
  }
}

/// A run whose settings can be changed one at a time.
private struct Settings {
  var rate: Float = 0.1
  var momentum: Float = 0
  var weightDecay: Float = 0
  var groups: [ParameterGroup] = []
  var options = TrainingOptions()
  var identity = ""
  var batches = lines()
  var epochs = 3

  func run(_ path: String, _ context: Stopper = Stopper()) throws -> TrainingHistory {
    let model = Line()
    return try train(
      model, on: { _ in batches }, loss: squares,
      optimizer: SGD(
        model, rate: rate, momentum: momentum, weightDecay: weightDecay, groups: groups),
      epochs: epochs, options: options, checkpoint: Checkpoint(path: path, identity: identity),
      in: context)
  }
}

@Suite("What a training refuses")
struct RefusalTests {
  private static let changes: [(what: String, change: @Sendable (inout Settings) -> Void)] = [
    ("rate", { $0.rate = 0.2 }),
    ("momentum", { $0.momentum = 0.5 }),
    ("weight decay", { $0.weightDecay = 0.1 }),
    ("groups", { $0.groups = [ParameterGroup("slope", rate: 0.3)] }),
    ("schedule", { $0.options.schedule = .cosine(over: 10) }),
    ("clipping", { $0.options.clipping = .norm(1) }),
    ("weight averaging", { $0.options.averageDecay = 0.5 }),
    ("early stop", { $0.options.earlyStop = EarlyStop(patience: 2) }),
    ("identity", { $0.identity = "other images" }),
    ("epochs have 4 batches", { $0.batches = lines(5) }),
    ("first 2 batches hold 4 cases", { $0.batches = lines(of: 3) }),
  ]

  @Test("to go on with another setting, which it names", arguments: changes.indices)
  func settings(index: Int) throws {
    let (what, change) = Self.changes[index]
    try withTemporaryPath { path in
      #expect(throws: WorkloadStopped.self) { _ = try Settings().run(path, Stopper(after: 6)) }
      var other = Settings()
      change(&other)
      #expect {
        _ = try other.run(path)
      } throws: { error in
        guard case .otherRun(path, let reason)? = error as? NNError else { return false }
        return reason.hasPrefix("its \(what)") && !reason.contains(";")
      }
      // The refused run has not touched what was there.
      let history = try Settings().run(path)
      #expect(history.epochs.count == 3)
    }
  }

  @Test("nothing of more epochs under the same schedule")
  func moreEpochs() throws {
    try withTemporaryPath { path in
      _ = try Settings().run(path)
      var longer = Settings()
      longer.epochs = 5
      let history = try longer.run(path)
      #expect(history.epochs.count == 5)
    }
  }

  @Test("a checkpoint of another network, by its file")
  func network() throws {
    try withTemporaryPath { path in
      _ = try Settings().run(path)
      let model = OtherLine()
      #expect {
        try train(
          model, on: { _ in lines() }, loss: squares, optimizer: SGD(model, rate: 0.1),
          epochs: 3, checkpoint: Checkpoint(path: path))
      } throws: { error in
        guard case .otherRun(path, let reason)? = error as? NNError else { return false }
        return reason.hasPrefix("its network is another's: of another shape: slope")
      }
    }
  }

  @Test("a validation that is not finite, with an early stop or without", arguments: [false, true])
  func validation(stopsEarly: Bool) throws {
    let model = Line()
    var options = TrainingOptions()
    if stopsEarly { options.earlyStop = EarlyStop(patience: 2) }
    let unmeasurable = [Batch<Float>(inputs: Tensor([Float.nan]), targets: Tensor([1]))]
    #expect(
      throws: NNError.diverged(epoch: 1, step: 4, what: "the loss of the validation")
    ) {
      try train(
        model, on: { _ in lines() }, validating: { unmeasurable }, loss: squares,
        optimizer: SGD(model, rate: 0.1), epochs: 2, options: options)
    }
  }

  @Test("a metric of the early stop that is not a number")
  func metric() {
    let model = Line()
    var options = TrainingOptions()
    options.earlyStop = EarlyStop(.least("none"), patience: 2)
    #expect {
      try train(
        model, on: { _ in lines() }, loss: squares,
        metrics: [Metric<Batch<Float>>("none") { _, _ in (0, 0) }],
        optimizer: SGD(model, rate: 0.1), epochs: 2, options: options)
    } throws: { error in
      guard case .diverged(1, 4, let what)? = error as? NNError else { return false }
      return what.contains("none")
    }
  }

  @Test("a validation without batches", arguments: [false, true])
  func emptyValidation(stopsEarly: Bool) {
    let model = Line()
    var options = TrainingOptions()
    if stopsEarly { options.earlyStop = EarlyStop(patience: 2) }
    #expect(throws: NNError.noBatches(epoch: 1, isValidation: true)) {
      try train(
        model, on: { _ in lines() }, validating: { [Batch<Float>]() }, loss: squares,
        optimizer: SGD(model, rate: 0.1), epochs: 2, options: options)
    }
  }

  @Test("to return weights that the last step has made infinite")
  func weights() {
    let model = Line()
    #expect(throws: NNError.diverged(epoch: 1, step: 1, what: "a weight of slope")) {
      try train(
        model, on: { _ in lines(1) }, loss: squares,
        optimizer: SGD(model, rate: .infinity), epochs: 1)
    }
  }

  @Test("to report what an earlier process did, while the history keeps it")
  func counts() throws {
    try withTemporaryPath { path in
      #expect(throws: WorkloadStopped.self) { _ = try Settings().run(path, Stopper(after: 6)) }
      let context = Stopper()
      let history = try Settings().run(path, context)
      #expect(context.reported.map(\.items) == [2, 4, 6, 8, 10, 12])
      #expect(context.reported.last?.bytes == 12 * 8)
      #expect(history.counts.items == 24)
    }
  }
}
