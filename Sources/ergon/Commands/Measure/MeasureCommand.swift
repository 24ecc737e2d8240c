import ArgumentParser
import ErgonEnergy
import ErgonLab
import ErgonLedger

/// `ergon measure -- COMMAND …`: what a command, a process or a control group costs.
struct MeasureCommand: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Run a command, meter it with all its children, and keep the bill.",
    discussion: example(
      "ergon measure -- gzip -9 corpus.tar",
      "ergon measure --repeat 10 --interleave 'zstd corpus.tar' -- gzip corpus.tar",
      "ergon measure --budget 50J --sample 100ms -- make",
      "ergon measure --attach 4711 --for 10s",
      about: """
        The command keeps its own input, output and error; the bill is one line on standard \
        error, and the command's exit code is passed on. With --json the object follows the \
        command's own output; --output keeps the two apart.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var measure: MeasureOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The command and its arguments.", valueName: "command"))
  var command: [String] = []

  func validate() throws {
    let subjects = [!command.isEmpty, measure.attach != nil, measure.cgroup != nil]
    guard subjects.filter(\.self).count == 1 else {
      throw ValidationError(
        subjects.contains(true)
          ? "Give either a command, --attach or --cgroup." : "Give a command behind '--'.")
    }
    for tag in measure.tags where !Ledger.isTag(tag) {
      throw ValidationError(
        "bad value: --tag '\(tag.terminalSafe)': expected 1 to 200 characters without line breaks "
          + "or edge spaces")
    }
    if measure.interleave.contains(where: \.isEmpty) {
      throw ValidationError("--interleave needs a command line.")
    }
    if command.isEmpty {
      guard measure.repeats == 1, measure.warmup == 0, measure.interleave.isEmpty,
        measure.budget == nil
      else {
        throw ValidationError(
          "--repeat, --warmup, --interleave and --budget need a command to run.")
      }
    } else if measure.limit != nil {
      throw ValidationError("--for needs --attach or --cgroup.")
    }
  }

  func execute(in context: CommandContext) throws -> ExitStatus {
    let settings = try context.settings(measure, meter, grid, place)
    // Everything that can be refused is refused before anything runs.
    if settings[.embodiedKilograms] == nil,
      measure.embodiedShare != nil || measure.embodiedYears != nil
    {
      throw CommandError.usage(
        "missing: --embodied-kg: a share and years need the emissions of the machine's manufacture")
    }
    if let file = measure.outputFile { try Console.checkFolder(ofFile: file) }
    let task = try MeasureTask(
      meter: settings.meter(), ledger: measure.noSave ? nil : settings.ledger(),
      grid: settings.grid(), overheads: settings.overheads(),
      sampling: settings.samplingPeriod(), tags: measure.tags,
      settings: measure.name.map { ["name": $0] } ?? [:],
      environment: RunEnvironment.current())
    let report = MeasureReport(
      context, outputFile: measure.outputFile, isKept: task.ledger != nil)
    if let pid = measure.attach {
      return try report.show(task.watch(pid: pid, for: limit(), report))
    }
    if let path = measure.cgroup {
      return try report.show(task.watch(cgroup: path, for: limit(), report))
    }
    let plan = MeasurePlan(
      [MeasuredCommand(command)] + measure.interleave.map { MeasuredCommand(line: $0) },
      repeats: measure.repeats, warmups: measure.warmup, budget: try budget(),
      sampling: task.sampling, grid: task.grid, overheads: task.overheads, tags: task.tags,
      settings: task.settings)
    return try report.show(task.run(plan, report))
  }

  private func budget() throws -> EnergyBudget? {
    guard let text = measure.budget else { return nil }
    guard let energy = try? Joules(parsing: text), energy.value > 0 else {
      throw CommandError.usage("bad value: --budget '\(text)': expected an energy, such as 50J")
    }
    return EnergyBudget(energy)
  }

  private func limit() throws -> Seconds? {
    try measure.limit.map { text in
      guard let limit = try? Seconds(parsing: text) else {
        throw CommandError.usage("bad value: --for '\(text)': expected a time, such as 10s")
      }
      return limit
    }
  }
}
