import ArgumentParser
import ErgonEnergy
import ErgonLedger

/// `ergon ledger list`.
struct LedgerList: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List runs, the newest first.",
    discussion: example(
      "ergon ledger list --subject gzip --since 7d", "ergon ledger list --order energy --limit 5"))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var which: QueryOptions

  @Option(help: "At most so many; 0 for all.") var limit = 20

  @Option(help: ArgumentHelp("What comes first; the newest run by default.", valueName: "order"))
  var order: Choice<RunQuery.Order>?

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let ledger = try context.ledger(place)
    var query = try which.query(in: ledger)
    let count = try ledger.count(matching: query)
    query.order = order?.value ?? .newest
    query.limit = limit == 0 ? nil : limit
    let runs = try ledger.summaries(matching: query)
    let lost = Set(try ledger.abandoned().map(\.id))
    if context.isJSON {
      context.console.print(json: [
        "ledger": .string(ledger.path), "matching": JSONValue(count),
        "runs": .array(runs.map { .object(JSONObject($0, isLost: lost.contains($0.id))) }),
      ])
      return .done
    }
    if runs.isEmpty {
      context.console.note(
        ledger.exists
          ? "no run matches" : "no run yet: 'ergon measure -- COMMAND' makes the first one")
      return .done
    }
    context.console.print(Self.table(runs, lost: lost))
    if count > runs.count { context.console.note("\(runs.count) of \(count) runs") }
    return .done
  }

  static func table(_ runs: [RunSummary], lost: Set<RunID> = []) -> TextTable {
    let showsCarbon = runs.contains { $0.carbon != nil }
    var columns: [TextTable.Column] = [
      "RUN", "STARTED (UTC)", "STATE", .right("TIME"), .right("ENERGY"), "FROM",
    ]
    if showsCarbon { columns.append(.right("CO2E")) }
    var table = TextTable(columns + [.flexible("SUBJECT")])
    let length = nameLength(runs.map(\.id))
    for run in runs {
      var cells: [String?] = [
        String(run.id.description.prefix(length)), RunQuery.timeText(run.startedAt),
        lost.contains(run.id) ? "lost" : run.state.rawValue, run.duration?.description,
        run.energy.map { QuantityFormat.string($0.interval) },
        run.energy?.provenance.kind.rawValue,
      ]
      if showsCarbon { cells.append(run.carbon?.best.description) }
      let tags = run.tags.isEmpty ? "" : "  [\(run.tags.joined(separator: ", "))]"
      table.append(cells + [run.subject + tags])
    }
    return table
  }

  /// The shortest beginning, of ten characters or more, that tells these names apart.
  static func nameLength(_ ids: [RunID]) -> Int {
    let sorted = ids.map(\.description).sorted()
    let shared = zip(sorted, sorted.dropFirst()).map { a, b in
      zip(a, b).prefix { $0 == $1 }.count + 1
    }
    return min(26, max(10, shared.max() ?? 0))
  }
}
