import ArgumentParser
import ErgonEnergy
import ErgonFetch
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonLedger
import ErgonTensor
import ErgonWorkload
import Foundation

/// `ergon lm eval MODEL PATHS…`: how well a model predicts text, document by document.
struct LMEval: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure how well a language model predicts documents.",
    discussion: example(
      "ergon lm eval my-model other-notes/",
      "ergon lm eval my-model --tokens my-model/validation.tokens",
      "ergon lm eval stories260K.bin --tokenizer tok512.bin story.txt",
      about: """
        Each document is read by itself, in windows that overlap where it is longer than the \
        model's context. Bits per byte can be compared between models with different tokenizers, \
        perplexity cannot.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var computing: LearnOptions
  @OptionGroup var limit: EnergyLimit
  @OptionGroup var loading: LoadingOptions

  @Argument(help: "A model's file, folder or name.") var model: String
  @Argument(help: ArgumentHelp("Files and folders of text.", valueName: "path"))
  var paths: [String] = []
  @Option(
    help: ArgumentHelp(
      "Tokens that 'ergon lm train' wrote, instead of text; they must be the model's.",
      valueName: "file"))
  var tokens: String?
  @Option(
    help: ArgumentHelp(
      "The tokenizer, where it is neither in the file nor beside it.", valueName: "path"))
  var tokenizer: String?
  @Option(help: "Tokens read together; the model's context unless said.") var window: Int?
  @Option(help: "Tokens from window to window; half of one unless said.") var stride: Int?

  func validate() throws {
    guard paths.isEmpty != (tokens == nil) else {
      throw ValidationError("Give text or --tokens, one of them.")
    }
    if let window, window < 2 { throw ValidationError("--window: 2 or more.") }
    if let stride, stride < 1 { throw ValidationError("--stride: 1 or more.") }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let budget = try limit.budget()
    let settings = try context.settings(meter, grid, place)
    let lab = try computing.lab(context, settings)
    let subject = tokens ?? paths.joined(separator: " ")
    let described = [
      "model": model, "text": subject, "tokenizer": tokenizer, "kv": loading.kv.rawValue,
      "window": window.map { "\($0)" }, "stride": stride.map { "\($0)" },
      "threads": "\(Compute.threads)",
    ].compactMapValues { $0 }
    let outcome = try lab.run(
      "lm eval \(model) on \(subject)", settings: described, tags: computing.tags, budget: budget
    ) { observer in
      try observer.report(WorkloadProgress(stage: "load", completed: 0))
      let language = try LanguageModel(
        ModelCache.standard.resolve(model), tokenizer: tokenizer, options: loading.options(),
        in: observer)
      let found = try measure(language, observer)
      observer.record("perplexity", found.sum.perplexity, higherIsBetter: false)
      observer.record("bits per byte", found.sum.bitsPerByte, higherIsBetter: false)
      return found
    }
    show(outcome.value, outcome.run, context)
    return .done
  }

  /// The sum over documents that have anything to predict.
  private func measure(
    _ language: LanguageModel, _ observer: Observer
  ) throws -> (sum: Perplexity, documents: Int) {
    let documents = try documents(language, observer)
    observer.name(items: "tokens")
    var sum = Perplexity()
    var measured = 0
    for (index, tokens) in documents.enumerated() {
      let least = language.tokenizer.special.beginning == nil ? 2 : 1
      guard tokens.count >= least else { continue }
      let found = try language.perplexity(of: tokens, window: window, stride: stride)
      sum.negativeLogLikelihood += found.negativeLogLikelihood
      sum.tokens += found.tokens
      sum.bytes += found.bytes
      measured += 1
      try observer.report(
        WorkloadProgress(
          stage: "perplexity", completed: Double(index + 1), total: Double(documents.count),
          counts: WorkloadCounts(
            items: UInt64(sum.tokens),
            operations: UInt64(sum.tokens) * language.operationsPerToken),
          figures: [("perplexity", sum.perplexity)]))
    }
    guard sum.tokens > 0 else {
      throw LMError.missing(
        source: tokens ?? paths.joined(separator: " "), what: "a token to predict",
        mend: "give more text")
    }
    return (sum, measured)
  }

  /// The documents as tokens, none of them special.
  private func documents(
    _ language: LanguageModel, _ observer: Observer
  ) throws -> [[TokenID]] {
    let tokenizer = language.tokenizer
    guard let tokens else {
      let text = try CorpusText(paths, heldOut: 0, findsNearDuplicates: false, in: observer)
      return text.survey.documents(.training).map {
        tokenizer.encode($0.text, addingSpecial: false)
      }
    }
    let file = try TokenFile(tokens)
    try file.checkTokens()
    guard file.vocabularySize == tokenizer.vocabularySize else {
      throw LMError.request(
        what: "measuring \(model) on \(tokens)",
        reason: "the tokens are of a vocabulary of \(file.vocabularySize), the model's has "
          + "\(tokenizer.vocabularySize)",
        mend: "give tokens of the model's own tokenizer, or text")
    }
    return (0..<file.documentCount).map { number in
      file[file.document(number)].filter { !tokenizer.isSpecial($0) }
    }
  }

  private func show(
    _ found: (sum: Perplexity, documents: Int), _ run: Run, _ context: CommandContext
  ) {
    let (sum, documents) = found
    let stage = run.stages.last { $0.name == "perplexity" }?.reading
    let perToken = stage?.dynamic.map { $0 * (1 / Double(max(sum.tokens, 1))) }
    if context.isJSON {
      context.console.print(json: [
        "model": .string(model), "documents": JSONValue(documents),
        "perplexity": .number(sum.perplexity), "bitsPerByte": .number(sum.bitsPerByte),
        "tokensPerByte": .number(Double(sum.tokens) / Double(max(sum.bytes, 1))),
        "negativeLogLikelihoodNats": .number(sum.negativeLogLikelihood),
        "tokens": JSONValue(sum.tokens), "bytes": JSONValue(sum.bytes),
        "tokensPerS": JSONValue(stage.map { Double(sum.tokens) / $0.duration.value }),
        "energyPerTokenJ": JSONValue(perToken), "run": .object(JSONObject(run)),
      ])
      return
    }
    context.console.print(
      String(
        format: "perplexity %.4f, %.4f bits per byte, %.4f tokens per byte "
          + "(%d documents, %d tokens, %d bytes)",
        sum.perplexity, sum.bitsPerByte, Double(sum.tokens) / Double(max(sum.bytes, 1)), documents,
        sum.tokens, sum.bytes))
    if let perToken {
      context.console.note(
        "\(QuantityFormat.string(perToken.interval)) a token \(perToken.provenance.kind.rawValue)")
    }
    computing.note(run, context.console)
  }
}
