import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Samples one window on a timer: a power series, and a call with the live figures.
final class WindowSampler: Sendable {
  /// The busy time of the machine is dear to read on a big machine and coarse anyway; between two
  /// reads it goes on at its last rate.
  static let busyPeriod = 0.1
  /// Looking through all processes may take this share of the time.
  static let rescanShare = 0.001
  static let shortestRescanPeriod = 0.15

  private struct State {
    var last: WindowEdge
    var busyRate = 0.0
    var lastBusyRead: Double
    var lastBusy: Double?
    var nextRescan: Double
    var recorder: PowerRecorder
    var cost = 0.0
    var cancel: (@Sendable () -> Void)?
    var isStopped = false
  }

  private let meter: Meter
  private let start: WindowEdge
  private let scope: WindowScope
  private let scopeClock: ScopeClock
  private let scopeEnergy: ScopeEnergy?
  private let onSample: (@Sendable (LivePower) -> Void)?
  private let state: Mutex<State>

  // The window is not held: dropping it must end the sampling.
  init(meter: Meter, window: EnergyWindow, onSample: (@Sendable (LivePower) -> Void)?) {
    self.meter = meter
    self.onSample = onSample
    start = window.start
    scope = window.scope
    scopeClock = window.scopeClock
    scopeEnergy = window.scopeEnergy
    state = Mutex(
      State(
        last: window.start, lastBusyRead: window.start.awake,
        lastBusy: window.start.busy ?? (scope == .machine ? window.start.cpu?.total.value : nil),
        nextRescan: window.start.awake + Self.shortestRescanPeriod, recorder: PowerRecorder()))
  }

  func start(every period: Double) {
    let cancel = meter.clock.repeat(every: period) { [weak self] in self?.sample() }
    let isStopped = state.withLock { state in
      state.cancel = cancel
      return state.isStopped
    }
    if isStopped { cancel() }
  }

  /// Records the step from the last sample to the end of a window, so that the series holds the
  /// window's whole energy.
  func finish(at end: WindowEdge) {
    state.withLock { state in
      guard end.awake > state.last.awake else { return }
      let last = meter.arithmetic.outcome(
        from: state.last, to: end, scope: scope, processes: scopeClock.processes)
      state.recorder.append(last.components, from: state.last.awake, to: end.awake)
      state.recorder.finish(at: end.awake)
      state.last = end
    }
  }

  /// After this no sample is begun, and none is under way.
  func stop() {
    let cancel = state.withLock { state in
      state.isStopped = true
      return state.cancel.take()
    }
    cancel?()
  }

  func series() -> PowerSeries { state.withLock { $0.recorder.series(since: start.awake) } }

  /// Processor time spent sampling.
  func cost() -> Double { state.withLock { $0.cost } }

  private func sample() {
    let before = ProcessorUsage.read(CLOCK_THREAD_CPUTIME_ID)
    let live = state.withLock { state -> LivePower? in
      if state.isStopped { return nil }
      return step(&state)
    }
    // The window may have been closed meanwhile; its bill has the last word.
    if let live, !state.withLock({ $0.isStopped }) { onSample?(live) }
    if let before, let after = ProcessorUsage.read(CLOCK_THREAD_CPUTIME_ID) {
      state.withLock { $0.cost += (after - before).value }
    }
  }

  private func step(_ state: inout State) -> LivePower? {
    let edge = edge(&state)
    let duration = edge.awake - state.last.awake
    guard duration > 0 else { return nil }
    let recent = meter.arithmetic.outcome(
      from: state.last, to: edge, scope: scope, processes: scopeClock.processes)
    state.recorder.append(recent.components, from: state.last.awake, to: edge.awake)
    state.last = edge
    guard onSample != nil else { return nil }
    let whole = meter.arithmetic.outcome(
      from: start, to: edge, scope: scope, processes: scopeClock.processes)
    let time = Seconds(duration)
    return LivePower(
      elapsed: Seconds(edge.awake - start.awake),
      components: recent.components.map {
        LivePower.Component(
          component: $0.component, counter: $0.counter, total: $0.total?.over(time),
          dynamic: $0.dynamic?.over(time), isInHeadline: $0.isInHeadline)
      },
      power: recent.components.headline(\.dynamic)?.over(time),
      energy: whole.components.headline(\.dynamic))
  }

  private func edge(_ state: inout State) -> WindowEdge {
    if case .tree(let tree) = scopeClock {
      let now = meter.clock.awake()
      if now >= state.nextRescan {
        tree.rescan()
        let took = meter.clock.awake() - now
        state.nextRescan = now + max(Self.shortestRescanPeriod, took / Self.rescanShare)
      }
    }
    let cpu = scope == .machine ? nil : scopeClock.read()
    let marks = meter.arithmetic.bank.read()
    let now = meter.clock.awake()
    var edge = WindowEdge(
      awake: now, sinceBoot: meter.clock.sinceBoot(), cpu: cpu, busy: nil, marks: marks)
    edge.own = scopeEnergy?.read(scopeClock)
    let busy = busy(at: now, &state)
    if !meter.arithmetic.bank.isEmpty { edge.busy = busy }
    if scope == .machine { edge.cpu = busy.map { CPUTime(user: Seconds($0)) } }
    return edge
  }

  /// Busy time of the machine, read now or carried on from the last read; `nil` where the machine
  /// does not tell or nobody needs it.
  private func busy(at now: Double, _ state: inout State) -> Double? {
    guard let last = state.lastBusy else { return nil }
    let gap = now - state.lastBusyRead
    guard gap >= Self.busyPeriod, let busy = meter.machine.busy() else {
      return last + state.busyRate * gap
    }
    state.busyRate = max(0, busy - last) / gap
    state.lastBusyRead = now
    state.lastBusy = busy
    return busy
  }
}
