import ArgumentParser
import ErgonLM

/// What an answer must look like.
struct ConstraintFlags: ParsableArguments {
  @Option(help: ArgumentHelp("Answer in the language of a GBNF grammar's file.", valueName: "path"))
  var grammar: String?
  @Option(help: ArgumentHelp("Answer with JSON that a schema's file describes.", valueName: "path"))
  var jsonSchema: String?
  @Flag(help: "Answer with JSON of any kind.") var anyJSON = false
  @Option(help: ArgumentHelp("Answer with one of these texts, by commas.", valueName: "a,b,..."))
  var choices: String?

  func validate() throws {
    guard [grammar != nil, jsonSchema != nil, anyJSON, choices != nil].count(where: { $0 }) <= 1
    else {
      throw ValidationError(
        "--grammar, --json-schema, --any-json and --choices exclude each other.")
    }
  }

  func constraint(_ tokenizer: any Tokenizer) throws -> GrammarConstraint? {
    try language().map { GrammarConstraint($0, vocabulary: VocabularyTrie(tokenizer)) }
  }

  private func language() throws -> Grammar? {
    if let grammar { return try Grammar(gbnf: AnswerOptions.read(grammar)) }
    if let jsonSchema {
      let text = try AnswerOptions.read(jsonSchema)
      return try Grammar(jsonSchema: ErgonLM.JSONValue(parsing: text, source: jsonSchema))
    }
    if let choices {
      return try Grammar(
        choices: choices.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    }
    return anyJSON ? .anyJSON : nil
  }

  /// What the ledger keeps of it.
  var described: String? {
    grammar.map { "grammar \($0)" } ?? jsonSchema.map { "schema \($0)" }
      ?? choices.map { "choices \($0)" } ?? (anyJSON ? "any JSON" : nil)
  }
}
