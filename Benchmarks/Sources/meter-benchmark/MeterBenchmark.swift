import ErgonEnergy
import Foundation

/// What a window and a sampling window cost: one JSON list on standard output.
///
/// Windows are opened and closed around nothing, and each pair is timed on its own; sampling is
/// measured as this process's processor time while its main thread sleeps.
@main
struct MeterBenchmark {
  struct Figure: Encodable {
    var measure: String
    var unit: String
    var value: Double
    /// The machine's own bound, where the figure has no peer.
    var limit: Double?
  }

  static func main() throws {
    let quick = CommandLine.arguments.contains("--quick")
    let windows = quick ? 10_000 : 100_000
    let seconds = quick ? 2.0 : 10.0
    let machine = try SyntheticRAPL(domains: 4)
    defer { machine.remove() }

    let estimator = try Meter(only: ["model"])
    let counters = try Meter(host: machine.host, only: ["powercap"])
    var figures: [Figure] = []
    for (name, meter) in [("estimator", estimator), ("4 RAPL files", counters)] {
      let costs = try costs(of: meter, windows: windows)
      figures.append(
        Figure(
          measure: "window open+close, \(name), median", unit: "µs", value: costs[windows / 2]))
      figures.append(
        Figure(
          measure: "window open+close, \(name), 95th percentile", unit: "µs",
          value: costs[windows * 95 / 100]))
    }
    let wakingUp = shareOfWakingUp(seconds: seconds)
    for (name, meter, scope) in [
      ("estimator", estimator, .process), ("4 RAPL files", counters, .machine),
      ("process tree", estimator, .tree(pid: getpid())),
    ] as [(String, Meter, WindowScope)] {
      figures.append(
        Figure(
          measure: "sampling at 100 Hz, \(name)", unit: "% of a core",
          value: try share(of: meter, scope: scope, seconds: seconds), limit: wakingUp))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(figures), as: UTF8.self))
  }

  /// Microseconds of each window, ascending.
  static func costs(of meter: Meter, windows: Int) throws -> [Double] {
    for _ in 0..<1000 { _ = try meter.open("warm").close() }
    var costs: [Double] = []
    costs.reserveCapacity(windows)
    for _ in 0..<windows {
      let start = now(CLOCK_MONOTONIC)
      _ = try meter.open("w").close()
      costs.append((now(CLOCK_MONOTONIC) - start) * 1e6)
    }
    return costs.sorted()
  }

  /// Per cent of one core that sampling takes, live figures included.
  static func share(of meter: Meter, scope: WindowScope, seconds: Double) throws -> Double {
    let window = try meter.open("s", scope: scope, sampling: Seconds(0.01)) { _ in }
    Thread.sleep(forTimeInterval: 0.2)
    let (cpu, wall) = (now(CLOCK_PROCESS_CPUTIME_ID), now(CLOCK_MONOTONIC))
    Thread.sleep(forTimeInterval: seconds)
    let used = now(CLOCK_PROCESS_CPUTIME_ID) - cpu
    let elapsed = now(CLOCK_MONOTONIC) - wall
    _ = try window.close()
    return 100 * used / elapsed
  }

  /// Per cent of one core that a thread takes which only wakes up 100 times a second.
  static func shareOfWakingUp(seconds: Double) -> Double {
    let (cpu, wall) = (now(CLOCK_PROCESS_CPUTIME_ID), now(CLOCK_MONOTONIC))
    while now(CLOCK_MONOTONIC) - wall < seconds {
      var pause = timespec(tv_sec: 0, tv_nsec: 10_000_000)
      nanosleep(&pause, nil)
    }
    return 100 * (now(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (now(CLOCK_MONOTONIC) - wall)
  }

  static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// A powercap tree whose counters stand at one value: what reading costs, not what it says.
struct SyntheticRAPL {
  let root = NSTemporaryDirectory() + "ergon-bench-" + UUID().uuidString

  var host: ErgonEnergy.Host { ErgonEnergy.Host(root: root) }

  init(domains: Int) throws {
    for domain in 0..<domains {
      let folder = "/sys/class/powercap/intel-rapl:\(domain)"
      try write(folder + "/name", "package-\(domain)\n")
      try write(folder + "/max_energy_range_uj", "262143328850\n")
      // Far apart, or they would be taken for one counter seen several times.
      try write(folder + "/energy_uj", "\(12_345_678_901 + domain * 50_000_000)\n")
    }
    let stat = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? "cpu 1 0 1 1 0 0 0\n"
    try write("/proc/stat", stat)
  }

  func remove() { try? FileManager.default.removeItem(atPath: root) }

  private func write(_ path: String, _ text: String) throws {
    let url = URL(fileURLWithPath: root + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: false, encoding: .utf8)
  }
}
