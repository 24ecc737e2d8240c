import ErgonData
import ErgonLM
import ErgonNN
import ErgonTensor
public import ErgonWorkload

/// Founds a language model of one's own texts: from files to a trained model, within a budget.
///
/// The corpus is cleaned of what stands in it twice and parted by document; a vocabulary is chosen
/// by the surprise of held-out text, at equal operations; the budget says how large the model is
/// and how long it learns; it is trained, and measured inside the corpus and elsewhere.
///
/// ```swift
/// let model = try foundModel(
///   of: Corpus(["theses"]), elsewhere: Corpus(["news.txt"]),
///   settings: FoundingSettings(operations: 4e12), folder: "run")
/// model.inside.bitsPerByte                                   // of documents it has not seen
/// try model.save(to: "run")
/// ```
///
/// - Parameters:
///   - elsewhere: Text to measure with that the model is not for.
///   - folder: An existing folder for files of tokens and the checkpoint; a run that was stopped
///     goes on from there and comes to the same model, the vocabulary's trials done once more.
/// - Throws: ``ErgonLM/LMError`` where there is too little text or budget, or a vocabulary that the
///   text does not support; ``ErgonNN/NNError``; `WorkloadStopped` with the checkpoint written.
public func foundModel(
  of corpus: Corpus, elsewhere: Corpus? = nil, settings: FoundingSettings, folder: String,
  in context: some WorkloadContext = UnobservedContext()
) throws -> FoundedModel {
  try settings.check()
  let survey = try corpus.survey(heldOut: settings.heldOutShare, seed: settings.seed, in: context)
  let bytes = survey.size(of: .training).bytes
  guard bytes >= settings.leastBytes else {
    throw LMError.request(
      what: "founding a model", reason: "\(bytes) bytes of different text: \(survey.summary)",
      mend: "give at least \(settings.leastBytes) bytes, or fine-tune a model that exists")
  }
  let workshop = FoundingWorkshop(survey: survey, settings: settings, folder: folder)
  var trials: [VocabularyTrial] = []
  if settings.vocabularies.count > 1 {
    for size in settings.vocabularies { trials.append(try workshop.trial(size, in: context)) }
  }
  let best = trials.min { $0.bitsPerByte < $1.bitsPerByte }?.vocabulary
  let text = try workshop.text(vocabulary: best ?? settings.vocabularies[0], in: context)
  let plan = try workshop.plan(text, operations: settings.operations)
  let (network, history) = try workshop.train(text, plan, keeping: true, in: context)
  let outside = try elsewhere.map { corpus in
    let path = folder + "/elsewhere.tokens"
    try corpus.survey(heldOut: 0, in: context).writeTokens(
      of: .training, to: path, tokenizer: text.tokenizer, in: context)
    return try network.evaluate(
      on: TokenFile(path).windows(of: settings.length, batch: settings.sequences), in: context)
  }
  return FoundedModel(
    network: network, tokenizer: text.trained, survey: survey, plan: plan, trials: trials,
    history: history,
    inside: try network.evaluate(
      on: text.heldOut.windows(of: settings.length, batch: settings.sequences), in: context),
    outside: outside)
}

/// The steps of founding a model, each made of the corpus as it was surveyed.
private struct FoundingWorkshop {
  let survey: CorpusSurvey
  let settings: FoundingSettings
  let folder: String

  /// The corpus as a tokenizer of its own writes it.
  struct Text {
    let trained: TrainedTokenizer
    let tokenizer: any Tokenizer
    let training: TokenFile
    let heldOut: TokenFile
  }

  func text(vocabulary: Int, in context: some WorkloadContext) throws -> Text {
    let end = "<|endoftext|>"
    let trained = try BytePairTrainer(vocabularySize: vocabulary, roles: TokenRoles(end: end))
      .train(on: survey.documents(.training).lazy.map(\.text), in: context)
    let tokenizer = try trained.tokenizer()
    func file(_ part: CorpusSurvey.Part, _ name: String) throws -> TokenFile {
      let path = "\(folder)/\(name).tokens"
      try survey.writeTokens(of: part, to: path, tokenizer: tokenizer, in: context)
      return try TokenFile(path)
    }
    return Text(
      trained: trained, tokenizer: tokenizer, training: try file(.training, "training"),
      heldOut: try file(.heldOut, "held-out"))
  }

  func plan(_ text: Text, operations: Double) throws(LMError) -> ModelPlan {
    try ModelPlan(
      operations: operations, corpusTokens: text.training.count,
      vocabulary: text.tokenizer.vocabularySize, context: 2 * settings.length,
      isTernary: settings.isTernary)
  }

  /// Trains the model that a part of the budget pays for, to see what a vocabulary is worth.
  func trial(_ vocabulary: Int, in context: some WorkloadContext) throws -> VocabularyTrial {
    let text = try text(vocabulary: vocabulary, in: context)
    // The shape is that of the whole budget, so that vectors of tokens weigh as they will.
    let whole = try plan(text, operations: settings.operations)
    let (network, _) = try train(
      text, whole.part(settings.trialShare), keeping: false, in: context)
    let result = try network.evaluate(
      on: text.heldOut.windows(of: settings.length, batch: settings.sequences), in: context)
    return VocabularyTrial(
      vocabulary: vocabulary, parameters: whole.parameters,
      tokensPerByte: Double(result.tokens) / Double(max(result.textBytes, 1)),
      bitsPerByte: result.bitsPerByte ?? .infinity)
  }

  func train(
    _ text: Text, _ plan: ModelPlan, keeping: Bool, in context: some WorkloadContext
  ) throws -> (DecoderNetwork, TrainingHistory) {
    var random = RandomStream(seed: settings.seed)
    let network = DecoderNetwork(plan.configuration, random: &random)
    let source = try text.training.sequences(
      of: settings.length, batch: settings.sequences, seed: settings.seed)
    let checkpoint = Checkpoint(
      path: folder + "/training.safetensors", everySteps: 500,
      identity: "\(text.trained.digest) \(text.training.count) \(text.training.textBytes)")
    let history = try pretrain(
      network, on: source,
      validating: text.heldOut.windows(of: settings.length, batch: settings.sequences, most: 64),
      settings: settings.training(plan), checkpoint: keeping ? checkpoint : nil, in: context)
    return (network, history)
  }
}
