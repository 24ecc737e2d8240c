import ErgonTensor
import ErgonWorkload

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A stored training run: one safetensors file with the model's arrays, the optimiser's, the mean
/// weights and the best ones, and everything that is counted as strings beside them.
struct CheckpointFile {
  private let path: String
  private let arrays: Safetensors
  private static let format = "ergon training 1"

  /// Opens the file; `nil` where there is none.
  ///
  /// - Throws: ``NNError/malformedCheckpoint(path:reason:)``; `SafetensorsError` where it cannot be
  ///   opened.
  init?(existing path: String) throws {
    guard access(path, F_OK) == 0 else { return nil }
    self.path = path
    arrays = try Self.reading(path) { () throws(SafetensorsError) in
      try Safetensors(path: path)
    }
    guard arrays.metadata["format"] == Self.format else {
      throw malformed("it is not a training run's file")
    }
  }

  // MARK: Writing

  static func write(_ run: TrainingRun, to path: String) throws(SafetensorsError) {
    var writer = SafetensorsWriter(metadata: metadata(of: run))
    let parts = [
      ("model", run.model.stateDictionary()), ("optimizer", dictionary(run.optimizer.memory)),
      ("mean", dictionary(run.average?.averages ?? [])), ("best", run.best ?? [:]),
    ]
    for (prefix, arrays) in parts {
      for (name, array) in arrays { writer.add(prefix + "." + name, array) }
    }
    try writer.write(to: path)
  }

  private static func dictionary(_ variables: [NamedVariable]) -> [String: Tensor<Float>] {
    Dictionary(uniqueKeysWithValues: variables.map { ($0.name, $0.variable.value) })
  }

  private static func metadata(of run: TrainingRun) -> [String: String] {
    let history = run.history
    var text = [
      "format": format, "optimizer.steps": "\(run.optimizer.steps)",
      "epoch": "\(run.epoch)", "position": "\(run.position)", "steps": "\(history.steps)",
      "items": "\(history.counts.items)", "operations": "\(history.counts.operations)",
      "bytes": "\(history.counts.bytes)", "bestScore": "\(run.bestScore)",
      "epochsSinceBest": "\(run.epochsSinceBest)", "endedEarly": "\(history.endedEarly)",
    ]
    for setting in run.settings(after: history.steps) {
      text["setting." + setting.name] = setting.value
    }
    text["batchesPerEpoch"] = run.batchesPerEpoch.map { "\($0)" }
    text["bestEpoch"] = history.bestEpoch.map { "\($0)" }
    if let sums = run.sums {
      text["sums.loss"] = "\(sums.loss)"
      text["sums.items"] = "\(sums.items)"
      text["sums.metrics"] = "\(sums.names.count)"
      for (index, name) in sums.names.enumerated() {
        text["sums.\(index).name"] = name
        text["sums.\(index).total"] = "\(sums.totals[index])"
        text["sums.\(index).weight"] = "\(sums.weights[index])"
      }
    }
    for (index, record) in history.epochs.enumerated() {
      let parts = [("training", record.training as Evaluation?), ("validation", record.validation)]
      for case (let part, let evaluation?) in parts {
        text["history.\(index).\(part).loss"] = "\(evaluation.loss)"
        text["history.\(index).\(part).items"] = "\(evaluation.items)"
        for (name, value) in evaluation.figures {
          text["history.\(index).\(part).figure.\(name)"] = "\(value)"
        }
      }
    }
    return text
  }

  // MARK: Reading

  /// The arrays under a prefix, by their names behind it.
  func arrays(under prefix: String) throws -> [String: Tensor<Float>] {
    var found: [String: Tensor<Float>] = [:]
    for entry in arrays.entries where entry.name.hasPrefix(prefix + ".") {
      found[String(entry.name.dropFirst(prefix.count + 1))] = try Self.reading(path) {
        () throws(SafetensorsError) -> Tensor<Float> in try arrays.tensor(entry.name)
      }
    }
    return found
  }

  /// Says of a damaged file what to do about a checkpoint.
  private static func reading<R>(
    _ path: String, _ body: () throws(SafetensorsError) -> R
  ) throws -> R {
    do {
      return try body()
    } catch .cannotOpen(let path, let reason) {
      throw SafetensorsError.cannotOpen(path: path, reason: reason)
    } catch .malformed(_, let byte, let reason) {
      throw NNError.malformedCheckpoint(
        path: path, reason: (byte.map { "byte \($0): " } ?? "") + reason)
    } catch {
      throw NNError.malformedCheckpoint(path: path, reason: "\(error)")
    }
  }

  func text(_ key: String) -> String? { arrays.metadata[key] }

  /// A count that has to be there; the bound keeps what is added to it from overflowing.
  func count(_ key: String) throws(NNError) -> Int {
    try number(key) { Int($0).flatMap { (0...(1 << 60)).contains($0) ? $0 : nil } }
  }

  /// A count that may be missing.
  func optionalCount(_ key: String) throws(NNError) -> Int? {
    text(key) == nil ? nil : try count(key)
  }

  func real(_ key: String) throws(NNError) -> Double { try number(key) { Double($0) } }

  private func number<N>(_ key: String, _ read: (String) -> N?) throws(NNError) -> N {
    guard let text = text(key) else { throw malformed("'\(key)' is missing") }
    guard let number = read(text) else { throw malformed("'\(key)' is '\(text.prefix(40))'") }
    return number
  }

  func malformed(_ reason: String) -> NNError { .malformedCheckpoint(path: path, reason: reason) }
  func otherRun(_ reason: String) -> NNError { .otherRun(path: path, reason: reason) }

  func sums() throws(NNError) -> EvaluationSums? {
    guard text("sums.loss") != nil else { return nil }
    let metrics = try count("sums.metrics")
    // As many entries as are there bound what a number in the file can ask for.
    guard metrics <= arrays.metadata.count else {
      throw malformed("'sums.metrics' is \(metrics)")
    }
    var names: [String] = []
    var totals: [Double] = []
    var weights: [Double] = []
    for index in 0..<metrics {
      guard let name = text("sums.\(index).name") else {
        throw malformed("'sums.\(index).name' is missing")
      }
      names.append(name)
      totals.append(try real("sums.\(index).total"))
      weights.append(try real("sums.\(index).weight"))
    }
    return EvaluationSums(
      metrics: names, loss: try real("sums.loss"), items: try count("sums.items"),
      totals: totals, weights: weights)
  }

  func epochs(_ number: Int) throws(NNError) -> [EpochRecord] {
    guard number <= arrays.metadata.count else { throw malformed("'epoch' is \(number)") }
    var figures: [String: [String: Double]] = [:]
    for (key, value) in arrays.metadata where key.hasPrefix("history.") {
      let parts = key.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false)
      guard parts.count == 5, parts[3] == "figure", let number = Double(value) else { continue }
      figures["\(parts[1]).\(parts[2])", default: [:]][String(parts[4])] = number
    }
    var records: [EpochRecord] = []
    for epoch in 0..<number {
      func evaluation(_ part: String) throws(NNError) -> Evaluation {
        Evaluation(
          loss: try real("history.\(epoch).\(part).loss"),
          figures: figures["\(epoch).\(part)"] ?? [:],
          items: try count("history.\(epoch).\(part).items"))
      }
      let validates = text("history.\(epoch).validation.loss") != nil
      records.append(
        EpochRecord(
          epoch: epoch, training: try evaluation("training"),
          validation: validates ? try evaluation("validation") : nil))
    }
    return records
  }
}

extension TrainingRun {
  /// Takes over everything that a checkpoint holds.
  mutating func restore(from file: CheckpointFile) throws {
    try file.check(settings(after: try file.count("steps")))
    let model = try file.arrays(under: "model")
    let memory = try file.arrays(under: "optimizer")
    let means = try file.arrays(under: "mean")
    let best = try file.arrays(under: "best")
    var history = TrainingHistory()
    let epoch = try file.count("epoch")
    history.epochs = try file.epochs(epoch)
    history.steps = try file.count("steps")
    history.counts = WorkloadCounts(
      items: UInt64(try file.count("items")), operations: UInt64(try file.count("operations")),
      bytes: UInt64(try file.count("bytes")))
    history.bestEpoch = try file.optionalCount("bestEpoch")
    history.endedEarly = file.text("endedEarly") == "true"
    let optimizerSteps = try file.count("optimizer.steps")
    let position = try file.count("position")
    let batchesPerEpoch = try file.optionalCount("batchesPerEpoch")
    let sums = try file.sums()
    let bestScore = try file.real("bestScore")
    let epochsSinceBest = try file.count("epochsSinceBest")
    let walk = ModuleWalk(self.model)
    let variables = walk.parameters + walk.buffers
    let averages = average?.averages ?? []
    // Nothing is changed before everything is known to fit.
    try file.check(model, fit: variables, "network")
    try file.check(memory, fit: optimizer.memory, "optimizer's memory")
    try file.check(means, fit: averages, "mean weights")
    if !best.isEmpty { try file.check(best, fit: variables, "best weights") }
    try variables.load(model)
    try optimizer.memory.load(memory)
    try averages.load(means)
    optimizer.steps = optimizerSteps
    take(
      epoch: epoch, position: position, batchesPerEpoch: batchesPerEpoch, history: history,
      sums: sums, bestScore: bestScore, epochsSinceBest: epochsSinceBest,
      best: best.isEmpty ? nil : best)
  }
}
