import ErgonEnergy
import ErgonLab
import ErgonLedger
import ErgonNumerics
import ErgonPlot

extension CountingCarbon {
  // MARK: By main source of electricity

  /// The paper's groups: models and mean intensity by the grid's largest source, from memory.
  static let groups: [(source: ElectricitySource, models: Int, gramsPerKWh: Double)] = [
    (.coal, 38, 512.3), (.gas, 23, 350.5), (.hydro, 19, 100.6), (.oil, 12, 453.6),
    (.nuclear, 3, 147.2),
  ]

  func sources(_ lab: Lab) -> [Claim] {
    let all = Self.groups.reduce(0) { $0 + $1.models }
    let low = Self.groups.filter(\.source.isLowCarbon).reduce(0) { $0 + $1.models }
    let fossil = Self.groups.filter { $0.source == .coal || $0.source == .gas }
      .reduce(0) { $0 + $1.models }
    let mark = "rows of the paper's table from memory, unverified"
    var claims = [
      Claim(
        "sources.models", "The groups hold all 95 models", published: 95, ours: Double(all),
        tolerance: .absolute(0), remark: mark),
      Claim(
        "sources.low-carbon", "22 models (23 %) ran on mainly low-carbon grids", published: 22,
        ours: Double(low), tolerance: .absolute(0)),
      Claim(
        "sources.fossil", "61 models ran on grids of mainly coal or gas", published: 61,
        ours: Double(fossil), tolerance: .absolute(0)),
    ]
    let rows = GridTable.rows
    var ours: [Double?] = []
    for group in Self.groups {
      let grams = rows.filter {
        ElectricitySource.main(country: $0.alpha2, year: $0.year) == group.source
      }.map(\.gramsPerKWh)
      ours.append(Statistics.mean(grams))
      claims.append(
        Claim(
          "sources.\(group.source.rawValue)",
          "Mean intensity where \(group.source.rawValue) leads, against \(grams.count) "
            + "\(grams.count == 1 ? "country" : "countries") of today's table",
          published: group.gramsPerKWh, ours: Statistics.mean(grams), unit: "g/kWh",
          tolerance: .factor(1.3), partly: .factor(1.6), expected: .partly,
          remark: "the paper weighs places by models, 2012 to 2021; ours weighs countries once, "
            + "2024; " + ElectricitySource.mark))
    }
    let intensities = rows.map(\.gramsPerKWh)
    claims.append(
      Claim(
        "sources.spread", "The dirtiest grid emits about 60 times what the cleanest does",
        published: 60, ours: (intensities.max() ?? 0) / (intensities.min() ?? 1),
        tolerance: .factor(1.25), partly: .factor(2), expected: .partly,
        remark: "the paper has regions cleaner than any country's average; figure from memory"))
    lab.figure(
      "Mean carbon intensity by the grid's main source: the paper's models, and today's countries.",
      BarChart(
        title: "Intensity by main source of electricity",
        categories: Self.groups.map(\.source.rawValue),
        axis: Axis("Intensity", unit: AxisUnit("g/kWh")),
        series: [
          BarChart.Series("paper, 95 models", values: Self.groups.map(\.gramsPerKWh)),
          BarChart.Series("countries of 2024", values: ours),
        ]))
    return claims
  }

  // MARK: Power, time, intensity

  /// The paper's question of the published runs and of the reader's own rows.
  func survey(_ lab: Lab, _ settings: Settings) throws -> [Claim] {
    let starter = Survey(of: StarterRegistry.registry)
    var claims = drivers(
      "starter", starter, "published training runs",
      expected: .notReproduced,
      remark: "\(starter.shares?.count ?? 0) rows, "
        + "\(starter.excluded.reduce(0) { $0 + $1.rows }) left out; famous runs from three "
        + "devices to ten thousand differ in power as the paper's sample did not")
    let rows = StarterRegistry.registry.records.map { SurveyRow($0) }
    lab.figure(
      "Emissions against energy of published training runs; a row's distance from a dashed line "
        + "is its grid.", SurveyFigures.carbonAgainstEnergy(rows))
    var shares = [("published runs", starter)]
    show(lab, starter, "published training runs")
    if !settings.input.isEmpty {
      let own = try SurveyInput.rows(path: settings.input)
      let survey = Survey(own)
      claims += drivers(
        "input", survey, "the rows of the input", expected: .notComparable,
        remark: "\(survey.shares?.count ?? 0) of \(survey.rows) rows")
      lab.figure(
        "Emissions against energy of the input's rows.", SurveyFigures.carbonAgainstEnergy(own))
      show(lab, survey, "the input")
      shares.append(("input", survey))
    }
    lab.figure(
      "Share of each factor in the variance of log emissions; the shares of a row add up to 1, "
        + "and a negative one works against the others.", SurveyFigures.shares(shares))
    return claims
  }

  private func drivers(
    _ id: String, _ survey: Survey, _ subject: String, expected: Verdict, remark: String
  ) -> [Claim] {
    let shares = survey.shares
    let intensity = shares?.share(of: "intensity")
    let time = shares?.share(of: "time")
    let rest = intensity.flatMap { intensity in time.map { $0 + intensity } }
    return [
      Claim(
        "drivers.\(id)",
        "Carbon intensity and training time explain most of the variation of \(subject), power "
          + "little: share of the two", published: nil, ours: rest, tolerance: .atLeast(0.5),
        expected: expected, remark: remark),
      Claim(
        "slope.\(id)", "Emissions follow energy on a log-log plot of \(subject): slope",
        published: 1, ours: survey.carbonAgainstEnergy?.slope, tolerance: .absolute(0.15),
        partly: .absolute(0.3), expected: id == "input" ? .notComparable : .reproduced),
    ]
  }

  private func show(_ lab: Lab, _ survey: Survey, _ subject: String) {
    for table in SurveyFigures.tables(survey) {
      lab.table("\(table.caption): \(subject).", columns: table.columns, rows: table.rows)
    }
  }
}
