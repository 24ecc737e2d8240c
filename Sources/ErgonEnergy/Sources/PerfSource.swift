import CErgonSystem

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// RAPL through the kernel's performance events, the best view of it: the kernel follows the
/// narrow hardware counters by a timer, so the total it gives never wraps.
///
/// - Reference: Raffin and Trystram, Dissecting the software-based measurement of CPU energy
///   consumption, 2024, which compares the four ways to read RAPL and recommends this one.
struct PerfSource: EnergySource {
  static let name = "perf"
  static let title = "Intel and AMD RAPL through perf events"

  var name: String { Self.name }
  let counters: [EnergyCounter]
  private let events: [PerfEvent]

  init(_ found: [(counter: EnergyCounter, event: PerfEvent)]) {
    counters = found.map(\.counter)
    events = found.map(\.event)
  }

  func read(_ samples: inout [CounterSample]) {
    for (index, event) in events.enumerated() {
      switch event.read() {
      case .success(let ticks): samples[index] = .energy(ticks: ticks)
      case .failure(let error): samples[index] = .unreadable("\(error)")
      }
    }
  }

  static func discover(_ host: Host, cpu: CPUIdentity) -> Discovery {
    let pmu: PerfPMU
    do throws(SystemFileError) {
      pmu = try PerfPMU("power", host: host)
    } catch {
      if case .missing = error {
        let why = RAPL.absence(host, cpu: cpu, driver: "sudo modprobe rapl")
        return unusable(why.0, remedy: why.remedy, isFound: false)
      }
      return unusable("\(error)")
    }
    guard !pmu.events.isEmpty else { return unusable("the power unit offers no energy event") }
    guard host.isLive else {
      return unusable(
        "these are the files of another machine (\(host.root)): its events cannot be opened here")
    }
    return open(pmu, host: host, cpu: cpu)
  }

  /// What the unit's events will be called: each event on each package, psys once.
  static func plan(
    _ pmu: PerfPMU, host: Host, cpu: CPUIdentity
  ) -> [(counter: EnergyCounter, config: UInt64, cpu: Int)] {
    let remark = RAPL.filterRemark(host, cpu: cpu)
    let provenance = Provenance(.measured, source: "perf RAPL", version: host.kernel ?? "")
    return RAPL.places(host, leads: pmu.cpus).enumerated().flatMap { index, place in
      pmu.events.filter { index == 0 || $0.domain != .psys }.map { event in
        let counter = RAPL.counter(
          event.domain, place: place.name, name: event.domain == .psys ? "psys" : nil,
          reading: .energy(joulesPerTick: event.joulesPerTick, range: nil),
          tick: Joules(61e-6), cpu: cpu, provenance: provenance, remark: remark)
        return (counter, event.config, place.cpu)
      }
    }
  }

  private static func open(_ pmu: PerfPMU, host: Host, cpu: CPUIdentity) -> Discovery {
    var found: [(counter: EnergyCounter, event: PerfEvent)] = []
    var failure: PerfError?
    for (counter, config, processor) in plan(pmu, host: host, cpu: cpu) {
      switch PerfEvent.open(type: pmu.type, config: config, cpu: processor) {
      case .success(let event): found.append((counter, event))
      case .failure(let error):
        failure = failure ?? error
        // Without the right to one event there is none to any other.
        if error.isPermission { return denied(error, host: host) }
      }
    }
    guard !found.isEmpty else {
      return unusable("no event could be opened: \(failure.map { "\($0)" } ?? "none offered")")
    }
    let names = found.map(\.counter.name)
    found = found.map { (RAPL.settled($0.counter, among: names), $0.event) }
    // AMD also has one event a core; they would cost a system call a core in every window.
    let cores = host.exists("\(PerfPMU.root)/power_core")
    return Discovery(
      SourceReport(
        name: name, title: title, isFound: true, isUsable: true,
        reason: "\(found.count) events: \(names.joined(separator: ", "))"
          + (cores ? "; those of single cores (power_core) lie inside and are not opened" : "")
          + (failure.map { "; some could not be opened: \($0)" } ?? ""),
        counters: found.map(\.counter)), source: PerfSource(found))
  }

  static func denied(_ error: PerfError, host: Host) -> Discovery {
    let level = host.integer("/proc/sys/kernel/perf_event_paranoid")
    let reason =
      "\(error): perf_event_paranoid is \(level.map(String.init) ?? "unknown"), and events of the "
      + "whole machine need 0 or less, or the capability CAP_PERFMON"
    let inside = host.container.map { _ in
      "docker run --cap-add PERFMON …, after on the host: "
    }
    return unusable(
      reason,
      remedy: (inside ?? "")
        + "sudo sysctl kernel.perf_event_paranoid=0 (until the next start), or for ergon alone: "
        + "sudo setcap cap_perfmon=ep \"$(command -v ergon)\"")
  }

  private static func unusable(
    _ reason: String, remedy: String? = nil, isFound: Bool = true
  ) -> Discovery {
    Discovery(
      SourceReport(
        name: name, title: title, isFound: isFound, isUsable: false, reason: reason,
        remedy: remedy))
  }
}

/// Why the kernel gave no event.
struct PerfError: Error, Sendable, CustomStringConvertible {
  let code: Int32
  var isPermission: Bool { code == EACCES || code == EPERM }
  var description: String { String(cString: strerror(code)).lowercased() }
}

/// One open performance event.
final class PerfEvent: Sendable {
  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  static func open(type: UInt32, config: UInt64, cpu: Int) -> Result<PerfEvent, PerfError> {
    let answer = ergon_perf_open(type, config, Int32(clamping: cpu))
    return answer < 0 ? .failure(PerfError(code: -answer)) : .success(PerfEvent(answer))
  }

  func read() -> Result<UInt64, PerfError> {
    var value: UInt64 = 0
    let answer = ergon_perf_read(descriptor, &value)
    return answer < 0 ? .failure(PerfError(code: -answer)) : .success(value)
  }
}
