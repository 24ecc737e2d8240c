import ArgumentParser

/// What `ergon measure` can be told beside the command.
struct MeasureOptions: ParsableArguments, SettingFlags {
  @Option(name: .customLong("repeat"), help: "Measured runs of each command.")
  var repeats = 1

  @Option(help: "Unmetered runs of each command before those.")
  var warmup = 0

  @Option(
    help: ArgumentHelp(
      "Another command, run in turn with the first and compared with it; may be repeated.",
      valueName: "command line"))
  var interleave: [String] = []

  @Option(
    help: ArgumentHelp(
      "Sample the power with this period: a live line, and a time series in the ledger.",
      valueName: "10ms"))
  var sample: String?

  @Option(
    help: ArgumentHelp(
      "Stop the command (TERM, then KILL) once it has spent this much.", valueName: "50J"))
  var budget: String?

  @Option(help: ArgumentHelp("Meter a process that runs already.", valueName: "pid"))
  var attach: Int32?

  @Option(
    help: ArgumentHelp("Meter a control group until Ctrl-C.", valueName: "/path"))
  var cgroup: String?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Watch a process or control group no longer than this.", valueName: "10s"))
  var limit: String?

  @Option(help: ArgumentHelp("A name for the runs.", valueName: "text"))
  var name: String?

  @Option(
    name: .customLong("tag"), help: ArgumentHelp("A label for the runs; may be repeated."))
  var tags: [String] = []

  @Flag(name: .customLong("no-save"), help: "Keep nothing in the ledger.")
  var noSave = false

  @Option(
    name: .customLong("output"),
    help: ArgumentHelp(
      "Write the object of --json to a file, apart from the command's own output.",
      valueName: "file"))
  var outputFile: String?

  @Option(help: ArgumentHelp("Power usage effectiveness of the building.", valueName: "1.2"))
  var pue: String?

  @Option(help: ArgumentHelp("Litres of water per kWh at the site.", valueName: "1.8"))
  var water: String?

  @Option(
    name: .customLong("embodied-kg"),
    help: ArgumentHelp("Emissions of the machine's manufacture.", valueName: "kgCO2e"))
  var embodiedKilograms: String?

  @Option(
    name: .customLong("embodied-years"),
    help: ArgumentHelp("Years the machine will serve.", valueName: "4"))
  var embodiedYears: String?

  @Option(
    name: .customLong("embodied-share"),
    help: ArgumentHelp("Share of the machine that is yours, 0 to 1.", valueName: "1"))
  var embodiedShare: String?

  var flags: [SettingKey: String] {
    [
      .sample: sample, .pue: pue, .water: water, .embodiedKilograms: embodiedKilograms,
      .embodiedYears: embodiedYears, .embodiedShare: embodiedShare,
    ].compactMapValues { $0 }
  }
}
