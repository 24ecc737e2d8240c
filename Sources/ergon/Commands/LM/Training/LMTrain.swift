import ArgumentParser
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonTensor

/// `ergon lm train PATHS… -o FOLDER`: text in, a language model out.
struct LMTrain: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a language model on text of your own, under the meter.",
    discussion: example(
      "ergon lm train notes/ -o my-model",
      "ergon lm train book.txt -o my-model --minutes 10 --tokenizer-kind unigram",
      "ergon lm train corpus/ -o my-model --shape small --epochs 2 --vocabulary 8192",
      "ergon lm train -o my-model",
      about: """
        PATHS are files and folders: plain text, Markdown, TeX, HTML, JSON lines and CSV. What is \
        not text is left out and counted, and so is what is there twice or nearly so.

        FOLDER gets config.json, model.safetensors and tokenizer.json, which ergon and Hugging \
        Face open, the text as tokens, and run.json: settings, text, losses, tokens and joules.

        A run that is stopped, by Ctrl-C (exit code 130) or by --max-joules (75), or killed, goes \
        on when it is started again, to the same weights as if it had never stopped; the folder \
        alone is enough then.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var computing: LearnOptions
  @OptionGroup var limit: EnergyLimit

  @Argument(help: ArgumentHelp("Files and folders of text.", valueName: "path"))
  var paths: [String] = []
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The folder to train in.", valueName: "folder"))
  var folder: String

  @OptionGroup(title: "Text and tokenizer") var text: TextOptions
  @OptionGroup(title: "Text and tokenizer") var tokenizer: TokenizerOptions
  @OptionGroup(title: "The model") var shape: ShapeOptions
  @OptionGroup(title: "Learning") var learning: LearningOptions

  func validate() throws {
    if let context = shape.contextLength, context < learning.length {
      throw ValidationError("--context \(context): not less than --length \(learning.length).")
    }
  }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let place = try RunFolder(folder)
    guard !paths.isEmpty else { return try await goOn(in: place, context) }
    return try await train(
      place, command: Array(CommandLine.arguments.dropFirst()), context)
  }

  /// The command that began the run in the folder, with this one's ways of watching it.
  private func goOn(in place: RunFolder, _ context: CommandContext) async throws -> ExitStatus {
    guard let record = place.record else {
      throw CommandError.usage(
        "no text: \(folder): no run is there to go on with; name files or folders of text")
    }
    guard var first = try? Self.parse(Array(record.command.drop { $0 != "train" }.dropFirst()))
    else {
      throw LMError.malformed(
        source: place.file(RunFolder.recordName), place: "command",
        reason: "it is none of 'ergon lm train'")
    }
    guard try described == Self.parse(["-o", folder]).described else {
      throw CommandError.usage(
        "no text: \(folder): the settings of its run cannot be changed; leave them out, or name text "
          + "and a new folder")
    }
    first.folder = folder
    first.output = output
    first.meter = meter
    first.grid = grid
    first.place = self.place
    first.limit = limit
    if computing.threads != nil { first.computing.threads = computing.threads }
    return try await first.train(place, command: record.command, context)
  }

  /// All settings of the run.
  private var described: [String: String] {
    [
      tokenizer.described, shape.described(length: learning.length), learning.described,
    ].reduce(text.described(paths)) { $0.merging($1) { first, _ in first } }
  }

  private func train(
    _ folder: RunFolder, command: [String], _ context: CommandContext
  ) async throws -> ExitStatus {
    let budget = try limit.budget()
    let settings = try context.settings(meter, grid, place)
    let lab = try computing.lab(context, settings)
    let training = FolderTraining(
      verb: "train", folder: folder, learning: learning, options: computing,
      isTernary: !shape.fullPrecision, settings: described, command: command, budget: budget)
    return try await training.run(in: lab, context) { record, observer in
      let prepared = try text.prepare(
        paths, in: folder, &record, observer, kind: tokenizer.kind
      ) { try tokenizer.make(from: $0, in: $1) }
      var random = RandomStream(seed: learning.seed).stream(named: "weights")
      return try prepared.lesson(
        DecoderNetwork(
          shape.configuration(
            vocabulary: prepared.training.vocabularySize, length: learning.length),
          random: &random),
        learning)
    }
  }
}
