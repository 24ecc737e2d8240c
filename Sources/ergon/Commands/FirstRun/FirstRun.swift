import ErgonEnergy
import ErgonLedger

/// `ergon` without a command: one second of real work, its bill, and what to try next.
struct FirstRun {
  let context: CommandContext
  var seconds = 1.0

  func execute() throws -> ExitStatus {
    let settings = try context.settings()
    let meter = try settings.meter()
    var run = Run(
      subject: "one second of built-in work", kind: .window,
      environment: .current(),
      tags: ["first-run"])
    let (work, bill) = try meter.bill(
      "first run", scope: .process, grid: settings.grid(), overheads: settings.overheads()
    ) {
      var work = FirstWorkload()
      work.run(seconds: seconds)
      return work
    }
    run.complete(with: bill)
    run.metrics = [
      Metric(name: "points", value: Double(work.points), higherIsBetter: true),
      Metric(name: "estimateOfPi", value: work.estimate),
    ]
    let isSaved = save(run, in: settings.ledger())
    if context.isJSON {
      context.console.print(json: ["run": .object(JSONObject(run)), "saved": .bool(isSaved)])
    } else {
      show(run, bill, work, isSaved: isSaved)
    }
    return .done
  }

  /// A bill that cannot be kept is still worth showing.
  private func save(_ run: Run, in ledger: Ledger) -> Bool {
    do {
      try ledger.save(run)
      return true
    } catch {
      context.console.warn("the run is not kept: \(error)")
      return false
    }
  }

  private func show(_ run: Run, _ bill: Bill, _ work: FirstWorkload, isSaved: Bool) {
    let console = context.console
    let text = BillText(bill)
    var table = TextTable(["", ""])
    table.append(["  energy", text.energy])
    table.append(["  idle share, apart", bill.idle.map { QuantityFormat.string($0.interval) }])
    table.append(["  mean power", text.power.map { QuantityFormat.string($0.best) }])
    table.append(["  duration", "\(bill.reading.duration)"])
    table.append(["  processor time", "\(bill.reading.cpu.total)"])
    if let carbon = bill.carbon, let grid = bill.grid {
      table.append([
        "  greenhouse gas", "\(QuantityFormat.string(carbon.interval)) (\(grid.name))",
      ])
    }
    if let energy = bill.energy, work.points > 0 {
      let each = energy.best / Double(work.points)
      table.append(["  per random point", "\(each) (\(work.points) points)"])
    }
    if isSaved { table.append(["  run", run.id.short]) }
    console.print(console.styles.output.bold("One second of work on one core cost"))
    console.print(table)
    console.print("")
    console.print(text.provenance)
    console.print("")
    console.print("Try next:")
    console.print("  ergon measure -- make        meter a command of your own")
    console.print("  ergon generate 'Once upon'   have a story told, with its joules")
    console.print("  ergon top                    see who uses the machine's energy now")
    console.print("  ergon doctor                 see which counters this machine has")
  }
}
