import ArgumentParser
import ErgonEnergy
import ErgonLM
import ErgonLMTraining
import ErgonLab
import ErgonWorkload
import Foundation

/// `ergon lm tokenizer`: vocabularies made from text, and text as tokens.
struct LMTokenizer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "Make a tokenizer from text, and see what it does.",
    discussion: example(
      "ergon lm tokenizer train notes/ --vocabulary 4096 -o tokenizer.json",
      "ergon lm tokenizer encode tokenizer.json 'Once upon a time'"),
    subcommands: [Train.self, Encode.self, Decode.self])

  struct Train: ErgonCommand {
    static let configuration = CommandConfiguration(
      commandName: "train",
      abstract: "Make a tokenizer.json from text.",
      discussion: example(
        "ergon lm tokenizer train notes/ --vocabulary 4096 -o tokenizer.json",
        "ergon lm tokenizer train book.txt --vocabulary 2048 --kind unigram -o tokenizer.json",
        about: "Hugging Face's tokenizers read the file, to the same tokens."))

    @OptionGroup var output: OutputOptions
    @OptionGroup var meter: MeterOptions
    @OptionGroup var grid: GridOptions
    @OptionGroup var place: LedgerOptions
    @OptionGroup var computing: LearnOptions
    @OptionGroup var limit: EnergyLimit

    @Argument(help: ArgumentHelp("Files and folders of text.", valueName: "path"))
    var paths: [String]
    @Option(help: ArgumentHelp("Tokens.", valueName: "n")) var vocabulary: Int?
    @Option(
      help: "How it is made: \(TokenizerKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind = TokenizerKind.bpe
    @Option(
      name: [.customShort("o"), .customLong("output")],
      help: ArgumentHelp("The file to write.", valueName: "tokenizer.json"))
    var file: String

    private var choice: TokenizerOptions {
      var choice = TokenizerOptions()
      choice.tokenizer = nil
      choice.vocabulary = vocabulary
      choice.tokenizerKind = kind
      return choice
    }

    func validate() throws { try choice.validate() }

    func execute(in context: CommandContext) async throws -> ExitStatus {
      let budget = try limit.budget()
      try Console.checkFolder(ofFile: file)
      let settings = try context.settings(meter, grid, place)
      let lab = try computing.lab(context, settings)
      let outcome = try lab.run(
        "lm tokenizer train \(paths.joined(separator: " "))", settings: choice.described,
        tags: computing.tags, budget: budget
      ) { observer in
        let survey = try CorpusText(paths, heldOut: 0, in: observer).survey
        return (try choice.make(from: survey, in: observer), survey.size(of: .training).bytes)
      }
      let (made, bytes) = outcome.value
      try Console.write(made.json, toFile: file)
      let size = try made.tokenizer().vocabularySize
      if context.isJSON {
        context.console.print(json: [
          "file": .string(file), "vocabulary": JSONValue(size), "textBytes": JSONValue(bytes),
          "sha256": .string(made.identity), "run": .object(JSONObject(outcome.run)),
        ])
      } else {
        context.console.print(
          "\(file): \(size) tokens from \(DataCommand.text(bytes: bytes)) of text")
        computing.note(outcome.run, context.console)
      }
      return .done
    }
  }

  struct Encode: SynchronousCommand {
    static let configuration = CommandConfiguration(
      commandName: "encode",
      abstract: "Show a text as tokens.",
      discussion: example(
        "ergon lm tokenizer encode tokenizer.json 'Once upon a time'",
        "ergon lm tokenizer encode my-model --file story.txt --ids"))

    @OptionGroup var output: OutputOptions
    @Argument(help: "A tokenizer.json, or a model's folder or file.") var tokenizer: String
    @Argument(help: "The text; standard input unless said.") var text: String?
    @Option(help: ArgumentHelp("Read the text from a file.", valueName: "path")) var file: String?
    @Flag(help: "Print numbers alone.") var ids = false

    func validate() throws {
      guard text == nil || file == nil else {
        throw ValidationError("--file and a text exclude each other.")
      }
    }

    func execute(in context: CommandContext) throws -> ExitStatus {
      let reader = try TokenizerFiles(path: tokenizer).tokenizer()
      let text = try text ?? AnswerOptions.read(file ?? "-")
      let tokens = reader.encode(text)
      if context.isJSON {
        context.console.print(json: [
          "tokens": .array(tokens.map { JSONValue($0) }),
          "pieces": JSONValue(tokens.map(reader.piece(of:))),
          "textBytes": JSONValue(text.utf8.count),
        ])
      } else if ids {
        context.console.print(tokens.map { "\($0)" }.joined(separator: " "))
      } else {
        var table = TextTable([.right("TOKEN"), "PIECE"])
        for token in tokens { table.append(["\(token)", reader.piece(of: token)]) }
        context.console.print(table)
      }
      return .done
    }
  }

  struct Decode: SynchronousCommand {
    static let configuration = CommandConfiguration(
      commandName: "decode",
      abstract: "Show tokens as a text.",
      discussion: example("ergon lm tokenizer decode tokenizer.json 403 407 261 378"))

    @OptionGroup var output: OutputOptions
    @Argument(help: "A tokenizer.json, or a model's folder or file.") var tokenizer: String
    @Argument(help: ArgumentHelp("Numbers of tokens.", valueName: "token")) var tokens: [TokenID]

    func execute(in context: CommandContext) throws -> ExitStatus {
      let reader = try TokenizerFiles(path: tokenizer).tokenizer()
      for token in tokens where !(0..<TokenID(reader.vocabularySize)).contains(token) {
        throw CommandError.usage(
          "no such token: \(token): the vocabulary has \(reader.vocabularySize)")
      }
      let text = reader.decode(tokens)
      if context.isJSON {
        context.console.print(json: ["text": .string(text)])
      } else {
        Console.stream(text + "\n")
      }
      return .done
    }
  }
}
