public import ErgonEnergy

extension FootprintRecord {
  /// A run of the ledger as a row of a registry.
  ///
  /// The energy is the meter's, with the meter's own error bar taken as its 68 % spread; no design
  /// power is guessed and no place. The task is the value of a tag `task=…`; the quality is the
  /// named metric, or the first that says whether more is better.
  ///
  /// - Returns: `nil` for a run without an energy figure.
  public init?(_ run: Run, quality metric: String? = nil, tables: FootprintTables = .standard) {
    guard let row = SurveyRow(RunSummary(run), quality: metric, tables: tables),
      let energy = run.bill?.energy
    else { return nil }
    let grid = run.bill?.grid
    self.init(
      id: row.id, name: Self.printable(run.subject), task: row.task, date: row.day,
      year: row.year, hours: row.footprint.hours?.value,
      place: row.country.map { Place(country: $0) },
      intensity: grid.map {
        Intensity(
          value: $0.gramsPerKWh.best.value, year: $0.year, source: $0.provenance.description,
          basis: .location)
      },
      pue: run.bill?.overheads.pue, measuredJoules: max(energy.best.value, 0),
      measuredSpread: row.footprint.powerW?.spread ?? row.footprint.energySpread,
      meter: energy.provenance.description, quality: row.quality,
      notes: Self.hardware(run.environment), provenance: row.provenance)
  }

  /// A subject may hold line ends; a name may not.
  private static func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(400)
      .map { $0.value >= 32 && $0.value != 127 ? Character($0) : " " }
    return scalars.isEmpty ? "run" : String(scalars)
  }

  private static func hardware(_ place: RunEnvironment) -> String {
    (["\(place.logicalProcessors) logical processors of \(place.cpuModel ?? "unknown model")"]
      + place.accelerators).joined(separator: ", ")
  }
}

extension FootprintProvenance {
  /// What a registry calls a meter's provenance.
  public init(_ kind: ProvenanceKind) {
    self =
      switch kind {
      case .measured: .measured
      case .attributed: .attributed
      case .estimated: .estimated
      case .assumed: .declared
      }
  }
}

extension SurveyRow {
  /// A run of the ledger; `nil` for one without an energy figure.
  ///
  /// - Parameter metric: The quality to look at; without one the first metric that says whether
  ///   more is better.
  public init?(
    _ run: RunSummary, quality metric: String? = nil, tables: FootprintTables = .standard
  ) {
    guard let energy = run.energy else { return nil }
    let joules = max(energy.best.value, 0)
    let spread = Self.spread(energy.interval)
    var footprint = Footprint(
      pue: Footprint.Factor(1, spread: 1, origin: .meter), energy: Joules(joules),
      energySpread: spread, carbonSpread: 1)
    if let seconds = run.duration?.value, seconds > 0 {
      footprint.hours = Footprint.Factor(seconds / 3600, spread: 1, origin: .meter)
      footprint.powerW = Footprint.Factor(joules / seconds, spread: spread, origin: .meter)
      footprint.utilisation = Footprint.Factor(1, spread: 1, origin: .meter)
    }
    let grid = run.grid.flatMap { tables.country($0) }
    if let value = run.gramsPerKWh {
      let isTable = grid.map { $0.gramsPerKWh.best.value == value } ?? false
      footprint.gramsPerKWh = Footprint.Factor(
        value, spread: grid?.spread ?? 1, origin: isTable ? .gridTable : .stated)
      footprint.intensityYear = isTable ? grid?.year : nil
      footprint.carbon = GramsCO2e(energy.best.kilowattHours * value)
      footprint.carbonSpread = FootprintSpread.product([spread, grid?.spread ?? 1])
    }
    let day = CalendarDay(secondsSince1970: run.startedAt)
    self.init(
      id: run.id.description, name: run.subject, task: Self.value(of: "task", in: run.tags),
      year: day?.year, day: day?.text, country: grid?.code,
      provenance: FootprintProvenance(energy.provenance.kind),
      quality: Self.quality(run.metrics, metric), tags: run.tags, footprint: footprint)
  }

  /// The wider side of an error bar as a factor.
  private static func spread(_ joules: Interval<Joules>) -> Double {
    let (low, best, high) = (joules.low.value, joules.best.value, joules.high.value)
    guard best > 0 else { return 1 }
    return min(max(high / best, low > 0 ? best / low : 1), 1000)
  }

  static func value(of name: String, in tags: [String]) -> String? {
    tags.lazy.filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
      .first
  }

  private static func quality(_ metrics: [Metric], _ name: String?) -> FootprintRecord.Quality? {
    let metric = metrics.first {
      $0.value.isFinite && $0.higherIsBetter != nil && (name == nil || $0.name == name)
    }
    return metric.flatMap { metric in
      metric.higherIsBetter.map {
        FootprintRecord.Quality(metric: metric.name, value: metric.value, higherIsBetter: $0)
      }
    }
  }
}

extension Ledger {
  /// The runs that match, as rows of a survey; runs without an energy figure are left out, and so
  /// are the parts of a run that is itself a row, since its bill holds theirs.
  ///
  /// - Cost: one light query; about 10 µs a run.
  public func surveyRows(
    matching query: RunQuery = RunQuery(), quality metric: String? = nil
  ) throws(LedgerError) -> [SurveyRow] {
    SurveyRow.rows(try summaries(matching: query), quality: metric)
  }
}

extension SurveyRow {
  static func rows(_ runs: [RunSummary], quality metric: String?) -> [SurveyRow] {
    let billed = Set(runs.lazy.filter { $0.energy != nil }.map(\.id))
    return runs.compactMap { run in
      if let parent = run.parent, billed.contains(parent) { return nil }
      return SurveyRow(run, quality: metric)
    }
  }
}
