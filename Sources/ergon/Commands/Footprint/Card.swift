import ArgumentParser
import ErgonLedger

/// `ergon footprint card`: the carbon block of a model card.
struct FootprintCard: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "Print the carbon block of a model card (YAML).",
    discussion: example("ergon footprint card my-model >> README.md"))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: RegistryOptions
  @Option(help: ArgumentHelp("pre-training or fine-tuning.", valueName: "type"))
  var trainingType: String?
  @Argument(help: "The record's id.") var id: String

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let record = try place.record(id)
    let card = try ModelCardFragment(
      record, footprint: record.footprint(), trainingType: trainingType)
    if context.isJSON {
      context.console.print(json: [
        "emissionsGCO2e": .number(card.emissions), "source": .string(card.source),
        "trainingType": JSONValue(card.trainingType),
        "geographicalLocation": JSONValue(card.location), "hardwareUsed": JSONValue(card.hardware),
        "yaml": .string(card.yaml),
      ])
    } else {
      Console.write(card.yaml, to: .output)
    }
    return .done
  }
}
