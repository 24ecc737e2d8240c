import ArgumentParser

/// Options of every command.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object for machines instead of text.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print results and errors only.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say more; twice for everything.")
  var verbose: Int

  @Flag(name: .customLong("no-color"), help: "Never colour the text (NO_COLOR does the same).")
  var noColor = false

  func validate() throws {
    if quiet && verbose > 0 { throw ValidationError("--quiet and --verbose exclude each other.") }
  }
}

/// A group of options that stand above the settings of the environment and the files.
protocol SettingFlags {
  var flags: [SettingKey: String] { get }
}

/// Which ledger a command reads or writes.
struct LedgerOptions: ParsableArguments, SettingFlags {
  @Option(help: ArgumentHelp("The ledger's file.", valueName: "path"))
  var ledger: String?

  var flags: [SettingKey: String] { [.ledger: ledger].compactMapValues { $0 } }
}

/// Which grid the energy comes from.
struct GridOptions: ParsableArguments, SettingFlags {
  @Option(
    help: ArgumentHelp(
      "Where the electricity comes from: an ISO country code, 'world', or a number in gCO2e/kWh.",
      discussion: "A place is never guessed: without one no grams are stated.",
      valueName: "code|number"))
  var grid: String?

  var flags: [SettingKey: String] { [.grid: grid].compactMapValues { $0 } }
}

/// Which counters a command meters with, and what stands in where there are none.
struct MeterOptions: ParsableArguments, SettingFlags {
  @Option(
    name: .customLong("source"),
    help: ArgumentHelp(
      "Meter with these sources only, separated by commas ('model' is the CPU-time estimator).",
      valueName: "names"))
  var sources: String?

  @Option(
    name: .customLong("plug"),
    help: ArgumentHelp(
      "Read a wattmeter: a file, a FIFO or tcp:HOST:PORT.", valueName: "address"))
  var plug: String?

  @Option(
    name: .customLong("watts-per-core"),
    help: ArgumentHelp("Declared power of one busy processor, for the estimator.", valueName: "W"))
  var wattsPerCore: String?

  @Option(
    name: .customLong("idle-watts-per-core"),
    help: ArgumentHelp("Declared power of one idle processor, for the estimator.", valueName: "W"))
  var idleWattsPerCore: String?

  var flags: [SettingKey: String] {
    [
      .sources: sources, .plug: plug, .wattsPerCore: wattsPerCore,
      .idleWattsPerCore: idleWattsPerCore,
    ].compactMapValues { $0 }
  }
}
