import ArgumentParser
import ErgonEnergy
import ErgonLedger

/// `ergon doctor`: what a stuck user runs first.
struct DoctorCommand: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what was found, what is missing, and the command that mends it.",
    discussion: example(
      "ergon doctor", "ergon doctor --json",
      about: "The exit code is 0 unless something is broken: a missing counter is not."))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var place: LedgerOptions

  func execute(in context: CommandContext) throws -> ExitStatus {
    let examination = Examination(flags: [meter, place])
    let checks = examination.checks()
    if context.isJSON {
      context.console.print(json: ["checks": .array(checks.map { .object($0.json) })])
    } else {
      show(checks, context.console)
    }
    return checks.compactMap(\.failure).first ?? .done
  }

  private func show(_ checks: [Check], _ console: Console) {
    var table = TextTable(["", "CHECK", .flexible("FINDING")])
    for check in checks { table.append([check.mark, check.name, check.finding]) }
    console.print(table)
    let remedies = checks.compactMap { check in check.remedy.map { "  \(check.name): \($0)" } }
    guard !remedies.isEmpty else { return }
    console.print("")
    console.print(console.styles.output.bold("To mend or improve it:"))
    remedies.forEach { console.print($0.terminalSafe) }
  }
}

/// One thing looked at.
struct Check {
  var name: String
  var finding: String
  /// The exact step that improves it, where there is one.
  var remedy: String?
  /// Whether it is as good as it can be; a machine without counters is not broken.
  var isGood: Bool
  /// Set when something does not work at all.
  var failure: ExitStatus?

  var mark: String { failure != nil ? "✗" : isGood ? "✓" : "–" }

  var json: JSONObject {
    [
      "name": .string(name), "finding": .string(finding), "remedy": JSONValue(remedy),
      "status": .string(failure != nil ? "broken" : isGood ? "good" : "limited"),
    ]
  }
}
