import ErgonLM
import ErgonNN
import ErgonTensor
import ErgonWorkload
import RealModule
import Testing

@testable import ErgonLMTraining

/// Text of a first-order source: from each of four letters to another by fixed chances.
struct LetterSource: SequenceSource {
  static let chances: [[Double]] = [
    [0.7, 0.1, 0.1, 0.1], [0.05, 0.05, 0.85, 0.05], [0.25, 0.25, 0.25, 0.25], [0.5, 0, 0, 0.5],
  ]
  let seed: UInt64

  func batch(at step: Int) -> SequenceBatch {
    var random = RandomStream(seed: seed).stream(named: "batch \(step)")
    var tokens: [Int32] = []
    for _ in 0..<8 {
      var letter = 0
      for _ in 0..<33 {
        tokens.append(Int32(letter))
        var u = Double(random.next() >> 11) * 0x1p-53
        let row = Self.chances[letter]
        letter =
          row.firstIndex { chance in
            u -= chance
            return u < 0
          } ?? 3
      }
    }
    let all = Tensor(tokens, shape: [8, 33])
    return SequenceBatch(
      inputs: all[.all, ..<32].contiguous(), targets: all[.all, 1...].contiguous())
  }

  /// Nats a letter, over how often each letter occurs in the batch.
  static func entropy(of batches: [SequenceBatch]) -> Double {
    let rows = chances.map { -$0.filter { $0 > 0 }.reduce(0) { $0 + $1 * Double.log($1) } }
    let letters = batches.flatMap(\.inputs.values)
    return letters.reduce(0) { $0 + rows[Int($1)] } / Double(letters.count)
  }
}

@Suite struct PretrainTests {
  static func network(isTernary: Bool, seed: UInt64 = 1) -> DecoderNetwork {
    var random = RandomStream(seed: seed)
    return DecoderNetwork(
      .decoder(
        vocabulary: 4, context: 32, width: 32, layers: 1, heads: 2, feedForward: 64,
        isTernary: isTernary), random: &random)
  }

  @Test("a source's entropy is reached within some percent", arguments: [true, false])
  func entropy(isTernary: Bool) throws {
    let network = Self.network(isTernary: isTernary)
    let held = (0..<8).map { LetterSource(seed: 2).batch(at: $0) }
    var settings =
      isTernary
      ? PretrainingSettings.ternary(steps: 150, rate: 8e-3)
      : PretrainingSettings.fullPrecision(steps: 150, rate: 4e-3)
    settings.evaluations = 3
    let history = try pretrain(
      network, on: LetterSource(seed: 1), validating: held, settings: settings)
    let floor = LetterSource.entropy(of: held)
    let loss = try network.evaluate(on: held).loss
    #expect(loss < 1.04 * floor, "\(loss) against \(floor)")
    #expect(loss > 0.97 * floor)
    #expect(history.epochs.count == 3)
    #expect(history.epochs.last?.validation?.loss == loss)
  }

  @Test("a run that was stopped comes to the weights of one that was not")
  func resumed() throws {
    try withTemporaryFolder { folder in
      var settings = PretrainingSettings.ternary(steps: 20)
      settings.evaluations = 2
      settings.accumulation = 2
      let whole = Self.network(isTernary: true)
      try pretrain(whole, on: LetterSource(seed: 1), settings: settings)
      let checkpoint = Checkpoint(path: folder + "training.safetensors", everySteps: 3)
      let first = Self.network(isTernary: true)
      #expect(throws: WorkloadStopped.self) {
        try pretrain(
          first, on: LetterSource(seed: 1), settings: settings, checkpoint: checkpoint,
          in: StopAfter(reports: 13))
      }
      let second = Self.network(isTernary: true, seed: 9)
      try pretrain(second, on: LetterSource(seed: 1), settings: settings, checkpoint: checkpoint)
      for (name, array) in whole.stateDictionary() {
        #expect(second.stateDictionary()[name] == array, "\(name)")
      }
    }
  }

  @Test("a run that was killed goes on from its last checkpoint to the same losses and weights")
  func killed() throws {
    struct Killed: Error {}
    try withTemporaryFolder { folder in
      var settings = PretrainingSettings.ternary(steps: 12)
      settings.evaluations = 3
      let held = [LetterSource(seed: 2).batch(at: 0)]
      func run(
        _ network: DecoderNetwork, _ checkpoint: Checkpoint?, killedIn last: Int? = nil
      ) throws -> TrainingHistory {
        var steps = 0
        return try pretrain(
          network, on: LetterSource(seed: 1), validating: held, settings: settings,
          checkpoint: checkpoint
        ) { logits, batch in
          steps += 1
          if steps == last { throw Killed() }
          return crossEntropy(logits, batch.targets)
        }
      }
      let whole = Self.network(isTernary: true)
      let expected = try run(whole, nil)
      // The eighth step's gradient is under way; the file has six steps.
      let checkpoint = Checkpoint(path: folder + "training.safetensors", everySteps: 3)
      #expect(throws: Killed.self) {
        _ = try run(Self.network(isTernary: true), checkpoint, killedIn: 8)
      }
      let kept = try Safetensors(path: checkpoint.path)
      #expect(kept.metadata["steps"] == "6")
      let second = Self.network(isTernary: true, seed: 9)
      let history = try run(second, checkpoint)
      #expect(history.epochs == expected.epochs)
      for (name, array) in whole.stateDictionary() {
        #expect(second.stateDictionary()[name] == array, "\(name)")
      }
    }
  }

  @Test("a checkpoint of another model's kind, tokenizer or schedule is refused")
  func otherRun() throws {
    try withTemporaryFolder { folder in
      let path = folder + "training.safetensors"
      var settings = PretrainingSettings.ternary(steps: 4)
      settings.evaluations = 1
      func run(
        isTernary: Bool = true, rate: Float? = nil, tokenizer: String = "tokenizer a"
      ) throws {
        var settings = settings
        settings.secondRate = rate ?? settings.secondRate
        try pretrain(
          Self.network(isTernary: isTernary), on: LetterSource(seed: 1), settings: settings,
          checkpoint: Checkpoint(path: path, identity: tokenizer))
      }
      try run()
      #expect(throws: NNError.self) { try run(isTernary: false) }
      #expect(throws: NNError.self) { try run(rate: 1e-4) }
      #expect(throws: NNError.self) { try run(tokenizer: "tokenizer b") }
      try run()
    }
  }

  @Test("batches with nothing to be learned change nothing but the number of steps")
  func nothingToLearn() throws {
    struct Questions: SequenceSource {
      func batch(at step: Int) -> SequenceBatch {
        let batch = LetterSource(seed: 1).batch(at: step)
        return SequenceBatch(
          inputs: batch.inputs, targets: Tensor(repeating: -1, shape: batch.targets.shape))
      }
    }
    let network = Self.network(isTernary: true)
    let first = network.stateDictionary()
    var settings = PretrainingSettings.ternary(steps: 2)
    settings.evaluations = 1
    settings.weightDecay = 0
    let history = try pretrain(network, on: Questions(), settings: settings)
    #expect(history.steps == 2)
    #expect(network.stateDictionary() == first)
    let learned = LetterSource(seed: 1).batch(at: 0)
    let all = try network.evaluate(on: [learned, Questions().batch(at: 0)])
    #expect(try network.evaluate(on: [learned]).loss == all.loss)
    #expect(all.tokens == learned.count)
  }

  @Test("weights that are no numbers end the run before they reach the checkpoint")
  func poisoned() throws {
    try withTemporaryFolder { folder in
      let path = folder + "training.safetensors"
      var settings = PretrainingSettings.ternary(steps: 20)
      settings.evaluations = 1
      var steps = 0
      #expect(throws: NNError.self) {
        try pretrain(
          Self.network(isTernary: true), on: LetterSource(seed: 1), settings: settings,
          checkpoint: Checkpoint(path: path, everySteps: 1)
        ) { logits, batch in
          steps += 1
          let loss = crossEntropy(logits, batch.targets)
          // Zero, whose gradient is no number.
          return steps == 5 ? loss + (logits - logits).sqrt().sum() * 0 : loss
        }
      }
      #expect(steps == 5)
      let kept = try Safetensors(path: path)
      #expect(kept.metadata["steps"] == "4")
    }
  }

  @Test("a loss that is no number ends the run, and the last good state stays")
  func diverged() throws {
    try withTemporaryFolder { folder in
      let path = folder + "training.safetensors"
      let network = Self.network(isTernary: true)
      var settings = PretrainingSettings.ternary(steps: 20)
      settings.evaluations = 1
      var steps = 0
      #expect(throws: NNError.self) {
        try pretrain(
          network, on: LetterSource(seed: 1), settings: settings,
          checkpoint: Checkpoint(path: path, everySteps: 2)
        ) { logits, batch in
          steps += 1
          return crossEntropy(logits, batch.targets) * (steps == 8 ? .nan : 1)
        }
      }
      #expect(steps == 8)
      let kept = try Safetensors(path: path)
      #expect(kept.metadata["steps"] == "6")
    }
  }

  @Test("two stages, their warm-up and the end of decay are those of the recipe")
  func schedule() {
    var settings = PretrainingSettings.ternary(steps: 1_000, rate: 3e-3)
    settings.warmUp = 10
    let factors = settings.factors
    #expect(factors.factors(at: 0).rate == 0.1)
    #expect(abs(factors.factors(at: 499).rate - 0.501) < 1e-6)
    #expect(abs(factors.factors(at: 500).rate - 0.5 * 2 / 3) < 1e-6)
    #expect(factors.factors(at: 499).weightDecay == 1)
    #expect(factors.factors(at: 500).weightDecay == 0)
  }
}

/// Asks to stop at a report.
private final class StopAfter: WorkloadContext, @unchecked Sendable {
  private var left: Int
  init(reports: Int) { left = reports }
  func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
    left -= 1
    if left <= 0 { throw WorkloadStopped(reason: "enough") }
  }
}
