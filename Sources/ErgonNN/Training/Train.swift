public import ErgonTensor
public import ErgonWorkload

/// Trains a model on batches of inputs and targets.
///
/// ```swift
/// let history = try train(
///   model, on: { epoch in set.batches(of: 64, shuffledBy: epoch) },
///   loss: { crossEntropy($0, $1) }, metrics: [.accuracy],
///   optimizer: SGD(model, rate: 0.01, momentum: 0.9), epochs: 5)
/// ```
///
/// After every step it reports to the context how far it is and the loss so far, and ends when the
/// context asks for it. The same seed, batches and number of threads give the same weights.
///
/// - Parameters:
///   - batches: The batches of an epoch, counted from 0: the same ones in the same order whenever
///     that epoch is asked for.
///   - validation: Batches to measure the model with after each epoch.
///   - loss: The mean loss of outputs against targets, one number.
///   - seed: What dropout and the like depend on.
///   - checkpoint: Where the run is kept; a run found there goes on.
/// - Throws: `WorkloadStopped` when the context asked for it, with the checkpoint written;
///   ``NNError`` for a loss, a validation or weights that are not finite, for batches that are
///   missing and for a checkpoint that does not fit; what the batches throw.
@discardableResult
public func train<Target>(
  _ model: some Layer,
  on batches: (_ epoch: Int) throws -> any Sequence<Batch<Target>>,
  validating validation: (() throws -> any Sequence<Batch<Target>>)? = nil,
  loss: (_ outputs: Tensor<Float>, _ targets: Tensor<Target>) -> Tensor<Float>,
  metrics: [Metric<Batch<Target>>] = [],
  optimizer: some Optimizer,
  epochs: Int,
  seed: UInt64 = 0,
  options: TrainingOptions = TrainingOptions(),
  checkpoint: Checkpoint? = nil,
  in context: some WorkloadContext = UnobservedContext()
) throws -> TrainingHistory {
  try train(
    model, on: batches, validating: validation, metrics: metrics, optimizer: optimizer,
    epochs: epochs, seed: seed, options: options, checkpoint: checkpoint, in: context
  ) { batch, pass in
    let outputs = model(batch.inputs, pass)
    return (loss(outputs, batch.targets), outputs)
  }
}

/// Trains a model whose loss is worked out from a batch by any rule.
///
/// For several inputs, several losses, or a model that is not a ``Layer``.
///
/// - Parameter forward: The mean loss of a batch, one number, and the output that the metrics are
///   given.
/// - Throws: As ``train(_:on:validating:loss:metrics:optimizer:epochs:seed:options:checkpoint:in:)``.
@discardableResult
public func train<B: TrainingBatch>(
  _ model: some Module,
  on batches: (_ epoch: Int) throws -> any Sequence<B>,
  validating validation: (() throws -> any Sequence<B>)? = nil,
  metrics: [Metric<B>] = [],
  optimizer: some Optimizer,
  epochs: Int,
  seed: UInt64 = 0,
  options: TrainingOptions = TrainingOptions(),
  checkpoint: Checkpoint? = nil,
  in context: some WorkloadContext = UnobservedContext(),
  forward: (_ batch: B, _ pass: Pass) throws -> (loss: Tensor<Float>, output: Tensor<Float>)
) throws -> TrainingHistory {
  var run = TrainingRun(
    model, optimizer, epochs: epochs, seed: seed, options: options, checkpoint: checkpoint)
  try run.resume()
  while !run.isFinished {
    let epoch = run.epoch
    try run.learn(from: try batches(epoch), metrics, forward, context)
    let measured = try validation.map { validation in
      try run.validate(in: context) { report in
        try measure(try validation(), metrics, forward) { sums, _ in try report(sums) }
      }
    }
    try run.endEpoch(validation: measured)
  }
  run.settle()
  return run.history
}

/// Measures a model on batches of inputs and targets, without changing it.
///
/// ```swift
/// let test = try evaluate(model, on: batches, loss: { crossEntropy($0, $1) }, metrics: [.accuracy])
/// test.figures["accuracy"]
/// ```
public func evaluate<Target>(
  _ model: some Layer, on batches: some Sequence<Batch<Target>>,
  loss: (_ outputs: Tensor<Float>, _ targets: Tensor<Target>) -> Tensor<Float>,
  metrics: [Metric<Batch<Target>>] = [],
  in context: some WorkloadContext = UnobservedContext()
) throws -> Evaluation {
  let forward = { (batch: Batch<Target>, pass: Pass) in
    let outputs = model(batch.inputs, pass)
    return (loss: loss(outputs, batch.targets), output: outputs)
  }
  return try measure(batches, metrics, forward) { sums, counts in
    try context.report(
      WorkloadProgress(
        stage: "evaluation", completed: Double(counts.items), counts: counts,
        figures: sums.figures))
  }
}

/// The means of loss and metrics over some batches; `report` is called after each.
private func measure<B: TrainingBatch>(
  _ batches: any Sequence<B>, _ metrics: [Metric<B>],
  _ forward: (B, Pass) throws -> (loss: Tensor<Float>, output: Tensor<Float>),
  _ report: (EvaluationSums, WorkloadCounts) throws -> Void
) throws -> Evaluation {
  var sums = EvaluationSums(metrics: metrics.map(\.name))
  let pass = Pass.inference
  var counts = WorkloadCounts()
  for batch in batches {
    let (loss, output) = try forward(batch, pass)
    sums.add(Double(loss.scalar), batch.lossCount)
    for (index, metric) in metrics.enumerated() { sums.add(index, metric.measure(output, batch)) }
    counts.items += UInt64(batch.count)
    counts.operations = 2 * pass.multiplyAdds
    counts.bytes += UInt64(batch.byteCount)
    try report(sums, counts)
  }
  return sums.means
}
