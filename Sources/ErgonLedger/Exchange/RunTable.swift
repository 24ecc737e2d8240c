internal import ErgonEnergy

/// Runs as a plain table: one row a run, for spreadsheets and data frames.
///
/// | column | holds |
/// |---|---|
/// | `id`, `parent`, `subject`, `kind`, `state` | as in ``Run`` |
/// | `started_at` | ISO 8601 in UTC, to the microsecond |
/// | `duration_s`, `cpu_s`, `exit_code` | wall clock, processor time, exit code |
/// | `energy_j`, `energy_low_j`, `energy_high_j` | the headline and its bounds |
/// | `energy_provenance`, `energy_source`, `energy_source_version` | where it comes from |
/// | `idle_j` | the idle share, not in the headline |
/// | `carbon_g`, `carbon_low_g`, `carbon_high_g` | greenhouse gas of the headline |
/// | `grid`, `grid_g_per_kwh` | the grid it was computed with |
/// | `group`, `side`, `index`, `interleaved` | its place among repeats |
/// | `cpu_model`, `processors`, `memory_bytes`, `os`, `kernel`, `architecture`, `ergon_version`, `git_commit`, `container`, `virtual_machine` | the environment |
/// | `tags` | separated by semicolons |
/// | `metric:NAME` or `metric:NAME [UNIT]` | one column for each metric among the runs |
///
/// An absent figure is an empty cell. An import needs `subject` and `started_at`, and `duration_s`
/// of a run that is complete; what else it finds it takes. Energy without a provenance it takes as
/// assumed. Energy without bounds gets ±15 % where it was measured, ±35 % where it was attributed,
/// and ×/÷ 2 otherwise.
struct RunTable {
  static let columns = [
    "id", "parent", "subject", "kind", "state", "started_at", "duration_s", "cpu_s", "exit_code",
    "energy_j", "energy_low_j", "energy_high_j", "energy_provenance", "energy_source",
    "energy_source_version", "idle_j", "carbon_g", "carbon_low_g", "carbon_high_g", "grid",
    "grid_g_per_kwh", "group", "side", "index", "interleaved", "cpu_model", "processors",
    "memory_bytes", "os", "kernel", "architecture", "ergon_version", "git_commit", "container",
    "virtual_machine", "tags",
  ]

  let header: [String]
  let rows: [[String]]

  init(_ runs: [RunSummary]) {
    var metrics: [String] = []
    var known: Set<String> = []
    for metric in runs.lazy.flatMap(\.metrics) where known.insert(metric.column).inserted {
      metrics.append(metric.column)
    }
    header = Self.columns + metrics
    rows = runs.map { run in
      let values = Dictionary(
        run.metrics.map { ($0.column, $0.value) }, uniquingKeysWith: { first, _ in first })
      return Self.cells(run) + metrics.map { values[$0].map { "\($0)" } ?? "" }
    }
  }

  private static func cells(_ run: RunSummary) -> [String] {
    func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    let energy = run.energy
    let place = run.environment
    let repetition = run.repetition
    return [
      run.id.description, run.parent?.description ?? "", run.subject, run.kind.rawValue,
      run.state.rawValue, CalendarTime.text(run.startedAt, precise: true) ?? "",
      number(run.duration?.value), number(run.cpu?.value), run.exitCode.map { "\($0)" } ?? "",
      number(energy?.best.value), number(energy?.low.value), number(energy?.high.value),
      energy?.provenance.kind.rawValue ?? "", energy?.provenance.source ?? "",
      energy?.provenance.version ?? "", number(run.idle?.value), number(run.carbon?.best.value),
      number(run.carbon?.low.value), number(run.carbon?.high.value), run.grid ?? "",
      number(run.gramsPerKWh), repetition?.group.description ?? "", repetition?.side ?? "",
      repetition.map { "\($0.index)" } ?? "", repetition.map { "\($0.isInterleaved)" } ?? "",
      place.cpuModel ?? "", "\(place.logicalProcessors)",
      place.memoryBytes.map { "\($0)" } ?? "", place.operatingSystem ?? "", place.kernel ?? "",
      place.architecture, place.ergonVersion, place.gitCommit ?? "", place.container ?? "",
      place.virtualMachine ?? "", run.tags.joined(separator: ";"),
    ]
  }
}

extension Metric {
  static let columnPrefix = "metric:"

  fileprivate var column: String {
    // A name that itself ends in a bracket needs an empty unit behind it.
    Self.columnPrefix + name + (unit.isEmpty && !name.hasSuffix("]") ? "" : " [\(unit)]")
  }
}
