import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonLedger
import ErgonNN
import ErgonTensor
import ErgonWorkload

/// A model that the study made, with what it took.
struct ContextModel {
  let name: String
  let network: DecoderNetwork
  /// The same as it is served.
  let language: LanguageModel
  /// The run of its training.
  let run: Run
  /// Tokens that it learned from, repeats among them.
  let tokens: Int

  var tokenizer: any Tokenizer { language.tokenizer }
  var parameters: Int { network.configuration.trainableParameters() }
  /// Joules of its training, where the meter has a figure.
  var joules: Double? { run.joules }

  /// How many bits the model needs for a byte of a text that it has not seen.
  func bitsPerByte(
    of text: TokenFile, length: Int, in context: some WorkloadContext
  ) throws -> Double {
    try network.evaluate(on: text.windows(of: length, batch: 8), in: context).bitsPerByte ?? .nan
  }
}

extension Run {
  /// Joules of the run's own work.
  var joules: Double? { bill?.energy?.best.value }
}

/// How a model of the study is made.
struct ModelRecipe {
  let name: String
  let configuration: ModelConfiguration
  let steps: Int
  let rate: Double
  let seed: UInt64
  /// A trained network to go on from.
  var base: DecoderNetwork?

  /// Trains the model in a part of the study.
  func train(
    _ lab: Lab, on source: some SequenceSource, tokenizer: any Tokenizer, batchTokens: Int
  ) throws -> ContextModel {
    let observed = try lab.run("train " + name) { observer in
      var random = RandomStream(seed: seed)
      let network = DecoderNetwork(configuration, random: &random)
      if let base { try network.load(base.stateDictionary()) }
      var settings =
        configuration.roundsToTernary
        ? PretrainingSettings.ternary(steps: steps, rate: Float(rate))
        : PretrainingSettings(steps: steps, rate: Float(rate), schedule: .cosine)
      settings.evaluations = 1
      settings.seed = seed
      try pretrain(network, on: source, settings: settings, in: observer)
      return network
    }
    let network = observed.value
    return ContextModel(
      name: name, network: network,
      language: try LanguageModel(
        name: name, model: TransformerModel(network.modelFile()), tokenizer: tokenizer),
      run: observed.run, tokens: steps * batchTokens)
  }
}
