import ArgumentParser
import ErgonEnergy
import ErgonLab
import ErgonLedger
import ErgonStudies

/// `ergon study run NAME`: the claims of a paper beside what comes out here, and what it cost.
struct StudyRunCommand: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Re-run a study's claims and keep the run.",
    discussion: example(
      "ergon study run counting-carbon",
      "ergon study run counting-carbon --full --set rows=100000 --report report.html",
      about: """
        The exit code is 2 when a claim that should be reproduced lies outside its band. The \
        beginning of a study's name is enough where only one begins so.
        """))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var place: LedgerOptions

  @Argument(help: "The study; 'ergon study list' names them.")
  var name: String

  @Flag(help: "Minutes on two cores, which is the default, or the paper's own size.")
  var preset = Preset.quick

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Change a setting; may be repeated.", valueName: "name=value"))
  var overrides: [String] = []

  @Option(help: ArgumentHelp("Write a report for people.", valueName: "file.html"))
  var report: String?

  @Option(help: ArgumentHelp("Stop once this much is spent.", valueName: "50J"))
  var budget: String?

  @Option(name: .customLong("tag"), help: "A label for the run; may be repeated.")
  var tags: [String] = []

  @Flag(name: .customLong("no-save"), help: "Keep nothing in the ledger.")
  var noSave = false

  enum Preset: String, EnumerableFlag { case quick, full }

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let study = try Studies.registry.study(name)
    let preset: StudyPreset = preset == .full ? .full : .quick
    let overrides = try Self.pairs(overrides)
    // A misspelt setting is refused before a meter is made or a ledger opened.
    _ = try study.settings(preset, overrides: overrides)
    if let report { try Console.checkFolder(ofFile: report) }
    let settings = try context.settings(meter, grid, place)
    let lab = try context.lab(settings, saves: !noSave)
    let outcome = try await study.run(
      in: lab, preset, overrides: overrides, budget: try budget.map { try Joules(parsing: $0) },
      tags: tags)
    let page = StudyReport(outcome)
    if let report { try Console.write(page.html(), toFile: report) }
    if context.isJSON {
      context.console.print(String(decoding: try page.json(), as: UTF8.self))
    } else {
      show(outcome, context.console)
    }
    return outcome.failures.isEmpty ? .done : .outsideBand
  }

  private static func pairs(_ words: [String]) throws -> [String: String] {
    var pairs: [String: String] = [:]
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw CommandError.usage("bad option: --set '\(word)': expected name=value")
      }
      pairs[String(parts[0])] = String(parts[1])
    }
    return pairs
  }

  private func show(_ outcome: StudyOutcome, _ console: Console) {
    var table = TextTable([
      .flexible("CLAIM"), .flexible("THE PAPER SAYS"), .right("PUBLISHED"), .right("OURS"),
      .flexible("BAND"), "VERDICT",
    ])
    for claim in outcome.claims {
      table.append([
        claim.id, claim.statement, claim.publishedText, claim.oursText,
        claim.tolerance.description, claim.verdict.rawValue,
      ])
    }
    console.print(table)
    for claim in outcome.claims where claim.remark != nil {
      console.detail("\(claim.id): \(claim.remark ?? "")")
    }
    guard let bill = outcome.run.bill else { return }
    console.note(
      "ergon: \(BillText(bill).headline)"
        + (noSave ? "" : " · run \(outcome.run.id.short)")
        + (report.map { " · report \($0)" } ?? ""))
    if !outcome.failures.isEmpty {
      console.warn(
        "outside the band: \(outcome.failures.map(\.id).joined(separator: ", "))")
    }
  }
}
