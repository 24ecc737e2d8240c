import ArgumentParser
import ErgonLedger

/// `ergon ledger compare`.
struct LedgerCompare: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two sides, each of one or more runs.",
    discussion: example(
      "ergon ledger compare 01J9X3 01J9X4", "ergon ledger compare tag:new tag:base --by duration",
      "ergon ledger compare group:01J9X5",
      about: """
        A side is the beginning of a run's name, several of them joined by commas, tag:TAG, \
        subject:TEXT, or group:NAME/SIDE. A group alone compares its side A with its side B.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: LedgerOptions

  @Argument(help: "The side whose cost is asked for.") var first: String
  @Argument(help: "The side it is measured against.") var second: String?

  @Option(
    help: ArgumentHelp(
      "energy, duration, cpu, carbon, or a metric the runs carry.", valueName: "metric"))
  var by = "energy"

  @Flag(help: "Compare even energy of different origin.") var force = false

  @Option(help: "How sure the interval is to be.") var confidence = 0.95

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let (a, b) = try Self.sides(first, second)
    let comparison = try context.ledger(place).compare(
      a, with: b, by: ComparisonMetric(by), isForced: force, confidence: confidence)
    if context.isJSON {
      context.console.print(json: JSONObject(comparison))
      return .done
    }
    context.console.print(comparison.verdict)
    for notice in comparison.notices { context.console.warn(notice) }
    return .done
  }

  static func sides(_ first: String, _ second: String?) throws -> (RunSelection, RunSelection) {
    if let second { return (try side(first), try side(second)) }
    let prefix = "group:"
    guard first.hasPrefix(prefix), !first.contains("/") else {
      throw CommandError.usage(
        "one side is missing: '\(first)': give two sides, or one group as group:NAME")
    }
    let group = String(first.dropFirst(prefix.count))
    return (.group(group, side: "A"), .group(group, side: "B"))
  }

  static func side(_ text: String) throws -> RunSelection {
    guard let colon = text.firstIndex(of: ":") else {
      return .runs(text.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    }
    let value = String(text[text.index(after: colon)...])
    switch text[..<colon] {
    case "tag" where !value.isEmpty: return .query(RunQuery(tags: [value]))
    case "subject" where !value.isEmpty: return .query(RunQuery(subject: value))
    case "group":
      let parts = value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2 { return .group(parts[0], side: parts[1]) }
      fallthrough
    default:
      throw CommandError.usage(
        "no side: '\(text)': give a run's name, tag:TAG, subject:TEXT or group:NAME/SIDE")
    }
  }
}
