import CErgonSystem
import ErgonEnergy
import ErgonLedger
public import ErgonWorkload
import Synchronization

/// Watches one workload: progress, stages, energy budget, requests to stop.
///
/// A report costs a lock and a look at the clock; ten times a second at most it also costs a look
/// at the meter and a line on the terminal.
///
/// - Cost: ``report(_:)`` under 100 ns when nothing is due.
public final class Observer: WorkloadContext {
  /// Seconds between two looks.
  static let period = 0.1
  /// More stages than this are not metered by themselves.
  static let stageLimit = 1000

  private let window: EnergyWindow
  private let meter: Meter
  private let clock: any MeterClock
  private let budget: Joules?
  private let printer: ProgressPrinter?
  private let outer: Observer?
  private let stopRequests: Int32
  private let state: Mutex<State>

  private struct State {
    var nextLook: Double
    var pace: ProgressPace
    var stage = ""
    var stageWindow: EnergyWindow?
    var stages: [Stage] = []
    var unmeteredStages = 0
    var metrics: [Metric] = []
    var latest: WorkloadProgress?
    /// What the computations before the present one did.
    var former = WorkloadCounts()
    var stopped: WorkloadStopped?
    var itemName: String?
  }

  init(
    window: EnergyWindow, meter: Meter, clock: any MeterClock, budget: Joules?,
    printer: ProgressPrinter?, outer: Observer?
  ) {
    self.window = window
    self.meter = meter
    self.clock = clock
    self.budget = budget
    self.printer = printer
    self.outer = outer
    stopRequests = ergon_stop_requests()
    let now = clock.awake()
    state = Mutex(State(nextLook: now + Self.period, pace: ProgressPace(start: now)))
  }

  public func report(_ progress: WorkloadProgress) throws(WorkloadStopped) {
    let stopped = state.withLock { state -> WorkloadStopped? in
      if let stopped = state.stopped { return stopped }
      if let last = state.latest?.counts, progress.counts.falls(below: last) {
        // Counts only ever grow, so that another computation has begun under this observer.
        state.former = state.former + last
      }
      state.latest = progress
      let now = clock.awake()
      if progress.stage != state.stage { enter(progress, now, &state) }
      if ergon_stop_requests() != stopRequests {
        state.stopped = WorkloadStopped(reason: "interrupted by \(StopSignals.lastName)")
      } else if now >= state.nextLook {
        state.nextLook = now + Self.period
        look(progress, now, &state)
      }
      return state.stopped
    }
    if let stopped { throw stopped }
  }

  /// Adds a figure to the run: how well the workload did, or how much it did.
  ///
  /// A figure of the same name is replaced.
  public func record(
    _ name: String, _ value: Double, unit: String = "", higherIsBetter: Bool? = nil
  ) {
    state.withLock { state in
      state.metrics.removeAll { $0.name == name }
      state.metrics.append(
        Metric(name: name, value: value, unit: unit, higherIsBetter: higherIsBetter))
    }
  }

  /// Says what the items are, in the plural: the progress line then has a stage's joules a million.
  public func name(items: String) {
    state.withLock { $0.itemName = items }
  }

  /// Asks the workload to stop at its next report.
  public func stop(reason: String) {
    state.withLock { $0.stopped = $0.stopped ?? WorkloadStopped(reason: reason) }
  }

  private func enter(_ progress: WorkloadProgress, _ now: Double, _ state: inout State) {
    closeStage(&state)
    state.stage = progress.stage
    state.pace = ProgressPace(start: now, from: progress)
    guard !progress.stage.isEmpty else { return }
    if state.stages.count < Self.stageLimit {
      state.stageWindow = try? meter.open(progress.stage, scope: .process)
    } else {
      state.unmeteredStages += 1
    }
  }

  private func closeStage(_ state: inout State) {
    if let window = state.stageWindow, let reading = try? window.close() {
      state.stages.append(Stage(name: state.stage, reading: reading))
    }
    state.stageWindow = nil
  }

  private func look(_ progress: WorkloadProgress, _ now: Double, _ state: inout State) {
    guard printer != nil || budget != nil || outer != nil else { return }
    let energy = budget == nil && printer == nil ? nil : window.peek().dynamic
    if let budget, let energy, energy.best >= budget {
      state.stopped = WorkloadStopped(reason: "energy budget of \(budget) spent")
    } else if let stopped = outer?.lookFromInside(at: now) {
      state.stopped = stopped
    }
    guard let printer else { return }
    printer.show(
      ProgressLine(
        progress: progress, pace: state.pace, now: now, energy: energy, itemName: state.itemName,
        stageEnergy: state.itemName == nil ? nil : state.stageWindow?.peek().dynamic), at: now)
  }

  /// The part of a look that concerns the run this workload is a part of.
  private func lookFromInside(at now: Double) -> WorkloadStopped? {
    state.withLock { state in
      if let budget, state.stopped == nil, let energy = window.peek().dynamic,
        energy.best >= budget
      {
        state.stopped = WorkloadStopped(reason: "energy budget of \(budget) spent")
      }
      return state.stopped ?? outer?.lookFromInside(at: now)
    }
  }

  /// Ends the last stage and takes the line off the terminal.
  func finish() -> (stages: [Stage], metrics: [Metric], remarks: [String]) {
    state.withLock { state in
      closeStage(&state)
      printer?.clear()
      var metrics = state.metrics
      let counts = state.former + (state.latest?.counts ?? WorkloadCounts())
      for (name, count) in [
        ("items", counts.items), ("operations", counts.operations), ("bytes", counts.bytes),
      ] where count > 0 && !metrics.contains(where: { $0.name == name }) {
        metrics.append(Metric(name: name, value: Double(count), unit: name == "bytes" ? "B" : ""))
      }
      for figure in state.latest?.figures ?? []
      where figure.value.isFinite && !metrics.contains(where: { $0.name == figure.name }) {
        metrics.append(Metric(name: figure.name, value: figure.value))
      }
      let remarks =
        state.unmeteredStages > 0
        ? ["\(state.unmeteredStages) stages beyond \(Self.stageLimit) have no reading"] : []
      return (state.stages, metrics, remarks)
    }
  }
}

extension WorkloadCounts {
  fileprivate func falls(below last: WorkloadCounts) -> Bool {
    items < last.items || operations < last.operations || bytes < last.bytes
  }

  fileprivate static func + (a: WorkloadCounts, b: WorkloadCounts) -> WorkloadCounts {
    WorkloadCounts(
      items: a.items + b.items, operations: a.operations + b.operations, bytes: a.bytes + b.bytes)
  }
}
