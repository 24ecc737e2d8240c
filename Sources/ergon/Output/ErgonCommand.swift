import ArgumentParser
import ErgonLab

/// One `ergon <noun> <verb>`: parse, call the library, print.
///
/// A command declares its options, does its work in ``execute(in:)`` and throws typed errors; the
/// root turns them into one line on standard error and an exit code (``ExitStatus``, whose table the
/// error must be in). Add the new type to its noun's `subcommands`, and a new noun, a plain
/// `AsyncParsableCommand`, to ``Ergon``.
///
/// ```swift
/// struct LedgerTag: SynchronousCommand {
///   static let configuration = CommandConfiguration(
///     commandName: "tag", abstract: "Label a run.",
///     discussion: example("ergon ledger tag 01J9X3 baseline"))
///
///   @OptionGroup var output: OutputOptions
///   @OptionGroup var place: LedgerOptions
///   @Argument(help: "The beginning of a run's name.") var run: String
///
///   func execute(in context: CommandContext) throws -> ExitStatus {
///     let ledger = try context.settings(place).openLedger()
///     …
///     if output.json { context.console.print(json: ["runId": .string(run)]) }
///     return .done
///   }
/// }
/// ```
protocol ErgonCommand: AsyncParsableCommand {
  var output: OutputOptions { get }
  func execute(in context: CommandContext) async throws -> ExitStatus
}

extension ErgonCommand {
  mutating func run() async throws {
    let status = try await execute(in: prepare())
    if status != .done { throw status }
  }

  func prepare() -> CommandContext {
    Log.start(verbosity: output.verbose)
    return CommandContext(output)
  }
}

/// A command that waits for nothing but the disk, and therefore stays on the main thread.
///
/// That saves the threads of the concurrency runtime, and matters to ``MeasureCommand``: a worker
/// thread blocks signals, and a program started from one would inherit that.
protocol SynchronousCommand: ErgonCommand {
  func execute(in context: CommandContext) throws -> ExitStatus
}

/// The closing part of a command's help.
func example(_ lines: String..., about text: String = "") -> String {
  (text.isEmpty ? "" : text + "\n\n") + "EXAMPLE:\n"
    + lines.map { "  $ \($0)" }.joined(separator: "\n")
}

/// What every command is given: where to speak, and how to learn its settings.
struct CommandContext: Sendable {
  let console: Console
  let isJSON: Bool

  init(_ options: OutputOptions) {
    console = Console(options)
    isJSON = options.json
  }

  /// The settings with a command's own flags on top; files are read here, not before.
  func settings(_ groups: any SettingFlags...) throws -> Settings {
    var flags: [SettingKey: String] = [:]
    for group in groups { flags.merge(group.flags) { first, _ in first } }
    return try Settings.load(flags: flags)
  }

  /// The place where work is metered, its progress shown on a terminal.
  ///
  /// - Parameters:
  ///   - saves: False keeps nothing in the ledger.
  ///   - showsProgress: False for a command that writes its result as it comes.
  func lab(_ settings: Settings, saves: Bool, showsProgress: Bool = true) throws -> Lab {
    Lab(
      meter: try settings.meter(), ledger: saves ? settings.ledger() : nil,
      environment: .current(), grid: try settings.grid(),
      printer: isJSON || console.isQuiet || !showsProgress ? nil : ProgressPrinter())
  }
}
