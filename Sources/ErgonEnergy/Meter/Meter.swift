import Synchronization

/// Counts the energy of computations.
///
/// One meter serves a whole program: it owns the sources and one running total per counter, and any
/// number of windows look at those totals.
///
/// ```swift
/// let meter = try Meter()
/// let (value, bill) = try await meter.bill("train") { try await train() }
/// print(bill.energy as Any)                 // 12.3 J (6.2 … 24.6) (estimated)
/// ```
///
/// - Cost: a window reads clocks and counters at its two ends. There is no thread and no timer
///   unless sampling is asked for, or an open window outlasts what a counter can count.
public final class Meter: Sendable {
  /// What was looked for on this machine, usable or not.
  public let reports: [SourceReport]
  /// Estimates the processor where nothing counts it.
  public let model: CPUPowerModel
  public let host: Host

  let clock: any MeterClock
  let machine: MachineProcessorClock
  let processTable: ProcessTable
  let arithmetic: WindowArithmetic
  let descriptions = Mutex(ProcessDescriptions())
  private let registry = Mutex(WindowRegistry())

  /// Discovers sources on a machine.
  ///
  /// - Parameters:
  ///   - names: Limits the sources: `"powercap"`, `"nvml"`, …; `"model"` alone uses no counter.
  ///   - model: Replaces the table's and the profile's power model.
  ///   - profile: A calibration, used where it was made on such a machine and ignored elsewhere.
  ///   - plug: A wattmeter at the plug, used whatever `names` says.
  /// - Throws: ``EnergyError/unknownSource(name:known:)`` for a name that no source has,
  ///   ``EnergyError/sourceUnusable(name:reason:remedy:)`` for one that was asked for by name and
  ///   cannot be read.
  public convenience init(
    host: Host = Host(), only names: [String]? = nil, model: CPUPowerModel? = nil,
    profile: CalibrationProfile? = nil, plug: PlugMeterAddress? = nil
  ) throws(EnergyError) {
    let found = EnergySources.discover(on: host, plug: plug)
    // A plug meter that was named must be there, as any source that is asked for by name.
    if plug != nil { _ = try Self.select(found, ["plug"]) }
    let sources = try Self.select(found, names.map { plug == nil ? $0 : $0 + ["plug"] })
    let profile = profile.flatMap { $0.fits(host) ? $0 : nil }
    self.init(
      sources: sources, model: model ?? profile?.model ?? CPUPowerModel.forMachine(host),
      host: host, reports: found.map(\.report), idlePower: profile?.idlePower ?? [:],
      clock: MachineClock())
  }

  /// A meter of given sources, best first.
  public convenience init(
    sources: [any EnergySource], model: CPUPowerModel, host: Host = Host(),
    reports: [SourceReport] = []
  ) {
    self.init(
      sources: sources, model: model, host: host, reports: reports, clock: MachineClock())
  }

  package init(
    sources: [any EnergySource], model: CPUPowerModel, host: Host = Host(),
    reports: [SourceReport] = [], idlePower: [String: Interval<Watts>] = [:],
    clock: any MeterClock
  ) {
    self.reports = reports
    self.model = model
    self.host = host
    self.clock = clock
    machine = MachineProcessorClock(host: host)
    processTable = ProcessTable(host: host)
    arithmetic = WindowArithmetic(
      bank: CounterBank(sources: sources, clock: clock), model: model,
      processors: machine.processors, idlePower: idlePower)
  }

  private static func select(
    _ found: [Discovery], _ names: [String]?
  ) throws(EnergyError) -> [any EnergySource] {
    guard let names else { return found.compactMap(\.source) }
    for name in names {
      guard let report = found.first(where: { $0.report.name == name })?.report else {
        throw .unknownSource(name: name, known: found.map(\.report.name))
      }
      if !report.isUsable {
        throw .sourceUnusable(name: name, reason: report.reason, remedy: report.remedy)
      }
    }
    return found.filter { names.contains($0.report.name) }.compactMap(\.source)
  }

  /// Opens a window.
  ///
  /// - Parameters:
  ///   - sampling: Asks for a time series of this period, from 1 ms; `nil` for none.
  ///   - onSample: Called after each sample, on the meter's own queue.
  /// - Throws: ``EnergyError/noSuchProcess(pid:)``, ``EnergyError/noSuchCgroup(path:)``,
  ///   ``EnergyError/invalidParameter(name:value:expected:)`` for an impossible period.
  /// - Cost: without sampling under 10 µs for open and close together, and what the sources cost.
  public func open(
    _ name: String, scope: WindowScope = .process, sampling: Seconds? = nil,
    onSample: (@Sendable (LivePower) -> Void)? = nil
  ) throws(EnergyError) -> EnergyWindow {
    let entered = clock.awake()
    let scopeClock = try ScopeClock(
      scope, table: processTable, machine: machine, sinceBoot: clock.sinceBoot())
    return try open(name, scope, scopeClock, entered, sampling, onSample)
  }

  /// Opens a window on a program that somebody else keeps the account of.
  package func open(
    _ name: String, program: Int32, family: DescendantsClock, sampling: Seconds? = nil,
    onSample: (@Sendable (LivePower) -> Void)? = nil
  ) throws(EnergyError) -> EnergyWindow {
    try open(name, .tree(pid: program), .descendants(family), clock.awake(), sampling, onSample)
  }

  private func open(
    _ name: String, _ scope: WindowScope, _ scopeClock: ScopeClock, _ entered: Double,
    _ sampling: Seconds?, _ onSample: (@Sendable (LivePower) -> Void)?
  ) throws(EnergyError) -> EnergyWindow {
    if let sampling, !(sampling.value >= 0.001 && sampling.value <= 3600) {
      throw .invalidParameter(
        name: "sampling", value: sampling.description, expected: "a period from 1 ms to 1 h")
    }
    let window = EnergyWindow(
      name: name, scope: scope, meter: self, parent: EnergyWindow.current, clock: scopeClock,
      entered: entered)
    if let sampling { window.startSampling(every: sampling, onSample) }
    return window
  }

  /// Reads everything a window needs at one of its ends.
  ///
  /// - Parameter needsBusy: Whether the machine's busy time is wanted even where no counter needs
  ///   dividing.
  func edge(
    _ scopeClock: ScopeClock, _ scopeEnergy: ScopeEnergy?, isOpening: Bool,
    needsBusy: Bool = false
  ) -> WindowEdge {
    var edge = WindowEdge(
      awake: clock.awake(), sinceBoot: clock.sinceBoot(), cpu: nil, busy: nil, marks: [])
    // The scope's clock is read on the window's inner side, so that the meter's own reading of
    // counters is not billed.
    if !isOpening { edge.cpu = scopeClock.readFully() }
    edge.own = scopeEnergy?.read(scopeClock)
    edge.marks = arithmetic.bank.read()
    if needsBusy || !arithmetic.bank.isEmpty { edge.busy = machine.busy() }
    if isOpening {
      edge.awake = clock.awake()
      edge.cpu = scopeClock.read()
    }
    return edge
  }

  // MARK: Open windows

  func register(_ scope: WindowScope, _ ancestors: [UInt64]) -> UInt64 {
    let (id, mustArm) = registry.withLock { $0.open(scope, ancestors) }
    if mustArm { armKeepAlive() }
    return id
  }

  /// - Returns: How many unrelated windows of the same scope overlapped.
  func unregister(_ id: UInt64) -> Int { registry.withLock { $0.close(id) } }

  func overlaps(of id: UInt64) -> Int { registry.withLock { $0.overlaps(of: id) } }

  /// At most one timer is pending at any time; it dies out when no window is open.
  private func armKeepAlive() {
    guard let period = arithmetic.bank.keepAlivePeriod else { return }
    clock.schedule(after: period) { [weak self] in
      guard let self, self.registry.withLock({ $0.keepAliveFired() }) else { return }
      self.arithmetic.bank.keepAlive()
      self.armKeepAlive()
    }
  }
}

/// The windows that are open, and whether a keep-alive timer is pending.
struct WindowRegistry {
  private struct Entry {
    let id: UInt64
    let scope: WindowScope
    let ancestors: [UInt64]
    var overlaps = 0
  }

  private var entries: [Entry] = []
  private var nextID: UInt64 = 1
  private var isArmed = false

  mutating func open(_ scope: WindowScope, _ ancestors: [UInt64]) -> (id: UInt64, mustArm: Bool) {
    let id = nextID
    nextID += 1
    var overlaps = 0
    for index in entries.indices
    where entries[index].scope == scope && !ancestors.contains(entries[index].id) {
      entries[index].overlaps += 1
      overlaps += 1
    }
    entries.append(Entry(id: id, scope: scope, ancestors: ancestors, overlaps: overlaps))
    defer { isArmed = true }
    return (id, !isArmed)
  }

  mutating func close(_ id: UInt64) -> Int {
    // Windows usually close in reverse order.
    guard let index = entries.lastIndex(where: { $0.id == id }) else { return 0 }
    return entries.remove(at: index).overlaps
  }

  func overlaps(of id: UInt64) -> Int { entries.last { $0.id == id }?.overlaps ?? 0 }

  /// Whether the timer is still needed.
  mutating func keepAliveFired() -> Bool {
    isArmed = !entries.isEmpty
    return isArmed
  }
}
