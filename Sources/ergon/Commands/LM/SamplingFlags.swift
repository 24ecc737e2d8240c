import ArgumentParser
import ErgonLM

/// How the next token is chosen: names and defaults as users of llama.cpp know them.
struct SamplingFlags: ParsableArguments {
  private static let standard = SamplingOptions()

  @Option(help: ArgumentHelp("0 takes the likeliest token each time.", valueName: "t"))
  var temperature = standard.temperature
  @Flag(help: "The same as --temperature 0.") var greedy = false
  @Option(help: "Keep the k likeliest; 0 is off.")
  var topK = standard.topK
  @Option(help: "Keep the fewest with this probability; 1 is off.")
  var topP = standard.topP
  @Option(help: "Keep those with this share of the likeliest's probability; 0 is off.")
  var minP = standard.minP
  @Option(help: "Keep the typical ones; 1 is off.")
  var typicalP = standard.typicalP
  @Option(help: "Keep logits within n deviations; 0 is off.")
  var topNSigma = standard.topNSigma
  @Option(help: "Remove all likely tokens but one so often.")
  var xtcProbability = standard.xtcProbability
  @Option(help: "What counts as likely for that.")
  var xtcThreshold = standard.xtcThreshold
  @Option(help: "Divides recent tokens' logits; 1 is off.")
  var repeatPenalty = standard.repeatPenalty
  @Option(help: "Tokens that count as recent; -1 is all.")
  var repeatLastN = standard.penaltyWindow
  @Option(help: "Taken off for each occurrence.")
  var frequencyPenalty = standard.frequencyPenalty
  @Option(help: "Taken off for having occurred.")
  var presencePenalty = standard.presencePenalty
  @Option(help: "Penalty of longer repeats; 0 is off.")
  var dryMultiplier = standard.dryMultiplier
  @Option(help: "Its growth with the length.")
  var dryBase = standard.dryBase
  @Option(help: "Longest repeat that is free.")
  var dryAllowedLength = standard.dryAllowedLength
  @Option(help: "Temperature follows the entropy; 0 is off.")
  var dynatempRange = standard.dynamicTemperatureRange
  @Option(help: "How closely it does.")
  var dynatempExponent = standard.dynamicTemperatureExponent
  @Option(help: "2 holds the surprise at --mirostat-tau; 0 is off.")
  var mirostat = standard.mirostat
  @Option(help: "Bits of surprise.")
  var mirostatTau = standard.mirostatTau
  @Option(help: "How fast it is brought there.")
  var mirostatEta = standard.mirostatEta
  @Option(
    help: ArgumentHelp(
      "Added to a token's logit, by number or as the vocabulary writes it; -inf forbids it. May be "
        + "repeated.", valueName: "token=x"))
  var logitBias: [String] = []
  @Option(help: "The same seed gives the same answer; a new one each time unless said.")
  var seed: UInt64?

  func validate() throws {
    do {
      try unbiased.validate(vocabularySize: 1)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The seed, or one that has not been said and is then kept with the run.
  var chosenSeed: UInt64 { seed ?? .random(in: 0..<(1 << 32)) }

  func options(_ tokenizer: any Tokenizer, seed: UInt64) throws -> SamplingOptions {
    var options = unbiased
    options.logitBias = try biases(tokenizer)
    options.seed = seed
    return options
  }

  /// All that is said without knowing the vocabulary.
  private var unbiased: SamplingOptions {
    var options = SamplingOptions()
    options.temperature = greedy ? 0 : temperature
    options.topK = topK
    options.topP = topP
    options.minP = minP
    options.typicalP = typicalP
    options.topNSigma = topNSigma
    options.xtcProbability = xtcProbability
    options.xtcThreshold = xtcThreshold
    options.repeatPenalty = repeatPenalty
    options.penaltyWindow = repeatLastN
    options.frequencyPenalty = frequencyPenalty
    options.presencePenalty = presencePenalty
    options.dryMultiplier = dryMultiplier
    options.dryBase = dryBase
    options.dryAllowedLength = dryAllowedLength
    options.dynamicTemperatureRange = dynatempRange
    options.dynamicTemperatureExponent = dynatempExponent
    options.mirostat = mirostat
    options.mirostatTau = mirostatTau
    options.mirostatEta = mirostatEta
    return options
  }

  /// What the ledger keeps of it: the temperature, and all that is not as it comes.
  func described(seed: UInt64) -> [String: String] {
    let chosen = unbiased
    var kept = ["temperature": "\(chosen.temperature)", "seed": "\(seed)"]
    func keep<Value: Equatable>(_ name: String, _ path: KeyPath<SamplingOptions, Value>) {
      let value = chosen[keyPath: path]
      if value != Self.standard[keyPath: path] { kept[name] = "\(value)" }
    }
    keep("topK", \.topK)
    keep("topP", \.topP)
    keep("minP", \.minP)
    keep("typicalP", \.typicalP)
    keep("topNSigma", \.topNSigma)
    keep("xtcProbability", \.xtcProbability)
    keep("xtcThreshold", \.xtcThreshold)
    keep("repeatPenalty", \.repeatPenalty)
    keep("repeatLastN", \.penaltyWindow)
    keep("frequencyPenalty", \.frequencyPenalty)
    keep("presencePenalty", \.presencePenalty)
    keep("dryMultiplier", \.dryMultiplier)
    keep("dryBase", \.dryBase)
    keep("dryAllowedLength", \.dryAllowedLength)
    keep("dynatempRange", \.dynamicTemperatureRange)
    keep("dynatempExponent", \.dynamicTemperatureExponent)
    keep("mirostat", \.mirostat)
    keep("mirostatTau", \.mirostatTau)
    keep("mirostatEta", \.mirostatEta)
    if !logitBias.isEmpty { kept["logitBias"] = logitBias.joined(separator: " ") }
    return kept
  }

  private func biases(_ tokenizer: any Tokenizer) throws -> [TokenID: Float] {
    var biases: [TokenID: Float] = [:]
    for text in logitBias {
      // The last sign parts, since a token may be one itself.
      guard let sign = text.lastIndex(of: "="),
        let value = Float(text[text.index(after: sign)...]), !value.isNaN
      else {
        throw CommandError.usage(
          "bad value: --logit-bias '\(text)': expected token=number, such as 42=-inf")
      }
      let name = String(text[..<sign])
      guard let token = TokenID(name) ?? tokenizer.token(named: name), token >= 0,
        Int(token) < tokenizer.vocabularySize
      else {
        throw CommandError.usage(
          "bad value: --logit-bias '\(text)': '\(name)' is no token of this vocabulary")
      }
      biases[token] = value
    }
    return biases
  }
}
