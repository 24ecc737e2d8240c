import ErgonEnergy
import Foundation

@testable import ErgonLedger

/// A ledger in a folder of its own, removed afterwards.
func withTemporaryLedger<T>(_ body: (Ledger) throws -> T) throws -> T {
  try withTemporaryFolder { try body(Ledger(path: $0 + "/data/ledger.sqlite")) }
}

func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = NSTemporaryDirectory() + "/ergon-ledger-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

extension Provenance {
  static let model = Provenance(.estimated, source: "core table", version: "1")
  static let counter = Provenance(.measured, source: "powercap", version: "6.1")
}

extension Figure<Joules> {
  static func joules(_ best: Double, _ provenance: Provenance = .model) -> Self {
    Figure(Interval(Joules(best), factor: 2), provenance)
  }
}

extension Reading {
  static func sample(
    joules: Double = 10, seconds: Double = 2, startedAt: Double = 1_700_000_000,
    provenance: Provenance = .model, series: PowerSeries? = nil
  ) -> Reading {
    Reading(
      name: "sample", scope: .process, startedAt: startedAt, duration: Seconds(seconds),
      components: [
        ComponentReading(
          component: .cpu, counter: "model/core", dynamic: .joules(joules, provenance),
          idle: .joules(joules / 4, provenance), samples: 2)
      ],
      cpu: CPUTime(user: Seconds(seconds * 0.75), system: Seconds(seconds / 8)), processors: 2,
      notices: [.remark("a sample")], series: series)
  }
}

extension RunEnvironment {
  static let sample = RunEnvironment(
    cpuModel: "Example CPU", logicalProcessors: 2, architecture: "x86_64", ergonVersion: "1.0.0")
}

extension Grid {
  static let france = Grid(
    code: "FR", name: "France", gramsPerKWh: Interval(GramsCO2e(44), relative: 0.1), year: 2024,
    provenance: Provenance(.estimated, source: "table", version: "2024"))
}

extension Run {
  static func sample(
    _ subject: String = "work", joules: Double = 10, seconds: Double = 2,
    startedAt: Double = 1_700_000_000, provenance: Provenance = .model, grid: Grid? = nil,
    kind: RunKind = .command, metrics: [Metric] = [], tags: [String] = [],
    repetition: Repetition? = nil, parent: RunID? = nil, environment: RunEnvironment = .sample
  ) -> Run {
    var run = Run(
      parent: parent, subject: subject, kind: kind, settings: ["level": "9"],
      environment: environment, startedAt: startedAt, metrics: metrics, tags: tags,
      repetition: repetition)
    run.complete(
      with: Bill(
        reading: .sample(
          joules: joules, seconds: seconds, startedAt: startedAt, provenance: provenance),
        grid: grid), exitCode: 0)
    return run
  }
}
