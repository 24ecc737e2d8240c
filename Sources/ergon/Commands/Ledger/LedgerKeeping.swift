import ArgumentParser
import ErgonLedger

/// `ergon ledger tag`.
struct LedgerTag: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Label a run, or take labels off.",
    discussion: example(
      "ergon ledger tag last baseline task=compression", "ergon ledger tag 01J9X3 baseline --remove"
    ))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: LedgerOptions

  @Flag(help: "Take the tags off.") var remove = false
  @Argument(help: "The beginning of a run's name, or 'last'.") var run: String
  @Argument(help: "Tags: name or name=value.") var tags: [String]

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let ledger = try context.ledger(place)
    let id = try ledger.id(run)
    if remove { try ledger.untag([id], tags) } else { try ledger.tag([id], with: tags) }
    let kept = try ledger.summaries(matching: RunQuery(ids: [id])).first?.tags ?? []
    if context.isJSON {
      context.console.print(json: ["runId": .string(id.description), "tags": JSONValue(kept)])
    } else {
      context.console.print("\(id): " + (kept.isEmpty ? "no tags" : kept.joined(separator: ", ")))
    }
    return .done
  }
}

/// `ergon ledger prune`.
struct LedgerPrune: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Remove runs for good.",
    discussion: example(
      "ergon ledger prune --older-than 90d --dry-run", "ergon ledger prune --lost",
      about: "Runs that are still going on are spared."))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var which: QueryOptions

  @Option(help: ArgumentHelp("Runs started before this date or age.", valueName: "time"))
  var olderThan: String?

  @Option(help: ArgumentHelp("Keep so many of the newest matching runs.", valueName: "count"))
  var keep: Int?

  @Flag(help: "Open runs whose process is gone.") var lost = false
  @Flag(name: .shortAndLong, help: "Show what would go, and remove nothing.") var dryRun = false

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let ledger = try context.ledger(place)
    var query = try which.query(in: ledger)
    if query == RunQuery(), olderThan == nil, keep == nil, !lost {
      throw CommandError.usage(
        "nothing chosen: prune: say which runs, such as --older-than 90d, --keep 100 or --lost")
    }
    if lost { query.states = [.open] }
    let gone = try ledger.prune(
      olderThan: try olderThan.map { try RunQuery.time($0) }, keeping: keep ?? 0, matching: query,
      dryRun: dryRun)
    if context.isJSON {
      context.console.print(json: [
        "isDryRun": .bool(dryRun), "runs": JSONValue(gone.map(\.id.description)),
      ])
      return .done
    }
    if dryRun, !gone.isEmpty { context.console.print(LedgerList.table(gone)) }
    context.console.print(
      "\(gone.count) run\(gone.count == 1 ? "" : "s") \(dryRun ? "would be removed" : "removed")")
    return .done
  }
}
