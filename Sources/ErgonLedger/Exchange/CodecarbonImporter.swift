internal import ErgonData
internal import ErgonEnergy

/// Turns a row of codecarbon's files into a run.
///
/// | codecarbon | run |
/// |---|---|
/// | `cpu_energy`, `gpu_energy`, `ram_energy` | components, `pue` divided out, ×/÷ 2 |
/// | `energy_consumed` | their sum; the only component of files without the others |
/// | `emissions` / `energy_consumed` | the grid's intensity |
/// | `pue`, `wue` | overheads, where they are more than none |
/// | `task_name` | a run of its own whose parent is the run of the whole |
/// | `timestamp` | the end of the run, read as UTC, since codecarbon writes no zone |
/// | everything else | the environment, and settings named `codecarbon.…` |
///
/// No file tells whether a figure was measured, so each is taken as an estimate. The bar of ×/÷ 2
/// covers how far its models are off counters (the median by 44 %) and wall meters (20 to 32 % low).
struct CodecarbonImporter {
  let row: ImportRow

  /// The run's stable name and the run.
  ///
  /// The name comes from `run_id` and the task, so that a later row of the same run replaces an
  /// earlier one: codecarbon appends the running totals again at every flush. Rows of old files
  /// without a `run_id` are named by their content.
  func run() throws(LedgerError) -> Run {
    let duration = try row.amount(.duration)
    guard let duration else { throw row.malformed(.duration, "the field is empty") }
    let end = try endTime()
    let overheads = try overheads()
    let components = try self.components(overheads.pue ?? 1)
    let project = row.text(.projectName) ?? "codecarbon"
    let task = row.text(CodecarbonColumn.taskName)
    let count = try row.amount(.cpuCount).flatMap { Int(exactly: $0.rounded()) } ?? 0
    var reading = Reading(
      name: task ?? project, scope: row.text(.trackingMode) == "process" ? .process : .machine,
      startedAt: end - duration, duration: Seconds(duration), components: components.readings,
      processors: count, notices: [.remark("imported from a file of \(source)")])
    if let notice = components.notice { reading.notices.append(.remark(notice)) }
    var run = Run(
      id: name(task: task), parent: task == nil ? nil : name(task: nil),
      subject: task.map { "\(project): \($0)" } ?? project, kind: .imported,
      settings: settings(), environment: try environment(processors: count),
      startedAt: reading.startedAt, state: .complete, tags: task.map { ["task=\($0)"] } ?? [])
    run.bill = Bill(
      reading: reading, grid: try grid(total: components.total), overheads: overheads)
    return run
  }

  /// PUE and water where they are more than none; some versions write 0 where nothing was set.
  private func overheads() throws(LedgerError) -> Overheads {
    let pue = try row.amount(.pue).flatMap { $0 == 0 || $0 == 1 ? nil : $0 }
    let water = try row.amount(.wue).flatMap { $0 == 0 ? nil : $0 }
    do { return try Overheads(pue: pue, waterLitresPerKWh: water) } catch {
      throw row.malformed(.pue, "\(error)")
    }
  }

  // MARK: Energy

  private var source: String {
    let version = row.text(.codecarbonVersion) ?? ""
    return version.hasPrefix("ergon") ? "Ergon" : "codecarbon"
  }

  private var provenance: Provenance {
    Provenance(.estimated, source: source, version: row.text(.codecarbonVersion) ?? "")
  }

  /// The parts, the total as the file states it (kWh, building included), and what does not fit.
  private func components(_ pue: Double) throws(LedgerError) -> (
    readings: [ComponentReading], total: Double?, notice: String?
  ) {
    let total = try row.amount(.energyConsumed)
    let parts: [(CodecarbonColumn, EnergyComponent)] = [
      (.cpuEnergy, .cpu), (.gpuEnergy, .gpu), (.ramEnergy, .memory),
    ]
    var readings: [ComponentReading] = []
    var sum = 0.0
    for (column, component) in parts {
      // codecarbon writes 0 for a device that is not there.
      guard let kWh = try row.amount(column), kWh > 0 else { continue }
      readings.append(reading(component, column, kWh / pue))
      sum += kWh
    }
    guard let total else {
      if readings.isEmpty { throw row.malformed(.energyConsumed, "the row states no energy") }
      return (readings, sum, nil)
    }
    if readings.isEmpty {
      return ([reading(.platform, .energyConsumed, total / pue)], total, nil)
    }
    let isSum = abs(total - sum) <= 1e-6 * max(total, sum)
    return (
      readings, total,
      isSum
        ? nil
        : "the file states \(QuantityFormat.number(total)) kWh in all, its parts add up to "
          + "\(QuantityFormat.number(sum)) kWh"
    )
  }

  private func reading(
    _ component: EnergyComponent, _ column: CodecarbonColumn, _ kWh: Double
  ) -> ComponentReading {
    ComponentReading(
      component: component, counter: "codecarbon/\(column.rawValue)",
      dynamic: Figure(Interval(Joules(kilowattHours: kWh), factor: 2), provenance))
  }

  private func grid(total: Double?) throws(LedgerError) -> Grid? {
    guard let emissions = try row.amount(.emissions), let total, total > 0 else { return nil }
    let intensity = emissions * 1000 / total
    guard intensity.isFinite, intensity <= 10_000 else {
      throw row.malformed(.emissions, "more than 10 kg of CO2e per kWh")
    }
    let code = row.text(.countryISOCode)
    let place = [row.text(.countryName), row.text(.region)].compactMap { $0 }
    return Grid(
      code: code.map { GridTable.row($0)?.alpha2 ?? $0 } ?? "unknown",
      name: place.isEmpty ? "unknown place" : place.joined(separator: ", "),
      gramsPerKWh: Interval(exactly: GramsCO2e(intensity)), year: nil, provenance: provenance)
  }

  // MARK: Everything else

  private func name(task: String?) -> RunID {
    if let id = row.text(.runID) {
      // A file that Ergon exported names its own runs.
      if task == nil, let own = RunID(id) { return own }
      return RunID(digestOf: "codecarbon run\n\(id)\n\(task ?? "")")
    }
    return RunID(digestOf: "codecarbon row\n" + row.fields.joined(separator: "\n"))
  }

  private func endTime() throws(LedgerError) -> Double {
    guard let text = row.text(.timestamp) else {
      throw row.malformed(.timestamp, "the field is empty")
    }
    guard let time = CalendarTime.seconds(text) else {
      throw row.malformed(.timestamp, "'\(text.prefix(40))' is no time such as 2026-05-01T12:30:00")
    }
    return time
  }

  /// Every cell that is not a figure computed from the bill, so that an export gives it back.
  private func settings() -> [String: String] {
    var settings: [String: String] = [:]
    for column in CodecarbonColumn.allCases where !column.isFigure {
      if let text = row.text(column) { settings[column.setting] = text }
    }
    return settings
  }

  private func environment(processors: Int) throws(LedgerError) -> RunEnvironment {
    let system = row.text(.os)
    let gibibytes = try row.amount(.ramTotalSize)
    let architectures = ["x86_64", "aarch64", "arm64", "AMD64"]
    return RunEnvironment(
      cpuModel: row.text(.cpuModel), logicalProcessors: processors,
      memoryBytes: gibibytes.flatMap { UInt64(exactly: ($0 * 1_073_741_824).rounded()) },
      operatingSystem: system,
      architecture: architectures.first { system?.contains($0) ?? false } ?? "unknown",
      ergonVersion: ErgonPackage.version,
      accelerators: row.text(.gpuModel).map { [$0] } ?? [])
  }
}

extension CodecarbonColumn {
  /// Whether an export computes the column from the bill.
  var isFigure: Bool {
    switch self {
    case .duration, .emissions, .emissionsRate, .cpuEnergy, .gpuEnergy, .ramEnergy,
      .energyConsumed, .waterConsumed, .pue, .wue, .cpuCount, .cpuModel, .gpuModel, .os,
      .ramTotalSize, .projectName:
      true
    default: false
    }
  }
}
