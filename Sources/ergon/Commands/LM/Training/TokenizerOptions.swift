import ArgumentParser
import ErgonLM
import ErgonLMTraining
import ErgonWorkload

/// Which tokenizer.
struct TokenizerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A tokenizer.json, a model's folder or file, a llama2.c tokenizer.", valueName: "path"))
  var tokenizer: String?

  /// What the record calls it.
  var kind: String { tokenizer ?? "" }

  var described: [String: String] { ["tokenizer": tokenizer].compactMapValues { $0 } }

  /// - Throws: ``CommandError/usage(_:)`` where none is named.
  func make() throws -> TokenizerFiles {
    guard let tokenizer else {
      throw CommandError.usage("no tokenizer: name one with --tokenizer")
    }
    return try TokenizerFiles(path: tokenizer)
  }
}
