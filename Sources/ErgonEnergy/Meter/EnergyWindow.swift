import Synchronization

/// A stretch of computation whose energy is being counted.
///
/// ```swift
/// let window = try meter.open("epoch 1")
/// let reading = try window.close()          // reading.dynamic: joules with interval
/// ```
///
/// Windows may nest and overlap, on any threads. One that is dropped without being closed releases
/// what it holds and yields nothing.
public final class EnergyWindow: Sendable {
  public let name: String
  public let scope: WindowScope
  /// The window this one was opened in, by name.
  public let parent: String?

  /// The window whose `bill` body the current task runs in.
  @TaskLocal package static var current: EnergyWindow?

  let meter: Meter
  let id: UInt64
  /// Identifiers of the windows around this one.
  let ancestors: [UInt64]
  let start: WindowEdge
  let scopeClock: ScopeClock
  let scopeEnergy: ScopeEnergy?
  private let startedAt: Double
  private let state: Mutex<State>

  private struct State {
    var isClosed = false
    /// Processor time the meter has spent on this window so far.
    var cost: Double
    var sampler: WindowSampler?
  }

  init(
    name: String, scope: WindowScope, meter: Meter, parent: EnergyWindow?, clock: ScopeClock,
    entered: Double
  ) {
    self.name = name
    self.scope = scope
    self.meter = meter
    self.parent = parent?.name
    scopeClock = clock
    scopeEnergy = ScopeEnergy(scope, meter.arithmetic.bank.processSource)
    startedAt = meter.clock.wall()
    ancestors = parent.map { $0.ancestors + [$0.id] } ?? []
    id = meter.register(scope, ancestors)
    start = meter.edge(clock, scopeEnergy, isOpening: true)
    state = Mutex(State(cost: start.awake - entered))
  }

  deinit {
    if state.withLock({ $0.isClosed }) { return }
    state.withLock { $0.sampler?.stop() }
    _ = meter.unregister(id)
  }

  /// Ends the window and says what it saw.
  ///
  /// - Throws: ``EnergyError/windowClosed(name:)`` the second time.
  public func close() throws(EnergyError) -> Reading {
    let (wasClosed, sampler) = state.withLock { state in
      defer { state.isClosed = true }
      return (state.isClosed, state.sampler)
    }
    if wasClosed { throw .windowClosed(name: name) }
    sampler?.stop()
    let end = meter.edge(scopeClock, scopeEnergy, isOpening: false)
    sampler?.finish(at: end)
    return reading(at: end, sampler, overlaps: meter.unregister(id))
  }

  /// What the window has seen so far; it stays open.
  public func peek() -> Reading {
    let sampler = state.withLock { $0.sampler }
    return reading(
      at: meter.edge(scopeClock, scopeEnergy, isOpening: false), sampler,
      overlaps: meter.overlaps(of: id))
  }

  func startSampling(every period: Seconds, _ onSample: (@Sendable (LivePower) -> Void)?) {
    let sampler = WindowSampler(meter: meter, window: self, onSample: onSample)
    state.withLock { $0.sampler = sampler }
    sampler.start(every: period.value)
  }

  private func reading(at end: WindowEdge, _ sampler: WindowSampler?, overlaps: Int) -> Reading {
    let outcome = meter.arithmetic.outcome(
      from: start, to: end, scope: scope, processes: scopeClock.processes)
    let cpu = start.cpu.flatMap { from in end.cpu.map { $0 - from } }
    var reading = Reading(
      name: name, parent: parent, scope: scope, startedAt: startedAt,
      duration: Seconds(max(0, end.awake - start.awake)), components: outcome.components,
      cpu: cpu ?? CPUTime(),
      machineBusy: start.busy.flatMap { from in end.busy.map { Seconds(max(0, $0 - from)) } },
      processors: meter.arithmetic.processors, notices: outcome.notices)
    // Two clocks cannot be read at once; what they differ by in a preemption is not sleep.
    let slept = (end.sinceBoot - start.sinceBoot) - (end.awake - start.awake)
    if slept > 0.05 {
      reading.suspended = Seconds(slept)
      reading.notices.append(.suspended(reading.suspended))
    }
    if cpu == nil {
      reading.notices.append(
        .remark("the scope's processor time could not be read; its share is unknown"))
    }
    if overlaps > 0 { reading.notices.append(.overlapping(windows: overlaps)) }
    if let sampler { reading.series = sampler.series() }
    let spent = max(0, meter.clock.awake() - end.awake)
    reading.meterCost = Seconds(
      state.withLock { state in
        state.cost += spent
        return state.cost
      } + (sampler?.cost() ?? 0))
    return reading
  }
}
