internal import ErgonEnergy
public import ErgonLedger
public import ErgonPlot

/// Runs as one page that can be mailed: their joules with bounds and origin, their power over time,
/// and what a reader must know.
///
/// ```swift
/// let page = LedgerReport(try ledger.runs(matching: query, withSeries: true)).page
/// let html = page.render()
/// ```
public struct LedgerReport: Sendable {
  public var title: String
  public var runs: [Run]

  /// How many runs the chart shows, and of how many the power over time is drawn.
  private static let chartLimit = 40
  private static let seriesLimit = 12

  /// - Parameter runs: In the order in which they are to stand.
  public init(_ runs: [Run], title: String = "Energy of runs") {
    self.runs = runs
    self.title = title
  }

  public var page: HTMLPage {
    let rows = runs.map { RunSummary($0) }
    var blocks: [HTMLPage.Block] = [.table(table(rows))]
    let metered = rows.filter { $0.energy != nil }.prefix(Self.chartLimit)
    if metered.count > 1 {
      blocks.append(
        .figure(
          BarChart(
            title: "Energy", categories: metered.map { Self.label($0) },
            axis: Axis("dynamic energy", unit: .joules, includesZero: true),
            series: [
              BarChart.Series(
                "dynamic energy", values: metered.map { $0.energy?.best.value },
                bounds: metered.map { $0.energy.map { $0.low.value...$0.high.value } })
            ], isHorizontal: true, height: 80 + 28 * Double(metered.count)),
          caption: "Bars end at the best figure; the lines give its bounds."))
    }
    var sections = [HTMLPage.Section("Runs", blocks)]
    let figures = runs.filter { $0.bill?.reading.series != nil }.prefix(Self.seriesLimit)
      .compactMap(Self.figure)
    if !figures.isEmpty { sections.append(.init("Power over time", figures)) }
    sections.append(.init("Where the figures come from", origins(rows)))
    return HTMLPage(
      title: title, subtitle: "\(runs.count) run\(runs.count == 1 ? "" : "s")",
      sections: sections, footer: "Made by Ergon \(ErgonPackage.version).")
  }

  /// The runs, without the columns that no run has anything for.
  private func table(_ rows: [RunSummary]) -> HTMLPage.Table {
    let columns: [(column: HTMLPage.Column, text: (RunSummary) -> String?)] = [
      (.unbroken("Run"), { String($0.id.description.prefix(12)) }),
      (.text("Subject"), { $0.subject }),
      (.unbroken("Started (UTC)"), { RunQuery.timeText($0.startedAt) }),
      (.text("State"), { $0.state.rawValue }),
      (.number("Time"), { $0.duration?.description }),
      (.number("Energy"), { $0.energy.map { QuantityFormat.string($0.interval) } }),
      (.text("From"), { $0.energy?.provenance.kind.rawValue }),
      (.number("Idle share"), { $0.idle?.description }),
      (.number("Greenhouse gas"), { $0.carbon.map { QuantityFormat.string($0) } }),
      (.text("Grid"), { $0.grid }),
    ]
    let cells = columns.map { column in rows.map(column.text) }
    let filled = columns.indices.filter { rows.isEmpty || cells[$0].contains { $0 != nil } }
    return HTMLPage.Table(
      columns: filled.map { columns[$0].column },
      rows: rows.indices.map { row in
        filled.map { HTMLPage.Cell(cells[$0][row] ?? "–") }
      })
  }

  private static func label(_ run: RunSummary) -> String {
    let subject = run.subject.prefix(32)
    return run.repetition.map { "\(subject) #\($0.index)" } ?? String(subject)
  }

  private static func figure(_ run: Run) -> HTMLPage.Block? {
    guard let series = run.bill?.reading.series, !series.time.isEmpty else { return nil }
    let lines = series.channels.filter { $0.powerW.count == series.time.count }.map {
      LineChart.Series($0.counter, x: series.time, y: $0.powerW)
    }
    guard !lines.isEmpty else { return nil }
    return .figure(
      LineChart(
        title: run.subject, x: Axis("seconds since the start"),
        y: Axis("power", unit: .watts, includesZero: true), series: lines),
      caption: run.id.description)
  }

  private func origins(_ rows: [RunSummary]) -> [HTMLPage.Block] {
    var origins: [String] = []
    for origin in rows.compactMap({ $0.energy?.provenance.description })
    where !origins.contains(origin) { origins.append(origin) }
    var notices: [String] = []
    for notice in runs.flatMap({ $0.bill?.reading.notices.map(\.description) ?? [] })
    where !notices.contains(notice) { notices.append(notice) }
    var blocks: [HTMLPage.Block] = [
      origins.isEmpty ? .paragraph("No run has a figure for its energy.") : .list(origins)
    ]
    if rows.contains(where: { ($0.energy?.provenance.kind ?? .measured) >= .estimated }) {
      blocks.append(
        .note(
          "Estimated and assumed joules come from a model, not a counter: on one machine their "
            + "ratios are ratios of processor time."))
    }
    if !notices.isEmpty { blocks += [.heading("Notices"), .list(notices)] }
    return blocks
  }
}
