public import ArgumentParser
public import ErgonLM
import ErgonEnergy
import ErgonLab
import ErgonLedger
import ErgonWorkload
import Foundation

/// `ergon embed --model M TEXT…`: texts as vectors, and how alike they are.
struct EmbedCommand: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Turn texts into vectors, and say how alike they are.",
    discussion: example(
      "ergon embed --model all-MiniLM-L6-v2 'a cat' 'a kitten' 'the stock market'",
      "ergon embed --model all-MiniLM-L6-v2 --json < sentences.txt",
      about: """
        Vectors have length 1, so that their products are the cosines of the table. Without texts \
        each line of standard input is one. --json prints the vectors.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var learning: LearnOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var limit: EnergyLimit

  @Argument(help: "The texts.") var texts: [String] = []
  @Option(help: "Which positions make the vector; as the model was made unless said.")
  var pooling: Pooling?

  func validate() throws { try model.requireModel() }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let budget = try limit.budget()
    let settings = try context.settings(meter, grid, place)
    let lab = try learning.lab(context, settings)
    let texts =
      self.texts.isEmpty
      ? try AnswerOptions.read("-").split(whereSeparator: \.isNewline).map(String.init)
      : self.texts
    guard !texts.isEmpty else {
      throw CommandError.usage("no text: give one as an argument, or a line of standard input")
    }
    let outcome = try lab.run(
      "embed with \(model.name)",
      settings: model.described.merging(["texts": "\(texts.count)"]) { first, _ in first },
      tags: learning.tags, budget: budget
    ) { observer in
      try observer.report(WorkloadProgress(stage: "load", completed: 0))
      let language = try model.load(in: observer)
      var vectors: [[Float]] = []
      var tokens = 0
      for text in texts {
        let ids = language.tokenizer.encode(text, addingSpecial: true)
        tokens += ids.count
        vectors.append(try language.embed(ids, pooling: pooling))
        try observer.report(
          WorkloadProgress(
            stage: "embed", completed: Double(vectors.count), total: Double(texts.count),
            counts: WorkloadCounts(
              items: UInt64(tokens), operations: UInt64(tokens) * language.operationsPerToken)))
      }
      return (vectors: vectors, tokens: tokens)
    }
    let stage = outcome.run.stages.last { $0.name == "embed" }?.reading
    let energyPerToken = stage?.dynamic.map { $0 * (1 / Double(max(outcome.value.tokens, 1))) }
    let vectors = outcome.value.vectors
    let cosines = vectors.map { a in vectors.map { b in Self.product(a, b) } }
    if context.isJSON {
      context.console.print(json: [
        "model": .string(model.name), "dimensions": JSONValue(vectors[0].count),
        "tokens": JSONValue(outcome.value.tokens),
        "embeddings": .array(
          zip(texts, vectors).map { text, vector in
            .object([
              "text": .string(text),
              "embedding": .array(vector.map { .number(Double($0)) }),
            ])
          }),
        "cosines": .array(cosines.map { .array($0.map { .number($0) }) }),
        "energyPerTokenJ": JSONValue(energyPerToken),
        "run": .object(JSONObject(outcome.run)),
      ])
      return .done
    }
    var table = TextTable(
      [.right("")] + texts.indices.map { .right("\($0 + 1)") } + [.flexible("TEXT")])
    for (index, row) in cosines.enumerated() {
      table.append(
        ["\(index + 1)"] + row.map { String(format: "%.3f", $0) } + [texts[index]])
    }
    context.console.print(table)
    learning.note(outcome.run, context.console)
    return .done
  }

  private static func product(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}

extension Pooling: ExpressibleByArgument {}
