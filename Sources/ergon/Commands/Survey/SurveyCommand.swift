import ArgumentParser
import ErgonEnergy
import ErgonLedger
import ErgonStudies

/// `ergon survey`: what a set of runs or records says together.
struct SurveyCommand: ErgonCommand {
  static let configuration = CommandConfiguration(
    commandName: "survey",
    abstract: "Group runs by source, task, time and quality; say what makes them differ.",
    discussion: example(
      "ergon survey", "ergon survey --by source,time --tag team",
      "ergon survey --from emissions.csv --report survey.html",
      about: "Without --from the ledger's runs are surveyed. The shares say how much of the "
        + "differences in emissions comes from power, time and carbon intensity."))

  @OptionGroup var output: OutputOptions
  @OptionGroup var ledger: LedgerOptions
  @Option(
    help: ArgumentHelp(
      "A registry or exported runs (.jsonl), or a meter's CSV.", valueName: "file"))
  var from: String?
  @Option(
    help: ArgumentHelp(
      "Sections: source, country, task, time (year, month, day), quality, provenance, tag:NAME.",
      valueName: "list"))
  var by = "source,task,time,quality"
  @Option(
    help: ArgumentHelp("Only runs with this tag; repeat for several.", valueName: "tag"))
  var tag: [String] = []
  @Option(
    help: ArgumentHelp("The metric that says how well a run did.", valueName: "name"))
  var metric: String?
  @Option(help: ArgumentHelp("Also write the survey as a page.", valueName: "out.html"))
  var report: String?

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let (groupings, quality) = try Self.sections(by)
    if let report { try Console.checkFolder(ofFile: report) }
    let rows = try rows(context)
    let survey = Survey(rows, by: groupings, quality: quality)
    if let report {
      let page = SurveyFigures.page(survey, rows: rows, title: "Survey of \(rows.count) runs")
      try Console.write(page.render(), toFile: report)
      context.console.note("wrote \(report)")
    }
    if context.isJSON {
      context.console.print(json: Self.json(survey))
    } else {
      Self.print(survey, to: context.console)
    }
    return .done
  }

  static func sections(_ text: String) throws -> ([SurveyGrouping], quality: Bool) {
    var groupings: [SurveyGrouping] = []
    var quality = false
    for word in text.split(separator: ",").map({ String($0.filter { $0 != " " }) }) {
      if word == "quality" {
        quality = true
      } else if let grouping = SurveyGrouping(word) {
        groupings.append(grouping)
      } else {
        throw CommandError.usage(
          "unknown section: '\(word)': --by takes source, country, task, time, year, month, day, "
            + "quality, provenance, tag:NAME")
      }
    }
    return (groupings, quality)
  }

  private func rows(_ context: CommandContext) throws -> [SurveyRow] {
    if let from {
      let rows = try SurveyInput.rows(path: from, quality: metric)
      return tag.isEmpty
        ? rows
        : rows.filter { row in
          tag.allSatisfy { tag in row.tags.contains { $0 == tag || $0.hasPrefix(tag + "=") } }
        }
    }
    return try Ledger(path: context.settings(ledger)[.ledger]?.text).surveyRows(
      matching: RunQuery(tags: tag), quality: metric)
  }

  private static func print(_ survey: Survey, to console: Console) {
    var line = "\(survey.rows) rows"
    if survey.rowsWithEnergy > 0 {
      line += ", \(Joules(kilowattHours: survey.energyKWh)) in \(survey.rowsWithEnergy)"
    }
    line +=
      survey.rowsWithCarbon > 0
      ? ", \(GramsCO2e(survey.carbonKg * 1000)) in \(survey.rowsWithCarbon)"
      : ", no carbon figure (--grid when metering gives one)"
    if survey.rowsMarketBased > 0 {
      line += ", apart from it \(GramsCO2e(survey.marketCarbonKg * 1000)) market-based"
    }
    console.print(line)
    for table in SurveyFigures.tables(survey) {
      var text = TextTable(
        table.columns.map { TextTable.Column($0.name, alignment: $0.isNumeric ? .right : .left) })
      for row in table.rows { text.append(row.map { $0 }) }
      console.print("")
      console.print(table.caption)
      console.print(text)
    }
    for remark in survey.remarks { console.note("note: \(remark)") }
  }
}
