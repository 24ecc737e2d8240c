import ArgumentParser
import ErgonEnergy

/// `ergon sources`: every kind of counter, whether this machine has it, and how to be let in.
struct SourcesCommand: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "sources",
    abstract: "List the energy sources: found, usable, why not, and how to get permission.",
    discussion: example("ergon sources", "ergon sources --json"))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions

  func execute(in context: CommandContext) throws -> ExitStatus {
    let settings = try context.settings(meter)
    var reports = try EnergySources.discover(on: Host(), plug: settings.plug()).map(\.report)
    if let names = settings.sourceNames() {
      let known = reports.map(\.name)
      for name in names where !known.contains(name) {
        throw EnergyError.unknownSource(name: name, known: known)
      }
      reports = reports.filter { names.contains($0.name) }
    }
    if context.isJSON {
      context.console.print(json: ["sources": .array(reports.map { .object(Self.json($0)) })])
    } else {
      context.console.print(Self.table(reports))
      for report in reports {
        if let remedy = report.remedy { context.console.note("\(report.name): \(remedy)") }
      }
    }
    return .done
  }

  static func table(_ reports: [SourceReport]) -> TextTable {
    var table = TextTable(["SOURCE", "FOUND", "USABLE", "ERROR", .flexible("WHAT AND WHY")])
    for report in reports {
      let bars = Set(report.counters.map(\.error) + [report.error].compactMap(\.self))
        .map(\.description).sorted()
      table.append([
        report.name, report.isFound ? "yes" : "no", report.isUsable ? "yes" : "no",
        bars.isEmpty ? nil : bars.joined(separator: ", "), "\(report.title): \(report.reason)",
      ])
    }
    return table
  }

  static func json(_ report: SourceReport) -> JSONObject {
    [
      "name": .string(report.name), "title": .string(report.title),
      "found": .bool(report.isFound), "usable": .bool(report.isUsable),
      "reason": .string(report.reason), "remedy": JSONValue(report.remedy),
      "errorLow": JSONValue(report.error?.low), "errorHigh": JSONValue(report.error?.high),
      "counters": .array(report.counters.map { .object(json($0)) }),
    ]
  }

  private static func json(_ counter: EnergyCounter) -> JSONObject {
    [
      "name": .string(counter.name), "component": .string(counter.component.rawValue),
      "device": JSONValue(counter.device), "containedIn": JSONValue(counter.containedIn),
      "errorLow": .number(counter.error.low), "errorHigh": .number(counter.error.high),
      "provenance": .string(counter.provenance.kind.rawValue),
      "source": .string(counter.provenance.source),
      "resolutionJ": .number(counter.resolution.value),
      "maximumPowerW": .number(counter.maximumPower.value),
      "remark": JSONValue(counter.remark),
    ]
  }
}
