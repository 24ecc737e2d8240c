import ArgumentParser
import ErgonLM
import ErgonLMTraining
import Foundation

/// `ergon lm tokenizer`: text as tokens.
struct LMTokenizer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "See what a tokenizer does.",
    discussion: example(
      "ergon lm tokenizer encode tokenizer.json 'Once upon a time'"),
    subcommands: [Encode.self, Decode.self])

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
