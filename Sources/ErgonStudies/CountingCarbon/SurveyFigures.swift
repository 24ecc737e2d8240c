import ErgonEnergy
public import ErgonLedger
public import ErgonPlot

/// A survey as charts and tables: the same for a study's report and for `ergon survey`.
public enum SurveyFigures {
  /// A table of words and figures, for a page or a terminal.
  public struct Table: Sendable {
    public let caption: String
    public let columns: [HTMLPage.Column]
    /// As many cells each as there are columns.
    public let rows: [[String]]
  }

  /// Emissions over energy on logarithmic axes, one kind of mark for each main source of
  /// electricity, with lines of equal intensity.
  public static func carbonAgainstEnergy(_ rows: [SurveyRow]) -> ScatterChart {
    var series: [String: [ScatterChart.Point]] = [:]
    var (energies, carbons): ([Double], [Double]) = ([], [])
    for row in rows where row.footprint.basis != .market {
      guard let energy = row.footprint.energy, let carbon = row.footprint.carbon,
        energy.value > 0, carbon.value > 0
      else { continue }
      energies.append(energy.value)
      carbons.append(carbon.value)
      series[row.electricity?.rawValue ?? "source not stated", default: []].append(
        ScatterChart.Point(x: energy.value, y: carbon.value, label: row.name))
    }
    let (least, most) = (energies.min() ?? 3.6e6, energies.max() ?? 3.6e9)
    let guides = [20.0, 100, 500].compactMap { grams -> ScatterChart.Guide? in
      let ends = [least, most].map { ScatterChart.Point(x: $0, y: $0 / 3.6e6 * grams) }
      // A line that passes the rows by would stand in the legend alone.
      guard let low = carbons.min(), let high = carbons.max(), ends[0].y <= high, ends[1].y >= low
      else { return nil }
      return ScatterChart.Guide("\(Int(grams)) g/kWh", points: ends)
    }
    return ScatterChart(
      title: "Emissions against energy",
      // Below a milliwatt-hour only joules read well.
      x: Axis("Energy", unit: least < 3.6 ? .joules : .wattHours, scale: .logarithmic),
      y: Axis("Emissions", unit: .gramsCO2e, scale: .logarithmic),
      series: series.sorted { $0.key < $1.key }.map {
        ScatterChart.Series($0.key, points: $0.value)
      },
      guides: guides)
  }

  /// The shares of power, time and intensity in some surveys.
  public static func shares(_ surveys: [(name: String, survey: Survey)]) -> BarChart {
    BarChart(
      title: "What the differences between emissions come from",
      categories: surveys.map(\.name), axis: Axis("Share of log variance"),
      series: FactorChain.powerTimeIntensity.names.map { name in
        BarChart.Series(name, values: surveys.map { $0.survey.shares?.share(of: name) })
      }, isHorizontal: true)
  }

  /// Emissions by group of a section.
  public static func groups(_ section: Survey.Section) -> BarChart {
    BarChart(
      title: "Emissions by \(section.grouping)",
      categories: section.groups.prefix(20).map(\.name),
      axis: Axis("Emissions", unit: .gramsCO2e),
      series: [
        BarChart.Series(
          "emissions", values: section.groups.prefix(20).map { $0.carbonKg.map { $0 * 1000 } })
      ], isHorizontal: true)
  }

  /// The survey's tables: one a section, the shares, the rows left out, the trade-offs.
  public static func tables(_ survey: Survey) -> [Table] {
    (survey.sections.map(table) + [shares(survey), excluded(survey), tradeOffs(survey)])
      .filter { !$0.rows.isEmpty }
  }

  /// The survey as a page of its own.
  public static func page(_ survey: Survey, rows: [SurveyRow], title: String) -> HTMLPage {
    var blocks: [HTMLPage.Block] = [
      .facts([
        HTMLPage.Fact("Rows", "\(survey.rows)"),
        HTMLPage.Fact("Energy", Joules(kilowattHours: survey.energyKWh).description),
        HTMLPage.Fact("Emissions", GramsCO2e(survey.carbonKg * 1000).description),
      ]),
      .figure(carbonAgainstEnergy(rows), caption: "Lines of equal carbon intensity are dashed."),
    ]
    if survey.shares != nil { blocks.append(.figure(shares([("all rows", survey)]))) }
    blocks += survey.sections.filter { $0.groups.count > 1 }.map { .figure(groups($0)) }
    let tables = tables(survey).map { table in
      HTMLPage.Block.table(
        HTMLPage.Table(
          columns: table.columns, rows: table.rows.map { $0.map { .text($0) } },
          caption: table.caption))
    }
    return HTMLPage(
      title: title,
      sections: [
        .init("Figures", blocks), .init("Tables", tables),
        .init("What to know", [.list(survey.remarks)]),
      ])
  }

  // MARK: Tables

  private static func table(_ section: Survey.Section) -> Table {
    Table(
      caption: "By \(section.grouping)",
      columns: [
        .text(section.grouping), .number("rows"), .number("energy"), .number("emissions"),
        .number("typical row"), .number("spread"), .number("g/kWh"),
      ],
      rows: section.groups.map { group in
        [
          group.name, "\(group.rows)",
          group.energyKWh.map { Joules(kilowattHours: $0).description } ?? "-",
          group.carbonKg.map { GramsCO2e($0 * 1000).description } ?? "-",
          group.typicalCarbonKg.map { GramsCO2e($0 * 1000).description } ?? "-",
          group.carbonSpread.map { "×/÷ " + QuantityFormat.number($0) } ?? "-",
          group.gramsPerKWh.map { QuantityFormat.number($0) } ?? "-",
        ]
      })
  }

  private static func shares(_ survey: Survey) -> Table {
    let parts = survey.shares?.parts ?? []
    return Table(
      caption: "Shares of the variance of log emissions",
      columns: [.text("factor"), .number("share"), .number("spread of the factor")],
      rows: parts.map { part in
        [
          part.factor, QuantityFormat.fixed(part.share, decimals: 3),
          "×/÷ " + QuantityFormat.number(spreadOf(part.logDeviation)),
        ]
      })
  }

  private static func excluded(_ survey: Survey) -> Table {
    Table(
      caption: "Rows left out of the shares",
      columns: [.text("reason"), .number("rows"), .text("which")],
      rows: survey.excluded.map { exclusion in
        let more = exclusion.rows - exclusion.ids.count
        return [
          exclusion.reason.words, "\(exclusion.rows)",
          exclusion.ids.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""),
        ]
      })
  }

  private static func tradeOffs(_ survey: Survey) -> Table {
    Table(
      caption: "Emissions against quality: rows that no other beats in both",
      columns: [
        .text("task"), .text("metric"), .number("rows"), .number("rank correlation"),
        .text("front"),
      ],
      rows: survey.qualities.map { entry in
        [
          entry.task, entry.metric, "\(entry.rows)",
          entry.rankCorrelation.map { QuantityFormat.fixed($0, decimals: 2) } ?? "-",
          entry.front.prefix(8).map {
            "\($0.name) (\(QuantityFormat.number($0.quality)), "
              + "\(GramsCO2e($0.carbonKg * 1000)))"
          }.joined(separator: "; "),
        ]
      })
  }

  private static func spreadOf(_ logDeviation: Double) -> Double {
    FootprintSpread.factor(logDeviation: logDeviation)
  }
}
