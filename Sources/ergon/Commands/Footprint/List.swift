import ArgumentParser
import ErgonLedger

/// `ergon footprint list`: every record, the user's own first.
struct FootprintList: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the registry's records and the published ones.",
    discussion: example("ergon footprint list", "ergon footprint list --own --json"))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: RegistryOptions
  @Flag(help: "Leave the published records out.") var own = false

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let registry = try place.own()
    let published = own ? [] : StarterRegistry.records
    let rows = (registry.records + published).map { ($0, registry.footprint(of: $0)) }
    if context.isJSON {
      context.console.print(
        json: ["footprints": .array(rows.map { .object(Self.json($0, $1)) })])
      return .done
    }
    var table = TextTable([
      "ID", "YEAR", "TASK", "PLACE", .right("ENERGY"), .right("CARBON"), "PROVENANCE",
    ])
    for (record, footprint) in rows {
      table.append([
        record.id, record.year.map(String.init), record.task, record.place?.country,
        footprint.energyText, footprint.carbonText, record.provenance.rawValue,
      ])
    }
    context.console.print(table)
    for conflict in registry.conflicts { context.console.warn(conflict.description) }
    if !published.isEmpty {
      context.console.note("published rows: \(StarterRegistry.mark); spreads are 68 %")
    }
    return .done
  }

  static func json(_ record: FootprintRecord, _ footprint: Footprint) -> JSONObject {
    var object = footprint.json
    object["id"] = .string(record.id)
    object["name"] = .string(record.name)
    object["task"] = JSONValue(record.task)
    object["year"] = record.year.map { JSONValue($0) } ?? .null
    object["country"] = JSONValue(record.place?.country)
    object["provenance"] = .string(record.provenance.rawValue)
    object["citation"] = JSONValue(record.published?.citation)
    object["verification"] = JSONValue(record.published?.verification)
    return object
  }
}
