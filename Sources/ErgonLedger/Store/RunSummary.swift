public import ErgonEnergy

/// A run without its parts: what a list, a comparison or a survey needs of it.
public struct RunSummary: Sendable, Hashable, Codable, Identifiable {
  public var id: RunID
  public var parent: RunID?
  public var subject: String
  public var kind: RunKind
  public var state: RunState
  /// Seconds since 1970.
  public var startedAt: Double
  public var duration: Seconds?
  public var exitCode: Int32?
  /// Processor time of the run, user and system together.
  public var cpu: Seconds?
  /// The headline; `nil` while the run is open and where nothing gave a figure.
  public var energy: Figure<Joules>?
  public var idle: Joules?
  public var carbon: Interval<GramsCO2e>?
  /// Code of the grid the carbon figures use.
  public var grid: String?
  public var gramsPerKWh: Double?
  public var repetition: Repetition?
  public var environment: RunEnvironment
  public var metrics: [Metric]
  /// Sorted.
  public var tags: [String]

  /// The summary of a run in memory.
  public init(_ run: Run) {
    id = run.id
    parent = run.parent
    subject = run.subject
    kind = run.kind
    state = run.state
    startedAt = run.startedAt
    duration = run.bill?.reading.duration
    exitCode = run.exitCode
    // Other meters' files tell no processor time; a reading cannot be without one.
    let cpu = run.bill?.reading.cpu.total
    self.cpu = run.kind == .imported && cpu == .zero ? nil : cpu
    energy = run.bill?.energy
    idle = run.bill?.idle?.best
    carbon = run.bill?.carbon?.interval
    grid = run.bill?.grid?.code
    gramsPerKWh = run.bill?.grid?.gramsPerKWh.best.value
    repetition = run.repetition
    environment = run.environment
    metrics = run.metrics
    tags = run.tags.sorted()
  }
}
