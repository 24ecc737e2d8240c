import ArgumentParser
import ErgonEnergy
import ErgonLedger

/// `ergon footprint compare`: why one record emitted more than another.
struct FootprintCompare: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Explain the ratio of two footprints by power, time and carbon intensity.",
    discussion: example("ergon footprint compare gpt-3 bloom-176b"))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: RegistryOptions
  @Flag(help: "Divide power into design power, utilisation and building.") var extended = false
  @Argument(help: "The record above the line.") var first: String
  @Argument(help: "The record below it.") var second: String

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let sides = try [first, second].map { (id: $0, footprint: try place.record($0).footprint()) }
    let why = try PairwiseExplanation(
      of: sides[0], against: sides[1], chain: extended ? .extended : .powerTimeIntensity)
    if context.isJSON {
      context.console.print(json: [
        "first": .string(why.first), "second": .string(why.second), "ratio": .number(why.ratio),
        "spread": .number(why.spread),
        "factors": .array(
          why.factors.map {
            .object([
              "factor": .string($0.factor), "first": .number($0.first),
              "second": .number($0.second), "ratio": .number($0.ratio),
            ])
          }),
      ])
      return .done
    }
    var table = TextTable(["FACTOR", .right(first), .right(second), .right("RATIO")])
    for part in why.factors {
      table.append([
        part.factor, Self.text(part.first, part.factor), Self.text(part.second, part.factor),
        "× \(QuantityFormat.number(part.ratio))",
      ])
    }
    table.append([
      "emissions", sides[0].footprint.carbon?.description, sides[1].footprint.carbon?.description,
      "× \(QuantityFormat.number(why.ratio))",
    ])
    context.console.print(table)
    context.console.note(
      "68 %: × \(QuantityFormat.number(why.ratio / why.spread)) to "
        + "× \(QuantityFormat.number(why.ratio * why.spread))")
    return .done
  }

  private static func text(_ value: Double, _ factor: String) -> String {
    let unit =
      switch factor {
      case "power", "design power": " kW"
      case "time": " h"
      case "intensity": " g/kWh"
      default: ""
      }
    return QuantityFormat.number(value) + unit
  }
}
