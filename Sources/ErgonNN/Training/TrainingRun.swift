import ErgonTensor
import ErgonWorkload

/// A training run between two steps: all that has to be kept so that it can go on.
struct TrainingRun {
  /// The epoch that is being learned, counted from 0.
  private(set) var epoch = 0
  /// Batches of it that have been learned from.
  private(set) var position = 0
  private(set) var history = TrainingHistory()
  /// Sums over the epoch so far; `nil` before its first batch.
  private(set) var sums: EvaluationSums?
  /// Batches of a whole epoch, once one has been seen; 0 where epochs differ.
  private(set) var batchesPerEpoch: Int?
  private(set) var bestScore = Double.infinity
  private(set) var epochsSinceBest = 0
  /// The weights of the best epoch.
  private(set) var best: [String: Tensor<Float>]?

  let model: any Module
  let optimizer: any Optimizer
  let average: WeightAverage?
  let seed: UInt64
  let options: TrainingOptions
  let checkpoint: Checkpoint?
  private let epochs: Int
  /// What was done before this process took the run up.
  private var earlier = WorkloadCounts()
  private var isResumed = false

  init(
    _ model: any Module, _ optimizer: any Optimizer, epochs: Int, seed: UInt64,
    options: TrainingOptions, checkpoint: Checkpoint?
  ) {
    precondition(
      options.accumulation > 0, "train: steps of \(options.accumulation) batches")
    self.model = model
    self.optimizer = optimizer
    self.epochs = epochs
    self.seed = seed
    self.options = options
    self.checkpoint = checkpoint
    average = options.averageDecay.map { WeightAverage(optimizer.parameters, decay: $0) }
  }

  var isFinished: Bool { epoch >= epochs || history.endedEarly }

  // MARK: One epoch

  /// Learns from the batches of the epoch that have not been learned from.
  mutating func learn<B: TrainingBatch>(
    from batches: any Sequence<B>, _ metrics: [Metric<B>],
    _ forward: (B, Pass) throws -> (loss: Tensor<Float>, output: Tensor<Float>),
    _ context: some WorkloadContext
  ) throws {
    let names = metrics.map(\.name)
    if let sums, sums.names != names {
      throw otherRun("its metrics are \(sums.names), this run's are \(names)")
    }
    if sums == nil { sums = EvaluationSums(metrics: names) }
    // As far as anybody knows; 0 where nobody does.
    let expected = max(batches.underestimatedCount, batchesPerEpoch ?? 0)
    var gathered = GradientSum()
    var toSkip = position
    var skipped = 0
    for batch in batches {
      if toSkip > 0 {
        toSkip -= 1
        skipped += batch.lossCount
        if toSkip == 0 { try checkSkipped(items: skipped) }
        continue
      }
      let pass = Pass.training(stream)
      let (loss, gradients, output) = try valueAndGradient(of: optimizer.parameters) {
        let (loss, output) = try forward(batch, pass)
        return (loss, output.stoppingGradient)
      }
      let value = Double(loss.scalar)
      guard value.isFinite else {
        throw NNError.diverged(epoch: epoch + 1, step: history.steps + 1)
      }
      sums!.add(value, batch.lossCount)
      for (index, metric) in metrics.enumerated() {
        sums!.add(index, metric.measure(output, batch))
      }
      position += 1
      history.counts.items += UInt64(batch.count)
      // Two products back for one forward, two operations a multiply-add.
      history.counts.operations += 6 * pass.multiplyAdds
      history.counts.bytes += UInt64(batch.byteCount)
      gathered.add(gradients)
      guard gathered.count == options.accumulation else { continue }
      step(gathered.takeMean())
      try report(ofBatches: expected, to: context)
    }
    if gathered.count > 0 { step(gathered.takeMean()) }
    guard position > 0 else { throw NNError.noBatches(epoch: epoch + 1) }
    guard toSkip == 0 else {
      throw otherRun("its epoch \(epoch + 1) has \(position) batches or more, this run's fewer")
    }
    try endBatches()
  }

  /// The batches that a stopped run has learned from must be those that are skipped now.
  private func checkSkipped(items: Int) throws(NNError) {
    guard let sums, sums.items != items else { return }
    throw otherRun("its first \(position) batches hold \(sums.items) cases, this run's \(items)")
  }

  /// Compares the epoch's length with that of the epochs before.
  private mutating func endBatches() throws(NNError) {
    guard let known = batchesPerEpoch, known != position else {
      batchesPerEpoch = batchesPerEpoch ?? position
      return
    }
    if isResumed, known > 0 {
      throw otherRun("its epochs have \(known) batches, this run's \(position)")
    }
    batchesPerEpoch = 0
  }

  private func otherRun(_ reason: String) -> NNError {
    .otherRun(path: checkpoint?.path ?? "", reason: reason)
  }

  /// What the next batch draws from: it depends on the batch's place alone, so that nothing of it
  /// has to be kept.
  private var stream: RandomStream {
    RandomStream(seed: seed).stream(named: "epoch \(epoch), batch \(position)")
  }

  private mutating func step(_ gradients: consuming [Tensor<Float>]) {
    if let clipping = options.clipping { clipping.clip(&gradients) }
    optimizer.step(gradients, options.schedule.factors(at: history.steps))
    average?.update()
    history.steps += 1
  }

  private func report(ofBatches expected: Int, to context: some WorkloadContext) throws {
    if let checkpoint, let every = checkpoint.everySteps, history.steps % every == 0 {
      try save(to: checkpoint)
    }
    let share = expected > 0 ? min(Double(position) / Double(expected), 1) : 0
    do throws(WorkloadStopped) {
      try context.report(
        WorkloadProgress(
          stage: "epoch \(epoch + 1)", completed: Double(epoch) + share,
          total: Double(epochs), counts: counts, figures: sums!.figures))
    } catch {
      if let checkpoint { try save(to: checkpoint) }
      throw error
    }
  }

  /// What this process has done; the history counts the whole run.
  private var counts: WorkloadCounts {
    WorkloadCounts(
      items: history.counts.items - earlier.items,
      operations: history.counts.operations - earlier.operations,
      bytes: history.counts.bytes - earlier.bytes)
  }

  // MARK: Between epochs

  /// Measures the model with the weights that it would end with; `measure` is handed what it is to
  /// report with.
  func validate(
    in context: some WorkloadContext,
    _ measure: (_ report: (EvaluationSums) throws -> Void) throws -> Evaluation
  ) throws -> Evaluation {
    let stage = "epoch \(epoch + 1), validation"
    do {
      return try withFinalWeights {
        try measure { sums in
          try context.report(
            WorkloadProgress(
              stage: stage, completed: Double(epoch + 1), total: Double(epochs),
              counts: counts, figures: sums.figures))
        }
      }
    } catch let stop as WorkloadStopped {
      // Only now, with the weights that learning goes on with back in their place.
      if let checkpoint { try save(to: checkpoint) }
      throw stop
    }
  }

  private func withFinalWeights<R>(_ body: () throws -> R) rethrows -> R {
    guard let average else { return try body() }
    return try average.applied(body)
  }

  /// Writes the epoch down and decides whether another follows.
  ///
  /// - Throws: ``NNError`` where the validation or the weights are not finite; the checkpoint is
  ///   then as it was.
  mutating func endEpoch(validation: Evaluation?) throws {
    if let validation {
      guard validation.items > 0 else {
        throw NNError.noBatches(epoch: epoch + 1, isValidation: true)
      }
      guard validation.loss.isFinite else { throw diverged("the loss of the validation") }
    }
    try checkWeights()
    let record = EpochRecord(epoch: epoch, training: sums!.means, validation: validation)
    history.epochs.append(record)
    if let rule = options.earlyStop { try judge(record, rule) }
    epoch += 1
    position = 0
    sums = nil
    if let checkpoint { try save(to: checkpoint) }
  }

  /// The loss was worked out before the last step, which it says nothing about.
  private func checkWeights() throws(NNError) {
    for parameter in optimizer.parameters {
      let isFinite = parameter.variable.value.withElements { $0.allSatisfy { $0.isFinite } }
      guard isFinite else { throw diverged("a weight of \(parameter.name)") }
    }
  }

  private func diverged(_ what: String) -> NNError {
    .diverged(epoch: epoch + 1, step: history.steps, what: what)
  }

  private mutating func judge(_ record: EpochRecord, _ rule: EarlyStop) throws(NNError) {
    guard let score = rule.score(record) else {
      preconditionFailure("train: the early stop watches \(rule.figure), which is not measured")
    }
    guard !score.isNaN else { throw diverged("what the early stop watches, \(rule.figure),") }
    if score < bestScore {
      bestScore = score
      epochsSinceBest = 0
      history.bestEpoch = record.epoch
      if rule.restoresBest { best = withFinalWeights { model.stateDictionary() } }
    } else {
      epochsSinceBest += 1
      history.endedEarly = epochsSinceBest >= rule.patience
    }
  }

  /// Gives the model the weights it is to end with.
  func settle() {
    if let best {
      // It was taken from this model, so that it fits.
      try! model.load(best)
    } else if let average {
      average.settle()
    }
  }

  // MARK: The file

  /// Takes up the run that the checkpoint holds, if there is one.
  mutating func resume() throws {
    guard let checkpoint, let file = try CheckpointFile(existing: checkpoint.path) else { return }
    try restore(from: file)
  }

  /// - Throws: ``NNError`` for weights that are not finite; the file is then as it was.
  private func save(to checkpoint: Checkpoint) throws {
    try checkWeights()
    try CheckpointFile.write(self, to: checkpoint.path)
  }

  /// Takes over what a checkpoint's strings say.
  mutating func take(
    epoch: Int, position: Int, batchesPerEpoch: Int?, history: TrainingHistory,
    sums: EvaluationSums?, bestScore: Double, epochsSinceBest: Int, best: [String: Tensor<Float>]?
  ) {
    self.epoch = epoch
    self.position = position
    self.batchesPerEpoch = batchesPerEpoch
    self.history = history
    self.sums = sums
    self.bestScore = bestScore
    self.epochsSinceBest = epochsSinceBest
    self.best = best
    earlier = history.counts
    isResumed = true
  }
}

/// The gradients of the batches that make one step.
private struct GradientSum {
  private(set) var count = 0
  private var sum: [Tensor<Float>] = []

  mutating func add(_ gradients: [Tensor<Float>]) {
    count += 1
    guard count > 1 else {
      sum = gradients
      return
    }
    for (index, gradient) in gradients.enumerated() {
      gradient.withElements { g in
        sum[index].withMutableElements { total in
          guard let g = g.baseAddress, let start = total.baseAddress else { return }
          Float._axpy(total.count, 1, g, start)
        }
      }
    }
  }

  /// The mean, and an empty sum again.
  mutating func takeMean() -> [Tensor<Float>] {
    var mean = sum
    sum = []
    if count > 1 {
      mean.scale(by: 1 / Float(count))
    }
    count = 0
    return mean
  }
}
