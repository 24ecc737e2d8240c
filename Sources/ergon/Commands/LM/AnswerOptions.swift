import ArgumentParser
import ErgonFetch
import ErgonLM
import Foundation

/// How an answer is made: what it must look like, where it ends, how it is guessed ahead.
struct AnswerOptions: ParsableArguments {
  @Option(
    name: [.customShort("n"), .customLong("max-tokens")],
    help: ArgumentHelp("Tokens at most; until the context is full unless said.", valueName: "n"))
  var maximumTokens: Int?
  @Option(help: ArgumentHelp("End before this text; may be repeated.", valueName: "text"))
  var stop: [String] = []
  @Flag(help: "Never let the model end the answer.")
  var ignoreEnd = false
  @Option(
    help: ArgumentHelp(
      "A small model of the same vocabulary that guesses ahead; the answer stays the same.",
      valueName: "path"))
  var draft: String?
  @Flag(help: "Guess ahead from what the text already says; the answer stays the same.")
  var lookup = false
  @Option(help: ArgumentHelp("Tokens to guess ahead at most.", valueName: "n"))
  var draftTokens = 8

  @OptionGroup var constraint: ConstraintFlags
  @OptionGroup var sampling: SamplingFlags

  func validate() throws {
    guard draft == nil || !lookup else {
      throw ValidationError("--draft and --lookup exclude each other.")
    }
    guard (1...64).contains(draftTokens) else { throw ValidationError("--draft-tokens: 1 to 64.") }
    if let maximumTokens, maximumTokens < 1 { throw ValidationError("--max-tokens: 1 or more.") }
  }

  func options(
    _ language: LanguageModel, _ loading: LoadOptions, seed: UInt64
  ) throws -> GenerationOptions {
    var options = GenerationOptions()
    options.sampling = try sampling.options(language.tokenizer, seed: seed)
    options.maximumTokens = maximumTokens
    options.stopStrings = stop
    options.ignoresEnd = ignoreEnd
    options.constraint = try constraint.constraint(language.tokenizer)
    if lookup { options.speculation = .lookup(maximum: draftTokens) }
    if let draft {
      options.speculation = .draft(
        try LanguageModel(ModelCache.standard.resolve(draft), options: loading),
        maximum: draftTokens)
    }
    return options
  }

  /// What the ledger keeps of it.
  func described(seed: UInt64) -> [String: String] {
    let own = [
      "maxTokens": maximumTokens.map(String.init), "stop": stop.isEmpty ? nil : "\(stop)",
      "ignoreEnd": ignoreEnd ? "true" : nil, "draft": draft, "lookup": lookup ? "true" : nil,
      "draftTokens": draft == nil && !lookup ? nil : "\(draftTokens)",
      "constraint": constraint.described,
    ].compactMapValues { $0 }
    return own.merging(sampling.described(seed: seed)) { first, _ in first }
  }

  /// A file's text, or an error that names it; `-` is standard input.
  static func read(_ path: String) throws -> String {
    do {
      let data =
        path == "-"
        ? FileHandle.standardInput.readDataToEndOfFile()
        : try Data(contentsOf: URL(fileURLWithPath: path))
      guard let text = String(data: data, encoding: .utf8) else {
        throw LMError.malformed(source: path, place: "its bytes", reason: "they are not UTF-8")
      }
      return text
    } catch let error as CocoaError {
      throw error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile
        ? CommandError.missing(what: path, hint: "there is no file of this name")
        : CommandError.cannotRead(path: path, reason: error.localizedDescription)
    }
  }
}
