import ArgumentParser
import ErgonLab
import ErgonLedger
import Foundation

/// `ergon ledger export`.
struct LedgerExport: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write runs as CSV, JSON lines, a web page, codecarbon or Prometheus.",
    discussion: example(
      "ergon ledger export --output runs.jsonl", "ergon ledger export --output report.html",
      "ergon ledger export --format codecarbon --tag paper > emissions.csv"))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: LedgerOptions
  @OptionGroup var which: QueryOptions

  @Option(
    help: ArgumentHelp(
      "csv unless the file's name ends in .jsonl; .html makes a report.", valueName: "format"))
  var format: Choice<ExchangeFormat>?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The file to write; standard output without it.", valueName: "path"))
  var file: String?

  @Argument(help: "Only these runs, by the beginnings of their names.") var runs: [String] = []

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let ledger = try context.ledger(place)
    var query = try which.query(in: ledger)
    query.order = .oldest
    if !runs.isEmpty { query.ids = try runs.map { try ledger.id($0) } }
    let isJSONLines = file.map { $0.hasSuffix(".jsonl") || $0.hasSuffix(".ndjson") } ?? false
    let format = self.format?.value ?? (isJSONLines ? .jsonLines : .csv)
    if format == .codecarbon {
      let open = try ledger.summaries(matching: query).count { $0.duration == nil }
      if open > 0 { context.console.note("left out for want of a bill: \(open) of the runs") }
    }
    guard let file else {
      Console.write(try ledger.exported(matching: query, as: format), to: .output)
      return .done
    }
    let isReport = self.format == nil && file.hasSuffix(".html")
    let count =
      isReport
      ? try Self.report(query, of: ledger, to: file)
      : try ledger.export(matching: query, as: format, to: file)
    if context.isJSON {
      context.console.print(json: [
        "file": .string(file), "format": .string(isReport ? "html" : format.rawValue),
        "runs": JSONValue(count),
      ])
    } else {
      context.console.note("\(count) run\(count == 1 ? "" : "s") written to \(file)")
    }
    return .done
  }
}

extension LedgerExport {
  private static func report(_ query: RunQuery, of ledger: Ledger, to file: String) throws -> Int {
    let runs = try ledger.runs(matching: query, withSeries: true)
    do {
      try LedgerReport(runs).page.render()
        .write(toFile: file, atomically: true, encoding: .utf8)
    } catch {
      throw CommandError.cannotWrite(path: file, reason: "check the folder and its mode")
    }
    return runs.count
  }
}

/// `ergon ledger import`.
struct LedgerImport: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Bring runs in from a file: all of them, or none.",
    discussion: example(
      "ergon ledger import emissions.csv", "ergon ledger import runs.jsonl",
      about: "Importing a file again changes nothing."))

  @OptionGroup var output: OutputOptions
  @OptionGroup var place: LedgerOptions

  /// What can come in; Prometheus text only goes out.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case csv, jsonl, codecarbon
  }

  @Option(help: ArgumentHelp("Guessed from name and header without it.", valueName: "format"))
  var format: Format?

  @Argument(help: "The file.") var file: String

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let report = try context.ledger(place, mustExist: false).importRuns(
      from: file, as: format.flatMap { ExchangeFormat(rawValue: $0.rawValue) })
    if context.isJSON {
      context.console.print(json: [
        "format": .string(report.format.rawValue), "rows": JSONValue(report.rows),
        "imported": JSONValue(report.imported.map(\.description)),
        "updated": JSONValue(report.updated.map(\.description)),
        "unchanged": JSONValue(report.unchanged), "superseded": JSONValue(report.superseded),
      ])
      return .done
    }
    var text =
      "\(report.imported.count) of \(report.rows) row\(report.rows == 1 ? "" : "s") imported as "
      + report.format.rawValue
    if !report.updated.isEmpty { text += ", \(report.updated.count) updated" }
    if report.unchanged > 0 { text += ", \(report.unchanged) known already" }
    if report.superseded > 0 { text += ", \(report.superseded) superseded by later rows" }
    context.console.print(text)
    return .done
  }
}
