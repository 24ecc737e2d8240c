internal import ErgonEnergy

/// Turns a row of ``RunTable`` into a run: its headline becomes the one component.
struct RunTableImporter {
  static let required = ["subject", "started_at", "duration_s"]

  let row: ImportRow
  /// The names of the columns, to find the metrics among them.
  let header: [String]

  func run() throws(LedgerError) -> Run {
    guard let subject = row.text("subject") else { throw row.malformed("subject", "it is empty") }
    guard let start = row.text("started_at"), let startedAt = CalendarTime.seconds(start) else {
      throw row.malformed("started_at", "it is no time such as 2026-05-01T12:30:00Z")
    }
    let processors = try row.amount("processors").flatMap { Int(exactly: $0) } ?? 0
    var run = Run(
      id: try id(), parent: try name("parent"), subject: subject,
      kind: try word("kind") ?? .imported, environment: try environment(processors),
      startedAt: startedAt, state: try word("state") ?? .complete,
      exitCode: try row.number("exit_code").flatMap { Int32(exactly: $0) },
      metrics: try metrics(), tags: tags(), repetition: try repetition())
    if let reading = try reading(
      subject, startedAt, processors, isRequired: run.state == .complete)
    {
      run.bill = Bill(reading: reading, grid: try grid())
    }
    if run.state == .open { run.state = .interrupted }
    return run
  }

  /// What was read; `nil` for a run that is still going on, was lost or never began.
  private func reading(
    _ subject: String, _ startedAt: Double, _ processors: Int, isRequired: Bool
  ) throws(LedgerError) -> Reading? {
    let energy = try energy()
    guard let duration = try row.amount("duration_s") else {
      if isRequired || energy != nil { throw row.malformed("duration_s", "it is empty") }
      return nil
    }
    var reading = Reading(
      name: subject, scope: .process, startedAt: startedAt, duration: Seconds(duration),
      cpu: CPUTime(user: Seconds(try row.amount("cpu_s") ?? 0)), processors: processors)
    if let energy {
      let idle = try row.amount("idle_j").map {
        Figure(
          Interval(Joules($0), error: energy.provenance.kind.importedError), energy.provenance)
      }
      reading.components = [
        ComponentReading(
          component: .platform, counter: "imported/energy_j", dynamic: energy, idle: idle)
      ]
    }
    return reading
  }

  private func energy() throws(LedgerError) -> Figure<Joules>? {
    guard let best = try row.amount("energy_j") else { return nil }
    let kind: ProvenanceKind = try word("energy_provenance") ?? .assumed
    let low = try row.amount("energy_low_j") ?? best * kind.importedError.low
    let high = try row.amount("energy_high_j") ?? best * kind.importedError.high
    guard low <= best, best <= high else {
      throw row.malformed("energy_low_j", "the bounds do not enclose energy_j")
    }
    return Figure(
      Interval(low: Joules(low), best: Joules(best), high: Joules(high)),
      Provenance(
        kind, source: row.text("energy_source") ?? "imported",
        version: row.text("energy_source_version") ?? ""))
  }

  private func grid() throws(LedgerError) -> Grid? {
    guard let intensity = try row.amount("grid_g_per_kwh") else { return nil }
    guard intensity <= 10_000 else {
      throw row.malformed("grid_g_per_kwh", "more than 10 kg of CO2e per kWh")
    }
    let code = row.text("grid") ?? "declared"
    return Grid(
      code: code, name: GridTable.row(code)?.name ?? code,
      gramsPerKWh: Interval(exactly: GramsCO2e(intensity)), year: nil,
      provenance: Provenance(.assumed, source: "imported"))
  }

  private func id() throws(LedgerError) -> RunID {
    try name("id") ?? RunID(digestOf: "row\n" + row.fields.joined(separator: "\n"))
  }

  private func name(_ column: String) throws(LedgerError) -> RunID? {
    guard let text = row.text(column) else { return nil }
    guard let id = RunID(text) else {
      throw row.malformed(column, "'\(text.prefix(40))' is no name of 26 characters of base 32")
    }
    return id
  }

  private func word<Word: RawRepresentable & CaseIterable>(_ column: String) throws(LedgerError)
    -> Word? where Word.RawValue == String
  {
    guard let text = row.text(column) else { return nil }
    guard let word = Word(rawValue: text) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw row.malformed(column, "'\(text.prefix(40))' is none of \(known)")
    }
    return word
  }

  private func repetition() throws(LedgerError) -> Repetition? {
    guard let group = try name("group") else { return nil }
    return Repetition(
      group: group, side: row.text("side") ?? "A",
      index: try row.amount("index").flatMap { Int(exactly: $0) } ?? 0,
      isInterleaved: row.text("interleaved") == "true")
  }

  private func metrics() throws(LedgerError) -> [Metric] {
    var metrics: [Metric] = []
    for column in header where column.hasPrefix(Metric.columnPrefix) {
      guard let value = try row.number(column) else { continue }
      var name = column.dropFirst(Metric.columnPrefix.count)
      var unit: Substring = ""
      if name.hasSuffix("]"), let bracket = name.lastIndex(of: "["),
        bracket > name.startIndex
      {
        unit = name[name.index(after: bracket)...].dropLast()
        name = name[..<name.index(before: bracket)]
      }
      metrics.append(Metric(name: String(name), value: value, unit: String(unit)))
    }
    return metrics
  }

  private func tags() -> [String] {
    (row.text("tags") ?? "").split(separator: ";").map(String.init).filter(Ledger.isTag)
  }

  private func environment(_ processors: Int) throws(LedgerError) -> RunEnvironment {
    RunEnvironment(
      cpuModel: row.text("cpu_model"), logicalProcessors: processors,
      memoryBytes: try row.amount("memory_bytes").flatMap { UInt64(exactly: $0) },
      operatingSystem: row.text("os"), kernel: row.text("kernel"),
      architecture: row.text("architecture") ?? "unknown",
      ergonVersion: row.text("ergon_version") ?? ErgonPackage.version,
      gitCommit: row.text("git_commit"), container: row.text("container"),
      virtualMachine: row.text("virtual_machine"))
  }
}

extension ProvenanceKind {
  /// The doubt of a figure that comes without bounds; none is not an honest answer.
  fileprivate var importedError: ErrorBar {
    switch self {
    case .measured: ErrorBar(low: 0.85, high: 1.15)
    case .attributed: ErrorBar(low: 0.65, high: 1.35)
    case .estimated, .assumed: ErrorBar(low: 0.5, high: 2)
    }
  }
}
