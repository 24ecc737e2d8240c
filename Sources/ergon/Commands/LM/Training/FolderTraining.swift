import ErgonEnergy
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonLedger
import ErgonNN
import ErgonTensor
import ErgonWorkload
import Foundation

/// A training run that lives in a folder: begun, stopped, gone on with and finished there.
struct FolderTraining {
  /// `train`, `distill`, `finetune`.
  let verb: String
  let folder: RunFolder
  let learning: LearningOptions
  let options: LearnOptions
  let isTernary: Bool
  /// Everything that was set.
  let settings: [String: String]
  /// The command that goes on with the run.
  let command: [String]
  let budget: Joules?

  /// Learns what `prepare` brings, and keeps all of it in the folder.
  ///
  /// - Parameter prepare: Reads text and makes the network; it fills in what the record says of
  ///   them, and throws before anything has been learned.
  func run(
    in lab: Lab, _ context: CommandContext,
    prepare: (_ record: inout TrainingRecord, _ observer: Observer) throws -> Lesson
  ) async throws -> ExitStatus {
    try folder.open()
    var record = folder.record ?? TrainingRecord(command: command, settings: settings)
    try check(record)
    if record.state == .finished {
      show(record, nil, context)
      context.console.note(
        "This run is finished; name a new folder to train another model")
      return .done
    }
    let isNew = folder.record == nil
    if isNew {
      try folder.keep(record)
    } else {
      context.console.note("Going on with \(folder.path)")
    }
    var watch: TokenWatch?
    var run: Run?
    do {
      let outcome = try await lab.runOrStop(
        "lm \(verb) \(folder.path)", settings: settings, tags: options.tags, budget: budget
      ) { observer in
        let lesson = try prepare(&record, observer)
        observer.name(items: "tokens")
        let counter = TokenWatch(observer)
        watch = counter
        try learn(lesson, &record, counter, observer)
      }
      run = outcome.run
      let state: TrainingRecord.State
      if case .failure = outcome.value { state = .stopped } else { state = .finished }
      record.add(
        outcome.run, state, tokens: watch?.tokens ?? 0, threads: Compute.threads)
      if case .failure(let stop) = outcome.value {
        return try stopped(stop, record, isNew: isNew && watch == nil, outcome.run, context)
      }
      try folder.keep(record)
      unlink(folder.file("training.safetensors"))
    } catch {
      if isNew, watch == nil {
        folder.discard()
      } else if watch != nil, run == nil {
        record.state = .failed
        try? folder.keep(record)
        if case .diverged? = error as? NNError {
          context.console.note(
            folder.has("training.safetensors")
              ? "The last state that was well is kept in \(folder.file("training.safetensors"))"
              : "Nothing had been learned that could be kept")
        }
      }
      throw error
    }
    show(record, run, context)
    return .done
  }

  /// The run in the folder must be the one that is asked for.
  private func check(_ record: TrainingRecord) throws {
    let names = Set(record.settings.keys).union(settings.keys).sorted()
    for name in names where record.settings[name] != settings[name] {
      throw CommandError.usage(
        "another run: \(folder.path): its \(name) is \(record.settings[name] ?? "not set"), this "
          + "one's is \(settings[name] ?? "not set"); use the same, or name a new folder")
    }
  }

  private func learn(
    _ lesson: Lesson, _ record: inout TrainingRecord, _ watch: TokenWatch, _ observer: Observer
  ) throws {
    var network = lesson.network
    network.checkpointsActivations = learning.checkpointActivations
    record.parameters = network.configuration.trainableParameters(tiesHead: network.head == nil)
    let steps =
      try record.steps ?? learning.steps(perPass: lesson.stepsPerPass)
      ?? stepsInTime(lesson, network, observer)
    record.steps = steps
    let settings = learning.settings(steps: steps, isTernary: isTernary)
    try folder.keep(record)
    let checkpoint = Checkpoint(
      path: folder.file("training.safetensors"), everySteps: 100, identity: lesson.identity)
    let history: TrainingHistory
    do {
      history = try pretrain(
        network, on: lesson.source, validating: lesson.validation, settings: settings,
        checkpoint: checkpoint, in: watch, loss: lesson.loss)
    } catch let stop as WorkloadStopped {
      // What has been learned so far can be tried; the state beside it goes on exactly.
      try lesson.written(network).save(to: folder.path, tokenizer: lesson.tokenizer)
      throw stop
    }
    record.losses = history.epochs.map {
      .init(
        step: ($0.epoch + 1) * settings.stepsPerEvaluation, training: $0.training.loss,
        validation: $0.validation?.loss)
    }
    if !lesson.heldOut.isEmpty {
      let found = try network.evaluate(on: lesson.heldOut, in: observer)
      record.result = .init(
        lossNats: found.loss, perplexity: found.perplexity, bitsPerByte: found.bitsPerByte,
        tokens: found.tokens)
      observer.record("loss", found.loss, higherIsBetter: false)
      observer.record("perplexity", found.perplexity, higherIsBetter: false)
      if let bits = found.bitsPerByte {
        observer.record("bits per byte", bits, higherIsBetter: false)
      }
    }
    record.learned = Int(clamping: history.counts.items)
    let written = try lesson.written(network)
    record.trits = written.tritShares
    observer.record("tokens learned from", Double(watch.tokens))
    try written.save(to: folder.path, tokenizer: lesson.tokenizer)
  }

  /// As many steps as the minutes allow, by the time that a few take.
  private func stepsInTime(
    _ lesson: Lesson, _ network: DecoderNetwork, _ observer: Observer
  ) throws -> Int {
    let minutes = learning.minutes ?? 1
    try observer.report(WorkloadProgress(stage: "how fast it goes", completed: 0))
    let weights = network.stateDictionary()
    let clock = ContinuousClock()
    func time(_ steps: Int) throws -> Double {
      var settings = learning.settings(steps: steps, isTernary: isTernary)
      settings.evaluations = 1
      let start = clock.now
      try pretrain(network, on: lesson.source, settings: settings, loss: lesson.loss)
      try observer.report(WorkloadProgress(stage: "how fast it goes", completed: 1))
      return (clock.now - start) / .seconds(1)
    }
    // The first step fills caches and pools.
    _ = try time(1)
    let perStep = max(try time(3) / 3, 1e-6)
    try network.load(weights)
    return max(1, Int(min(60 * minutes / perStep, 1e8)))
  }

  private func stopped(
    _ stop: WorkloadStopped, _ record: TrainingRecord, isNew: Bool, _ run: Run,
    _ context: CommandContext
  ) throws -> ExitStatus {
    if isNew {
      folder.discard()
      context.console.note("Stopped: \(stop.reason). Nothing had been learned, nothing is kept")
    } else {
      try folder.keep(record)
      context.console.note(
        "Stopped: \(stop.reason). "
          + (verb == "train" ? "'ergon lm train -o \(folder.path)'" : "The same command")
          + " goes on; the model as it stands is there to be tried")
    }
    if context.isJSON {
      context.console.print(json: [
        "stopped": .string(stop.reason), "folder": isNew ? .null : .string(folder.path),
        "tokens": JSONValue(record.tokens), "run": .object(JSONObject(run)),
      ])
    }
    options.note(run, context.console)
    return ExitStatus(for: stop)
  }

  private func show(_ record: TrainingRecord, _ run: Run?, _ context: CommandContext) {
    let report = TrainingReport(record, folder: folder.path)
    if context.isJSON {
      var object = report.json
      object["run"] = run.map { .object(JSONObject($0)) } ?? .null
      context.console.print(json: object)
      return
    }
    if !record.losses.isEmpty { context.console.note(report.losses) }
    context.console.print(report.table)
    if let run { options.note(run, context.console) }
    context.console.note("Try next:\n  \(report.next.joined(separator: "\n  "))")
  }
}
