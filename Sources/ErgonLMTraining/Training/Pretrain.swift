import ErgonLM
public import ErgonNN
public import ErgonTensor
public import ErgonWorkload
import RealModule

/// Trains a language model on sequences of tokens.
///
/// ```swift
/// let history = try pretrain(
///   network, on: text.sequences(of: 256, batch: 16), validating: heldOut,
///   settings: .ternary(steps: 2_000), checkpoint: Checkpoint(path: "run/training.safetensors"))
/// ```
///
/// Items that it reports are tokens. A run that was stopped, or killed, goes on from its checkpoint
/// and comes to the same weights, to the last bit.
///
/// - Parameters:
///   - source: Gives each step its batches: step s of a run with `accumulation` a learns from
///     batches s a to s a + a - 1.
///   - validation: Batches to measure the model with after each of `settings.evaluations`.
///   - loss: The mean loss of a batch; what its next tokens cost, in nats, unless said.
/// - Returns: What was measured: the losses of an epoch are those between two validations.
/// - Throws: As `train`; ``ErgonNN/NNError/diverged(epoch:step:what:)`` where the loss or a weight
///   is not finite, with the checkpoint as it was when all was well;
///   ``ErgonNN/NNError/otherRun(path:reason:)`` for a checkpoint of another model, other settings
///   or, where its identity names the tokenizer, another tokenizer.
@discardableResult
public func pretrain(
  _ network: DecoderNetwork, on source: some SequenceSource,
  validating validation: [SequenceBatch] = [], settings: PretrainingSettings,
  checkpoint: Checkpoint? = nil, in context: some WorkloadContext = UnobservedContext(),
  loss: ((_ logits: Tensor<Float>, _ batch: SequenceBatch) throws -> Tensor<Float>)? = nil
) throws -> TrainingHistory {
  let batches = settings.stepsPerEvaluation * settings.accumulation
  let loss = loss ?? { crossEntropy($0, $1.targets) }
  var checkpoint = checkpoint
  checkpoint?.identity += network.configuration.identity
  return try train(
    network,
    on: { epoch in
      SequenceRun(source: source, first: epoch * batches, count: batches)
    },
    validating: validation.isEmpty ? nil : { validation },
    optimizer: settings.optimizer(of: network), epochs: settings.evaluations,
    seed: settings.seed, options: settings.options, checkpoint: checkpoint,
    in: context
  ) { batch, pass in
    let logits = network(batch.inputs, pass)
    // A mean over nothing is no number, and yet no sign of a run gone wrong.
    guard batch.lossCount > 0 else { return (logits.sum() * 0, logits) }
    let value = pass.isTraining ? try loss(logits, batch) : crossEntropy(logits, batch.targets)
    return (value, value)
  }
}

extension ModelConfiguration {
  /// What the names and shapes of its weights do not show, and yet makes it another model.
  fileprivate var identity: String {
    "; \(architecture), \(heads) heads, \(keyValueHeads) of keys, \(activation.rawValue), "
      + "epsilon \(normEpsilon), base \(rotary.base), ternary: \(roundsToTernary)"
  }
}

/// What a model makes of held-out text.
public struct LanguageEvaluation: Sendable, Hashable {
  /// Nats a token.
  public var loss: Double
  public var tokens: Int
  /// Bytes of text that the tokens stand for; 0 where nobody knows.
  public var textBytes: Int

  public var perplexity: Double { Double.exp(loss) }
  /// Comparable between tokenizers, as perplexity is not.
  public var bitsPerByte: Double? {
    textBytes > 0 ? loss * Double(tokens) / Double(textBytes) / 0.693_147_180_559_945_3 : nil
  }
}

extension DecoderNetwork {
  /// The mean loss over batches, without learning from them.
  public func evaluate(
    on batches: [SequenceBatch], in context: some WorkloadContext = UnobservedContext()
  ) throws -> LanguageEvaluation {
    var sum = 0.0
    var result = LanguageEvaluation(loss: 0, tokens: 0, textBytes: 0)
    var counts = WorkloadCounts()
    for (index, batch) in batches.enumerated() {
      let learned = batch.lossCount
      if learned > 0 {
        let value = crossEntropy(self(batch.inputs, .inference), batch.targets)
        sum += Double(value.scalar) * Double(learned)
        result.tokens += learned
      }
      result.textBytes += batch.textBytes
      counts.items += UInt64(batch.count)
      try context.report(
        WorkloadProgress(
          stage: "evaluation", completed: Double(index + 1), total: Double(batches.count),
          counts: counts))
    }
    result.loss = sum / Double(max(result.tokens, 1))
    return result
  }
}

/// The batches of some steps in a row, made as they are asked for.
private struct SequenceRun<Source: SequenceSource>: Sequence {
  let source: Source
  let first: Int
  let count: Int

  var underestimatedCount: Int { count }

  func makeIterator() -> some IteratorProtocol<SequenceBatch> {
    (first..<first + count).lazy.map(source.batch(at:)).makeIterator()
  }
}
