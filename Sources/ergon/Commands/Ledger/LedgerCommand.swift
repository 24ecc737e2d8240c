import ArgumentParser
import ErgonLedger

/// `ergon ledger`: the runs that were kept.
struct LedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "List, show, compare, export and import the runs kept.",
    discussion: example("ergon ledger list --limit 5", "ergon ledger show last"),
    subcommands: [
      LedgerList.self, LedgerShow.self, LedgerCompare.self, LedgerExport.self, LedgerImport.self,
      LedgerTag.self, LedgerPrune.self,
    ], defaultSubcommand: LedgerList.self)
}

extension CommandContext {
  /// The ledger the settings name.
  ///
  /// - Parameter mustExist: Whether a file that was named and is not there is an error; the user's
  ///   own ledger is simply empty before the first run.
  func ledger(_ options: LedgerOptions, mustExist: Bool = true) throws -> Ledger {
    if options.ledger == "" {
      throw CommandError.usage("no path: --ledger '': give the path of a file")
    }
    let ledger = try settings(options).ledger()
    if mustExist, options.ledger != nil, !ledger.exists {
      throw CommandError.missing(what: ledger.path, hint: "there is no ledger of this name")
    }
    return ledger
  }
}

/// Which runs a command is about.
struct QueryOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Runs whose subject contains this text.", valueName: "text"))
  var subject: String?

  @Option(
    help: ArgumentHelp(
      "Runs that carry this tag; repeat it to ask for several. 'name' also finds 'name=value'.",
      valueName: "tag"))
  var tag: [String] = []

  @Option(help: ArgumentHelp("Runs of this kind.", valueName: "kind"))
  var kind: [Choice<RunKind>] = []

  @Option(help: ArgumentHelp("Runs in this state.", valueName: "state"))
  var state: [Choice<RunState>] = []

  @Option(
    help: ArgumentHelp(
      "Runs started at or after this: a date or an age, such as 7d.", valueName: "time"))
  var since: String?

  @Option(
    help: ArgumentHelp(
      "Runs started before this: a date or an age, such as 7d.", valueName: "time"))
  var until: String?

  @Option(help: ArgumentHelp("Repeats of this group.", valueName: "group"))
  var group: String?

  @Option(
    name: .customLong("of-grid"),
    help: ArgumentHelp("Runs whose grams were reckoned with this grid.", valueName: "code"))
  var ofGrid: String?

  func query(in ledger: Ledger) throws -> RunQuery {
    var query = RunQuery(subject: subject, tags: tag, grid: ofGrid)
    if !kind.isEmpty { query.kinds = kind.map(\.value) }
    if !state.isEmpty { query.states = state.map(\.value) }
    if let since { query.since = try RunQuery.time(since) }
    if let until { query.until = try RunQuery.time(until) }
    if let group { query.group = try ledger.group(group) }
    return query
  }
}

/// One of the library's words on the command line; help and completion list them all.
struct Choice<Value>: ExpressibleByArgument
where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  let value: Value

  init?(argument: String) {
    guard let value = Value(rawValue: argument) else { return nil }
    self.value = value
  }

  static var allValueStrings: [String] { Value.allCases.map(\.rawValue) }
}
