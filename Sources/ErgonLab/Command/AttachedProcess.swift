import CErgonSystem
public import ErgonEnergy
public import ErgonLedger

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A process that runs already, watched from outside; it is never signalled.
///
/// ```swift
/// let run = try AttachedProcess(pid: 4711).watch(meter: meter, ledger: ledger, environment: env)
/// ```
public struct AttachedProcess: Sendable, Hashable {
  public let pid: Int32

  /// - Throws: ``LabError/noSuchProcess(pid:)``.
  public init(pid: Int32) throws(LabError) {
    // Another user's process answers EPERM: it is there.
    guard pid > 0, kill(pid, 0) == 0 || errno == EPERM else { throw .noSuchProcess(pid: pid) }
    self.pid = pid
  }

  /// The command line as the system shows it; `nil` where it may not be read.
  public var commandLine: String? {
    guard let text = Host().text("/proc/\(pid)/cmdline"), !text.isEmpty else { return nil }
    return MeasuredCommand(text.split(separator: "\0").map(String.init)).commandLine
  }

  /// Meters the process and its descendants until it ends, somebody asks us to stop, or a time is
  /// over; a run of kind `attached` is kept in every case.
  ///
  /// What the process has used since the last sample is lost when it ends, since nobody but its
  /// parent is told; a sampling period bounds that loss.
  ///
  /// - Parameters:
  ///   - sampling: Period of the power series, and the most that is lost at the end.
  ///   - limit: The longest to watch; `nil` for as long as it lives.
  /// - Throws: ``LabError`` when it cannot be metered or the ledger cannot be written.
  public func watch(
    meter: Meter, ledger: Ledger?, environment: RunEnvironment, grid: Grid? = nil,
    overheads: Overheads = Overheads(), tags: [String] = [], settings: [String: String] = [:],
    sampling: Seconds = Seconds(0.25), limit: Seconds? = nil,
    onSample: (@Sendable (LivePower) -> Void)? = nil
  ) throws(LabError) -> Run {
    let signals = StopSignals(StopSignals.workload)
    defer { signals.giveBack() }
    let handle = ergon_watch_open(pid)
    defer { if handle >= 0 { close(handle) } }
    let clock = MachineClock()
    var settings = settings
    settings["pid"] = String(pid)
    var run = Run(
      subject: commandLine ?? "process \(pid)", kind: .attached, settings: settings,
      environment: environment, startedAt: clock.wall(), tags: tags.sorted())
    let window: EnergyWindow
    do {
      window = try meter.open(
        run.subject, scope: .tree(pid: pid), sampling: sampling, onSample: onSample)
    } catch { throw .energy(error) }
    do { try ledger?.open(run) } catch { throw .ledger(error) }
    let deadline = limit.map { clock.awake() + $0.value } ?? .infinity
    var hasEnded = false
    while !hasEnded, !signals.isStopRequested, clock.awake() < deadline {
      // The signal may be taken by another thread, so this one looks up by itself.
      let left = min(0.1, max(0.001, deadline - clock.awake()))
      hasEnded = ergon_watch_wait(handle, pid, Int32(left * 1000)) == 1
    }
    let reading: Reading
    do { reading = try window.close() } catch { throw .energy(error) }
    let bill = Bill(reading: reading, grid: grid, overheads: overheads)
    run.complete(with: bill)
    run.metrics = [
      Metric(
        name: "duration", value: reading.duration.value, unit: "s", higherIsBetter: false),
      Metric(
        name: "cpuUser", value: reading.cpu.user.value, unit: "s", higherIsBetter: false),
      Metric(
        name: "cpuSystem", value: reading.cpu.system.value, unit: "s", higherIsBetter: false),
    ]
    run.settings["ended"] = hasEnded ? "process" : signals.isStopRequested ? "stopped" : "limit"
    do { try ledger?.save(run) } catch { throw .ledger(error) }
    return run
  }
}
