import ArgumentParser
import ErgonEnergy
import ErgonLM
import ErgonLab
import ErgonLedger
import ErgonWorkload
import Foundation

/// `ergon perplexity --model M FILE`: how well a model predicts a text.
struct PerplexityCommand: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "perplexity",
    abstract: "Measure how well a language model predicts a text.",
    discussion: example(
      "ergon perplexity --model bitnet.gguf valid.txt",
      "ergon perplexity --model bitnet.gguf --window 512 --stride 512 --first 100000 valid.txt",
      about: """
        The text is read in windows that overlap: each token is predicted once, from as much text \
        before it as its window has. Bits per byte do not depend on the vocabulary, so that models \
        with different ones can be compared.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var learning: LearnOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var limit: EnergyLimit

  @Argument(help: "A text; - is standard input.") var file: String
  @Option(help: "Tokens read together; the model's context unless said.") var window: Int?
  @Option(help: "Tokens from window to window; half of one unless said.") var stride: Int?
  @Option(help: ArgumentHelp("Read so many characters of it.", valueName: "n")) var first: Int?

  func validate() throws {
    try model.requireModel()
    if let window, window < 2 { throw ValidationError("--window: 2 or more.") }
    if let stride, stride < 1 { throw ValidationError("--stride: 1 or more.") }
    if let first, first < 1 { throw ValidationError("--first: 1 or more.") }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let budget = try limit.budget()
    let settings = try context.settings(meter, grid, place)
    let lab = try learning.lab(context, settings)
    var text = try AnswerOptions.read(file)
    if let first { text = String(text.prefix(first)) }
    var described = model.described
    described["file"] = file
    described["window"] = window.map(String.init)
    described["stride"] = stride.map(String.init)
    let outcome = try lab.run(
      "perplexity of \(model.name) on \(file)", settings: described, tags: learning.tags,
      budget: budget
    ) { observer in
      try observer.report(WorkloadProgress(stage: "load", completed: 0))
      let language = try model.load(in: observer)
      let found = try language.perplexity(
        of: text, window: window, stride: stride, in: observer)
      observer.record("perplexity", found.perplexity, higherIsBetter: false)
      observer.record("bits per byte", found.bitsPerByte, higherIsBetter: false)
      return found
    }
    let found = outcome.value
    let stage = outcome.run.stages.last { $0.name == "perplexity" }?.reading
    let perToken = stage?.dynamic.map { $0 * (1 / Double(max(found.tokens, 1))) }
    if context.isJSON {
      context.console.print(json: [
        "model": .string(model.name), "file": .string(file),
        "perplexity": .number(found.perplexity), "bitsPerByte": .number(found.bitsPerByte),
        "negativeLogLikelihoodNats": .number(found.negativeLogLikelihood),
        "tokens": JSONValue(found.tokens), "bytes": JSONValue(found.bytes),
        "tokensPerS": JSONValue(stage.map { Double(found.tokens) / $0.duration.value }),
        "energyPerTokenJ": JSONValue(perToken), "run": .object(JSONObject(outcome.run)),
      ])
      return .done
    }
    context.console.print(
      String(
        format: "perplexity %.4f, %.4f bits per byte (%d tokens, %d bytes, %.2f nats)",
        found.perplexity, found.bitsPerByte, found.tokens, found.bytes,
        found.negativeLogLikelihood))
    if let perToken {
      context.console.note(
        "\(QuantityFormat.string(perToken.interval)) a token "
          + perToken.provenance.kind.rawValue)
    }
    learning.note(outcome.run, context.console)
    return .done
  }
}
