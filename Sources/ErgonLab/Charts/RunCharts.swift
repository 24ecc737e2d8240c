import ErgonEnergy
public import ErgonLedger
public import ErgonPlot

/// The charts of runs: what a run drew over time, and what several of them cost.
///
/// ```swift
/// if let chart = RunCharts.power(of: [run]) { try write(chart.svg()) }
/// ```
public enum RunCharts {
  /// Power over time.
  ///
  /// One run shows a line for each counter of its headline, with that counter's joules in the
  /// legend. Several runs show one line each, the sum of their headline counters, all beginning at
  /// zero.
  ///
  /// - Returns: `nil` when no run was sampled.
  public static func power(of runs: [Run]) -> LineChart? {
    let sampled = runs.compactMap { run in
      run.bill?.reading.series.flatMap { $0.time.isEmpty ? nil : (run: run, series: $0) }
    }
    guard let first = sampled.first else { return nil }
    let lines =
      sampled.count == 1
      ? counterLines(of: first.run, first.series)
      : sampled.map { totalLine(of: $0.run, $0.series, among: runs) }
    return LineChart(
      title: sampled.count == 1 ? first.run.subject : "Power of \(sampled.count) runs",
      subtitle: sampled.count == 1 ? subtitle(of: first.run) : omission(runs, sampled.count),
      x: Axis("Time", unit: .seconds), y: Axis("Power", unit: .watts, includesZero: true),
      series: lines, isFilled: sampled.count == 1)
  }

  /// The energy of runs side by side.
  ///
  /// Runs of the same subject (and the same side of a comparison) belong together. Single runs
  /// show as bars with the error bars of their figures; as soon as something was repeated every
  /// repeat is a mark of its own.
  ///
  /// - Parameter remark: What is to be said below the title, such as a comparison's verdict.
  /// - Returns: `nil` when no run has an energy figure.
  public static func energy(of runs: [Run], remark: String? = nil) -> (any Chart)? {
    let billed = runs.filter { $0.bill?.energy != nil }
    guard !billed.isEmpty else { return nil }
    let groups = groups(of: billed)
    let axis = Axis("Dynamic energy", unit: .joules, includesZero: true)
    let subtitle = remark ?? omission(runs, billed.count) ?? provenance(of: billed)
    if groups.allSatisfy({ $0.runs.count == 1 }) {
      let figures = groups.compactMap { $0.runs[0].bill?.energy }
      return BarChart(
        title: "Energy of \(groups.count) run\(groups.count == 1 ? "" : "s")", subtitle: subtitle,
        categories: groups.map(\.name), axis: axis,
        series: [
          BarChart.Series(
            "dynamic energy", values: figures.map(\.best.value),
            bounds: figures.map { $0.low.value...$0.high.value })
        ], isHorizontal: true)
    }
    return StripChart(
      title: "Energy of \(billed.count) runs", subtitle: subtitle,
      axis: Axis("Dynamic energy", unit: .joules),
      groups: groups.map { group in
        StripChart.Group(
          group.name, values: group.runs.compactMap { $0.bill?.energy?.best.value })
      })
  }

  // MARK: Lines

  private static func counterLines(of run: Run, _ series: PowerSeries) -> [LineChart.Series] {
    let components = run.bill?.reading.components ?? []
    return headline(of: run, series).map { channel in
      let reading = components.first { $0.counter == channel.counter }
      // The line shows all that the counter counted, so the figure beside it must too.
      let joules = (reading?.total ?? reading?.dynamic)?.best
      return LineChart.Series(
        "\(channel.component.rawValue) (\(channel.counter))",
        detail: joules.map { QuantityFormat.string($0) }, x: series.time,
        y: padded(channel.powerW, series.time.count))
    }
  }

  private static func totalLine(of run: Run, _ series: PowerSeries, among runs: [Run])
    -> LineChart.Series
  {
    let channels = headline(of: run, series).map { padded($0.powerW, series.time.count) }
    let sum = series.time.indices.map { step in channels.reduce(0) { $0 + $1[step] } }
    return LineChart.Series(
      name(of: run, among: runs), detail: run.bill?.energy.map { QuantityFormat.string($0.best) },
      x: series.time, y: sum)
  }

  /// The channels that may be added up; all of them when the reading does not say.
  private static func headline(of run: Run, _ series: PowerSeries) -> [PowerSeries.Channel] {
    let beside = Set(
      (run.bill?.reading.components ?? []).filter { !$0.isInHeadline }.map(\.counter))
    let kept = series.channels.filter { !beside.contains($0.counter) }
    return kept.isEmpty ? series.channels : kept
  }

  /// A channel as long as the time; what was not sampled is a gap.
  private static func padded(_ powerW: [Double], _ count: Int) -> [Double] {
    Array(powerW.prefix(count)) + [Double](repeating: .nan, count: max(0, count - powerW.count))
  }

  // MARK: Groups and words

  /// Runs that belong together: repeats of one thing.
  public struct Group: Sendable {
    /// The subject, with the side of the comparison before it where there is one.
    public let name: String
    public internal(set) var runs: [Run]
  }

  /// The runs gathered by subject and side, in the order in which each first appears.
  public static func groups(of runs: [Run]) -> [Group] {
    var groups: [Group] = []
    var places: [String: Int] = [:]
    for run in runs {
      let name = groupName(of: run)
      if let place = places[name] {
        groups[place].runs.append(run)
      } else {
        places[name] = groups.count
        groups.append(Group(name: name, runs: [run]))
      }
    }
    return groups
  }

  private static func groupName(of run: Run) -> String {
    run.repetition.map { "\($0.side): \(run.subject)" } ?? run.subject
  }

  /// A run's subject, and the beginning of its name where the subject alone does not tell.
  private static func name(of run: Run, among runs: [Run]) -> String {
    let alike = runs.filter { groupName(of: $0) == groupName(of: run) }.count
    guard alike > 1 else { return groupName(of: run) }
    if let index = run.repetition?.index { return "\(groupName(of: run)) #\(index + 1)" }
    return "\(run.subject) \(run.id.description.suffix(6))"
  }

  private static func subtitle(of run: Run) -> String {
    let reading = run.bill?.reading
    let parts = [
      reading?.dynamic.map { "\($0)" }, reading.map { QuantityFormat.string($0.duration) },
      run.environment.cpuModel,
    ]
    return parts.compactMap { $0 }.joined(separator: " · ")
  }

  private static func omission(_ runs: [Run], _ shown: Int) -> String? {
    let missing = runs.count - shown
    return missing == 0
      ? nil
      : "\(missing) of \(runs.count) runs not shown: they carry no figure for this chart"
  }

  private static func provenance(of runs: [Run]) -> String? {
    let kinds = Set(runs.compactMap { $0.bill?.energy?.provenance.kind.rawValue }).sorted()
    return kinds.isEmpty ? nil : "Dynamic energy, \(kinds.joined(separator: " and "))"
  }
}
