import ErgonEnergy
public import ErgonPlot

/// A study's outcome as one page for people.
///
/// ```swift
/// let html = StudyReport(outcome).html()      // one file: no script, no external asset
/// ```
public struct StudyReport: Sendable {
  public let outcome: StudyOutcome

  public init(_ outcome: StudyOutcome) { self.outcome = outcome }

  /// The page as text.
  public func html() -> String { page.render() }

  /// The page: claims first, then figures, then what it cost, what was set, where it ran.
  public var page: HTMLPage {
    HTMLPage(
      title: outcome.summary, subtitle: citation,
      sections: [claims] + results + [bill, settings, environment],
      footer: "Ergon \(outcome.run.environment.ergonVersion), study \(outcome.name) "
        + "(\(outcome.preset.rawValue)), run \(outcome.run.id)")
  }

  private var citation: String {
    let paper = outcome.paper
    return "\(paper.authors) (\(paper.year)). \(paper.title). \(paper.url ?? paper.id)"
  }

  // MARK: Claims

  private var claims: HTMLPage.Section {
    let counts = outcome.tally.filter { $0.count > 0 }
      .map { "\($0.count) \($0.verdict.rawValue)" }.joined(separator: ", ")
    let rows = outcome.claims.map { claim -> [HTMLPage.Cell] in
      [
        .text(claim.statement), .text(claim.publishedText), .text(claim.oursText),
        .text(claim.tolerance.description), .badge(Self.badge(claim.verdict)),
      ]
    }
    let remarks = outcome.claims.compactMap { claim in claim.remark.map { "\(claim.id): \($0)" } }
    var blocks: [HTMLPage.Block] = [
      .verdict(
        outcome.failures.isEmpty
          ? .init("as expected", .good) : .init("\(outcome.failures.count) outside", .bad),
        "\(outcome.claims.count) claims: \(counts)."),
      .table(
        HTMLPage.Table(
          columns: [
            .text("The paper says"), .number("published"), .number("ours"), .text("band"),
            .text("verdict"),
          ], rows: rows)),
    ]
    if !remarks.isEmpty { blocks.append(.list(remarks)) }
    return .init("Claims", blocks)
  }

  static func badge(_ verdict: Verdict) -> HTMLPage.Badge {
    switch verdict {
    case .reproduced: .init(verdict.rawValue, .good)
    case .partly: .init(verdict.rawValue, .partly)
    case .notReproduced: .init(verdict.rawValue, .bad)
    case .notComparable: .init(verdict.rawValue, .neutral)
    }
  }

  // MARK: Figures and tables

  private var results: [HTMLPage.Section] {
    let blocks =
      outcome.figures.map { HTMLPage.Block.figure($0.chart, caption: $0.caption) }
      + outcome.tables.map { table in
        .table(
          HTMLPage.Table(
            columns: table.columns, rows: table.rows.map { $0.map { .text($0) } },
            caption: table.caption))
      }
    return blocks.isEmpty ? [] : [.init("Results", blocks)]
  }

  // MARK: What it cost

  private var bill: HTMLPage.Section {
    guard let bill = outcome.run.bill else {
      return .init("What it cost", [.note("The run has no bill.")])
    }
    var facts = [
      HTMLPage.Fact("Energy", bill.energy?.description ?? "no figure"),
      HTMLPage.Fact("Time", bill.reading.duration.description),
      HTMLPage.Fact("Processor time", bill.reading.cpu.total.description),
    ]
    if let carbon = bill.carbon, let grid = bill.grid {
      facts.append(.init("Carbon, grid \(grid.code)", carbon.description))
    }
    if let idle = bill.idle { facts.append(.init("Idle share, apart", idle.description)) }
    var blocks: [HTMLPage.Block] = [.facts(facts)]
    if let energy = bill.energy {
      blocks.append(.paragraph("Source: \(energy.provenance)."))
    }
    if !outcome.parts.isEmpty {
      blocks.append(
        .table(
          HTMLPage.Table(
            columns: [.text("part"), .number("time"), .number("energy"), .text("state")],
            rows: outcome.parts.map { part in
              [
                .text(part.subject), .text(part.bill?.reading.duration.description ?? ""),
                .text(part.bill?.energy?.description ?? "no figure"), .text(part.state.rawValue),
              ]
            })))
    }
    let notices = bill.reading.notices.map(\.description)
    if !notices.isEmpty { blocks.append(.list(notices)) }
    return .init("What it cost", blocks)
  }

  // MARK: How and where

  private var settings: HTMLPage.Section {
    .init(
      "Settings",
      [
        .table(
          HTMLPage.Table(
            columns: [.text("setting"), .number("value"), .text("unit"), .text("meaning")],
            rows: outcome.settings.map {
              [
                .text($0.field.name), .text($0.value), .text($0.field.unit),
                .text($0.field.summary),
              ]
            })),
        .code(command),
      ])
  }

  /// What to type to run it again.
  private var command: String {
    "ergon study run \(outcome.name) --\(outcome.preset.rawValue)"
      + outcome.settings.map { " --set \($0.field.name)=\($0.value)" }.joined()
  }

  private var environment: HTMLPage.Section {
    let place = outcome.run.environment
    var facts: [HTMLPage.Fact] = []
    let add = { (name: String, value: String?) in
      if let value { facts.append(.init(name, value)) }
    }
    add("Processor", place.cpuModel)
    add("Logical processors", String(place.logicalProcessors))
    add(
      "Memory",
      place.memoryBytes.map { QuantityFormat.number(Double($0) / 1_073_741_824) + " GiB" })
    add(
      "Accelerators", place.accelerators.isEmpty ? nil : place.accelerators.joined(separator: ", "))
    add("System", place.operatingSystem)
    add("Kernel", place.kernel)
    add("Virtual machine", place.virtualMachine)
    add("Container", place.container)
    add("Source", place.gitCommit)
    return .init("Environment", [.facts(facts)])
  }
}
