import ArgumentParser
import ErgonEnergy
import ErgonLM
import ErgonLab
import ErgonLedger
import ErgonWorkload
import Foundation

/// `ergon generate PROMPT --model M`: a model continues a text, and the bill says what it cost.
struct GenerateCommand: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Continue a text with a language model, under the meter.",
    discussion: example(
      "ergon generate 'Once upon a time'",
      "ergon generate --file question.txt --model bitnet.gguf --greedy --lookup",
      "ergon generate --file letter.txt --model bitnet.gguf --json-schema address.json",
      about: """
        Only the answer goes to standard output, as it comes; the bill follows on standard error. \
        The prompt is an argument, a file, or standard input.

        A token is chosen by bias and constraint, penalties, DRY, top-n-sigma, top-k, typical, \
        top-p, min-p, XTC and temperature, in this order.

        An answer that is stopped, by Ctrl-C (exit code 130) or by --max-joules (75), is printed \
        as far as it came.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var learning: LearnOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var answering: AnswerOptions
  @OptionGroup var limit: EnergyLimit

  @Argument(help: "The text to continue; standard input unless said.")
  var prompt: String?

  @Option(help: ArgumentHelp("Read the prompt from a file.", valueName: "path"))
  var file: String?

  @Flag(help: "Print the prompt before the answer.") var echo = false

  @Option(
    help: ArgumentHelp(
      "Report each token's logarithmic probability and the n likeliest.", valueName: "n"))
  var logprobs: Int?

  func validate() throws {
    guard prompt == nil || file == nil else {
      throw ValidationError("--file and a prompt exclude each other.")
    }
    if let logprobs, !(0...100).contains(logprobs) {
      throw ValidationError("--logprobs: 0 to 100.")
    }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let budget = try limit.budget()
    let settings = try context.settings(meter, grid, place)
    let lab = try learning.lab(context, settings, showsProgress: false)
    let text = try prompt ?? AnswerOptions.read(file ?? "-")
    if !context.isJSON { model.warn(context.console) }
    let seed = answering.sampling.chosenSeed
    var answer = Generation.Answer()
    var language: LanguageModel?
    let outcome = try await lab.runOrStop(
      "generate with \(model.name)",
      settings: model.described.merging(answering.described(seed: seed)) { first, _ in first },
      tags: learning.tags, budget: budget
    ) { observer in
      try observer.report(WorkloadProgress(stage: "load", completed: 0))
      let loaded = try model.load(in: observer)
      language = loaded
      var options = try answering.options(loaded, model.loading.options(), seed: seed)
      options.sampling.logProbabilities = logprobs
      let session = try GenerationSession(loaded)
      let tokens = loaded.tokenizer.encode(text, addingSpecial: true)
      if echo, !context.isJSON { Console.stream(text) }
      defer { AnswerReport.record(answer, observer) }
      try session.run(tokens, options: options, into: &answer, in: observer) { piece in
        if !context.isJSON { Console.stream(piece.text) }
      }
    }
    guard let language else {
      if case .failure(let stop) = outcome.value { throw stop }
      throw ExitStatus.internalError
    }
    show(answer, language, outcome, context)
    guard case .failure(let stop) = outcome.value else { return .done }
    return ExitStatus(for: stop)
  }

  private func show(
    _ answer: Generation.Answer, _ language: LanguageModel,
    _ outcome: Observed<Result<Void, WorkloadStopped>>, _ context: CommandContext
  ) {
    let report = AnswerReport(answer, outcome.run)
    let finish = answer.finish?.rawValue ?? "stopped"
    if case .failure(let stop) = outcome.value {
      context.console.note("\nStopped: \(stop.reason)")
    }
    if context.isJSON {
      var object = report.json(language, finish: finish)
      object["run"] = .object(JSONObject(outcome.run))
      context.console.print(json: object)
      return
    }
    if answer.text.last != "\n" { Console.write("\n", to: .output) }
    if logprobs != nil { context.console.note(report.probabilities(language.tokenizer)) }
    context.console.note(report.line)
    learning.note(outcome.run, context.console)
  }
}
