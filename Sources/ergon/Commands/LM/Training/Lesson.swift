import ErgonLM
import ErgonLMTraining
import ErgonTensor

/// All that a network needs to learn: itself, its text, and what it is measured on.
struct Lesson {
  typealias Loss = (_ logits: Tensor<Float>, _ batch: SequenceBatch) throws -> Tensor<Float>

  var network: DecoderNetwork
  var source: any SequenceSource
  /// A part of the held-out text, which each validation measures.
  var validation: [SequenceBatch] = []
  /// All of it, which the end measures.
  var heldOut: [SequenceBatch] = []
  /// Steps that go through the text once; nil where it has no end.
  var stepsPerPass: Double?
  var tokenizer: TokenizerFiles
  /// What makes the run what it is beside its settings: text and tokenizer.
  var identity: String
  /// The mean loss of a batch; what its next tokens cost unless said.
  var loss: Loss?
  /// The network as it is written.
  var written: (DecoderNetwork) throws -> DecoderNetwork = { $0 }

  /// Tokens that one validation measures at most.
  static let validationTokens = 1 << 16
}

extension DecoderNetwork {
  /// Shares of its ternary weights that are -1, 0 and 1; nil where it has none.
  var tritShares: [Double]? {
    guard configuration.roundsToTernary else { return nil }
    let shares = TritSnapshot(self).shares
    return [shares.negative, shares.zero, shares.positive]
  }
}
