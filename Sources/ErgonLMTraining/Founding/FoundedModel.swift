import ErgonData
public import ErgonLM
public import ErgonNN
import ErgonWorkload
import ErgonTensor

/// A language model of one's own texts, with where it comes from and what it is worth.
public struct FoundedModel {
  public let network: DecoderNetwork
  public let tokenizer: TrainedTokenizer
  /// Files, documents, what was left out and what was held out.
  public let survey: CorpusSurvey
  public let plan: ModelPlan
  /// What the vocabularies to choose from came to.
  public let trials: [VocabularyTrial]
  public let history: TrainingHistory
  /// The surprise of held-out documents of the corpus.
  public let inside: LanguageEvaluation
  /// The surprise of text from elsewhere, where some was given.
  public let outside: LanguageEvaluation?

  /// The model card: data, sizes and figures.
  public var record: JSONValue {
    var object = JSONObject()
    object["data"] = survey.record
    object["tokenizer"] = [
      "vocabulary": .integer(tokenizer.vocabularySize), "digest": .string(tokenizer.digest),
      "trials": .array(trials.map(\.record)),
    ]
    object["model"] = [
      "parameters": .integer(plan.parameters), "width": .integer(plan.configuration.hiddenSize),
      "layers": .integer(plan.configuration.layers),
      "ternary": .boolean(plan.configuration.roundsToTernary),
    ]
    object["training"] = [
      "tokens": .integer(plan.tokens), "epochs": .number(plan.epochs),
      "steps": .integer(history.steps),
    ]
    object["held_out"] = inside.record
    object["elsewhere"] = outside?.record
    return .object(object)
  }

  /// Writes the model as a Hugging Face folder, and its card as `founding.json`.
  ///
  /// - Throws: ``ErgonLM/LMError`` and `SafetensorsError`; the folder has to exist.
  public func save(to folder: String) throws {
    try network.save(to: folder, tokenizer: tokenizer.files)
    let draft = try FileDraft("\(folder)/founding.json", failure: LMError.file)
    try draft.write(Array((record.serialized(indent: 2) + "\n").utf8))
    try draft.finish()
  }
}

/// What a vocabulary of one size came to in a short training.
public struct VocabularyTrial: Sendable, Hashable {
  public let vocabulary: Int
  public let parameters: Int
  /// Tokens that a byte of held-out text takes.
  public let tokensPerByte: Double
  public let bitsPerByte: Double

  var record: JSONValue {
    [
      "vocabulary": .integer(vocabulary), "parameters": .integer(parameters),
      "tokens_per_byte": .number(tokensPerByte), "bits_per_byte": .number(bitsPerByte),
    ]
  }
}

extension LanguageEvaluation {
  fileprivate var record: JSONValue {
    [
      "bits_per_byte": .number(bitsPerByte ?? .nan), "tokens": .integer(tokens),
      "bytes": .integer(textBytes),
    ]
  }
}
