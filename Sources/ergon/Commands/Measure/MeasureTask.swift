import ErgonEnergy
import ErgonLab
import ErgonLedger

/// What is common to all three things that can be measured.
struct MeasureTask {
  var meter: Meter
  var ledger: Ledger?
  var grid: Grid?
  var overheads: Overheads
  var sampling: Seconds?
  var tags: [String]
  var settings: [String: String]
  var environment: RunEnvironment

  /// Carries out a plan of commands.
  func run(_ plan: MeasurePlan, _ report: MeasureReport) throws -> MeasureSummary {
    let session = MeasureSession(plan, meter: meter, ledger: ledger, environment: environment)
    return try session.run { report.follow($0, plan: plan) }
  }

  /// Watches a process and its descendants.
  func watch(pid: Int32, for limit: Seconds?, _ report: MeasureReport) throws -> Run {
    let process = try AttachedProcess(pid: pid)
    report.begin("watching process \(pid)" + Self.until(limit))
    return try process.watch(
      meter: meter, ledger: ledger, environment: environment, grid: grid, overheads: overheads,
      tags: tags, settings: settings, sampling: sampling ?? Seconds(0.25), limit: limit,
      onSample: report.onSample)
  }

  /// Watches a control group until Ctrl-C, TERM or the limit.
  func watch(cgroup path: String, for limit: Seconds?, _ report: MeasureReport) throws -> Run {
    var settings = settings
    settings["cgroup"] = path
    var run = Run(
      subject: "cgroup \(path)", kind: .attached, settings: settings, environment: environment,
      tags: tags.sorted())
    let stop = StopRequest()
    let window = try meter.open(
      run.subject, scope: .cgroup(path: path), sampling: sampling, onSample: report.onSample)
    try ledger?.open(run)
    report.begin("watching control group \(path)" + Self.until(limit))
    run.settings["ended"] = stop.wait(for: limit) ? "stopped" : "limit"
    run.complete(
      with: Bill(reading: try window.close(), grid: grid, overheads: overheads))
    try ledger?.save(run)
    return run
  }

  private static func until(_ limit: Seconds?) -> String {
    limit.map { " for \($0)" } ?? "; Ctrl-C ends it"
  }
}
