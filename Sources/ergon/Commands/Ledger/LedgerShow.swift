import ArgumentParser
import ErgonEnergy
import ErgonLedger

/// `ergon ledger show`.
struct LedgerShow: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show all that is known of a run.",
    discussion: example("ergon ledger show last", "ergon ledger show 01J9X3 --json"))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: LedgerOptions

  @Argument(help: "The beginning of a run's name, or 'last'.") var run = "last"

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let ledger = try context.ledger(place)
    let run = try ledger.run(self.run)
    let isLost =
      run.state == .open ? try ledger.abandoned().contains { $0.id == run.id } : false
    if context.isJSON {
      context.console.print(json: JSONObject(run, isLost: isLost))
      return .done
    }
    context.console.print(Self.facts(run, isLost: isLost))
    if let reading = run.bill?.reading, !reading.components.isEmpty {
      context.console.print("")
      context.console.print(Self.components(reading))
    }
    for stage in run.stages {
      context.console.print(
        "stage \(stage.name): \(stage.reading.duration), "
          + (stage.reading.dynamic.map { "\($0)" } ?? "no energy"))
    }
    for notice in run.bill?.reading.notices ?? [] { context.console.print("note: \(notice)") }
    return .done
  }

  private static func facts(_ run: Run, isLost: Bool) -> TextTable {
    let summary = RunSummary(run)
    let place = run.environment
    var table = TextTable([TextTable.Column(""), .flexible("")])
    func put(_ name: String, _ text: String?) {
      if let text, !text.isEmpty { table.append([name, text]) }
    }
    put("run", run.id.description)
    put("subject", run.subject)
    put("kind", run.kind.rawValue)
    put("state", isLost ? "open, its process is gone" : run.state.rawValue)
    put("exit code", run.exitCode.map { "\($0)" })
    put("started", RunQuery.timeText(run.startedAt) + " UTC")
    put("duration", summary.duration?.description)
    put("processor time", summary.cpu?.description)
    put("energy", summary.energy?.description)
    put("from", summary.energy?.provenance.description)
    put("idle share", run.bill?.idle?.description)
    put("greenhouse gas", summary.carbon.map { QuantityFormat.string($0) })
    put("grid", run.bill?.grid.map { "\($0.name), \($0.gramsPerKWh.best.description)/kWh" })
    put("part of", run.parent?.description)
    put(
      "repeat", run.repetition.map { "\($0.index) of side \($0.side), group \($0.group)" })
    for metric in run.metrics {
      put(
        metric.name, QuantityFormat.number(metric.value, significantDigits: 6) + " " + metric.unit)
    }
    put("tags", run.tags.joined(separator: ", "))
    put("processor", place.cpuModel.map { "\($0), \(place.logicalProcessors) logical" })
    put("system", [place.operatingSystem, place.kernel].compactMap { $0 }.joined(separator: ", "))
    put(
      "inside", [place.container, place.virtualMachine].compactMap { $0 }.joined(separator: ", "))
    put("commit", place.gitCommit)
    put("ergon", place.ergonVersion)
    for (name, value) in run.settings.sorted(by: { $0.key < $1.key }) { put(name, value) }
    return table
  }

  private static func components(_ reading: Reading) -> TextTable {
    var table = TextTable([
      "COMPONENT", "COUNTER", .right("DYNAMIC"), .right("IDLE"), .right("TOTAL"), "COUNTED",
    ])
    for part in reading.components {
      table.append([
        part.component.rawValue, part.counter,
        part.dynamic.map { QuantityFormat.string($0.interval) },
        part.idle?.best.description, part.total?.best.description,
        part.isInHeadline ? "yes" : "no",
      ])
    }
    return table
  }
}
