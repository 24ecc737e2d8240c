import ArgumentParser
import ErgonEnergy
import ErgonLedger

/// `ergon footprint show`: one record, factor by factor.
struct FootprintShow: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a record with every factor, its origin and its spread.",
    discussion: example("ergon footprint show bloom-176b", "ergon footprint show gpt-3 --car"))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: RegistryOptions
  @Flag(help: "Also say how far a car drives for it.") var car = false
  @Argument(help: "The record's id.") var id: String

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let record = try place.record(id)
    let footprint = try record.footprint()
    if context.isJSON {
      context.console.print(json: FootprintList.json(record, footprint))
      return .done
    }
    context.console.print("\(record.name) (\(record.id))")
    context.console.print(Self.table(footprint))
    if let energy = footprint.energyText { context.console.print("energy  \(energy)") }
    if let carbon = footprint.carbonText { context.console.print("carbon  \(carbon)") }
    for line in footprint.conventions { context.console.note("not stated: \(line)") }
    if let published = record.published {
      context.console.note("source: \(published.citation); \(published.verification)")
    }
    if footprint.basis == .market {
      context.console.note("the carbon figure counts what was bought, not the grid at the place")
    }
    if let notes = record.notes { context.console.note("note: \(notes)") }
    if car, let carbon = footprint.carbon {
      context.console.print("like    \(Equivalence.carKilometres(carbon))")
    }
    return .done
  }

  private static func table(_ footprint: Footprint) -> TextTable {
    var table = TextTable(["FACTOR", .right("VALUE"), .right("68 %"), "FROM"])
    let year = footprint.intensityYear.map { ", \($0)" } ?? ""
    let factors: [(String, Footprint.Factor?, String)] = [
      ("power", footprint.powerW, "W"), ("utilisation", footprint.utilisation, ""),
      ("time", footprint.hours, "h"), ("PUE", footprint.pue, ""),
      ("intensity", footprint.gramsPerKWh, "g/kWh"),
    ]
    for (name, factor, unit) in factors {
      table.append([
        name,
        factor.map {
          QuantityFormat.number($0.value, significantDigits: 4) + (unit.isEmpty ? "" : " \(unit)")
        },
        factor.map { $0.spread == 1 ? "exact" : "×/÷ \(QuantityFormat.number($0.spread))" },
        factor.map { $0.origin.words + (name == "intensity" ? year : "") },
      ])
    }
    return table
  }
}
