import ArgumentParser
import ErgonEnergy
import ErgonLedger

/// `ergon footprint check`: every problem of a registry's file.
struct FootprintCheck: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a registry's file and list every problem with its line.",
    discussion: example("ergon footprint check footprints.jsonl"))

  @OptionGroup var output: OutputOptions
  @Argument(help: "The file, one JSON record a line.") var file: String

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let (registry, problems) = try FootprintRegistry.check(path: file)
    let inconsistent = registry.consistency().filter { !$0.isConsistent }
    if context.isJSON {
      context.console.print(json: [
        "rows": JSONValue(registry.records.count), "repeatedRows": JSONValue(registry.repeatedRows),
        "problems": .array(problems.map { .object(Self.json($0)) }),
        "conflicts": .array(registry.conflicts.map { .object(Self.json($0)) }),
        "inconsistent": .array(
          inconsistent.map {
            .object([
              "id": .string($0.id), "impliedGPerKWh": .number($0.implied),
              "tableGPerKWh": JSONValue($0.table), "reasons": JSONValue($0.reasons),
            ])
          }),
      ])
    } else {
      for problem in problems + registry.conflicts { context.console.print(problem.description) }
      for row in inconsistent {
        context.console.warn(
          "'\(row.id)': implies \(QuantityFormat.number(row.implied)) g/kWh: "
            + row.reasons.joined(separator: "; "))
      }
      context.console.note(
        "\(registry.records.count) good rows, \(problems.count) problems, "
          + "\(registry.conflicts.count) conflicts, \(registry.repeatedRows) repeated rows")
    }
    return problems.isEmpty && registry.conflicts.isEmpty ? .done : .badData
  }

  private static func json(_ problem: FootprintProblem) -> JSONObject {
    [
      "line": problem.line.map { JSONValue($0) } ?? .null, "id": JSONValue(problem.id),
      "field": .string(problem.field), "reason": .string(problem.reason),
    ]
  }
}
