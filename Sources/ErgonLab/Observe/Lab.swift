public import ErgonEnergy
public import ErgonLedger
public import ErgonWorkload

/// A place to run workloads: a meter, a ledger and somebody to watch.
///
/// Whatever is run here is metered, shows how far it is, stops at an energy budget or Ctrl-C, and
/// leaves a run in the ledger however it ends.
///
/// ```swift
/// let lab = Lab(meter: try Meter(), ledger: Ledger(), environment: .current())
/// let trained = try await lab.run("train", budget: Joules(500)) { try await train(in: $0) }
/// print(trained.value, trained.run.bill?.energy ?? "no figure")
/// ```
public final class Lab: Sendable {
  public let meter: Meter
  /// Where runs are kept; `nil` keeps none.
  public let ledger: Ledger?
  public let environment: RunEnvironment
  public let grid: Grid?
  public let overheads: Overheads
  /// Shows progress; `nil` shows nothing.
  public let printer: ProgressPrinter?
  /// Figures and tables that a study hands in beside its claims.
  let notebook: Notebook
  let clock: any MeterClock
  /// The run whose parts are run here, and the observer that must be heard too.
  let parent: RunID?
  let outer: Observer?

  public convenience init(
    meter: Meter, ledger: Ledger?, environment: RunEnvironment, grid: Grid? = nil,
    overheads: Overheads = Overheads(), printer: ProgressPrinter? = nil
  ) {
    self.init(
      meter: meter, ledger: ledger, environment: environment, grid: grid, overheads: overheads,
      printer: printer, clock: MachineClock())
  }

  package init(
    meter: Meter, ledger: Ledger?, environment: RunEnvironment, grid: Grid? = nil,
    overheads: Overheads = Overheads(), printer: ProgressPrinter? = nil, clock: any MeterClock,
    parent: RunID? = nil, outer: Observer? = nil
  ) {
    self.meter = meter
    self.ledger = ledger
    self.environment = environment
    self.grid = grid
    self.overheads = overheads
    self.printer = printer
    self.clock = clock
    self.parent = parent
    self.outer = outer
    notebook = Notebook()
  }

  /// The same lab for the parts of a run.
  func inside(_ run: RunID, observer: Observer) -> Lab {
    Lab(
      meter: meter, ledger: ledger, environment: environment, grid: grid, overheads: overheads,
      printer: printer, clock: clock, parent: run, outer: observer)
  }

  /// Runs a workload under the meter and keeps the run, however it ends.
  ///
  /// - Parameters:
  ///   - subject: What it is, as its owner would name it.
  ///   - settings: Everything that was set for it.
  ///   - budget: Energy after which ``WorkloadContext/report(_:)`` throws.
  ///   - body: The workload; it reports to the observer it is given.
  /// - Returns: What the workload returned, and its run.
  /// - Throws: Whatever the workload throws, ``WorkloadStopped`` among it; ``LabError`` when the
  ///   meter or the ledger fails.
  @discardableResult
  public func run<T>(
    _ subject: String, settings: [String: String] = [:], tags: [String] = [],
    budget: Joules? = nil, isolation: isolated (any Actor)? = #isolation,
    _ body: (Observer) async throws -> T
  ) async throws -> Observed<T> {
    let signals = StopSignals(StopSignals.workload)
    defer { signals.giveBack() }
    let session = try begin(subject, .window, settings, tags, budget)
    do {
      let value = try await EnergyWindow.$current.withValue(session.window) {
        try await body(session.observer)
      }
      return Observed(value: value, run: try session.end(nil))
    } catch {
      throw session.failure(error)
    }
  }

  /// The same with a stop, by Ctrl-C or budget, as an outcome whose run can be shown.
  public func runOrStop<T>(
    _ subject: String, settings: [String: String] = [:], tags: [String] = [],
    budget: Joules? = nil, isolation: isolated (any Actor)? = #isolation,
    _ body: (Observer) async throws -> T
  ) async throws -> Observed<Result<T, WorkloadStopped>> {
    let signals = StopSignals(StopSignals.workload)
    defer { signals.giveBack() }
    let session = try begin(subject, .window, settings, tags, budget)
    do {
      let value = try await EnergyWindow.$current.withValue(session.window) {
        try await body(session.observer)
      }
      return Observed(value: .success(value), run: try session.end(nil))
    } catch let stop as WorkloadStopped {
      return Observed(value: .failure(stop), run: try session.end(stop))
    } catch {
      throw session.failure(error)
    }
  }

  /// The same for a workload that does not wait for anything.
  @discardableResult
  public func run<T>(
    _ subject: String, settings: [String: String] = [:], tags: [String] = [],
    budget: Joules? = nil, _ body: (Observer) throws -> T
  ) throws -> Observed<T> {
    let signals = StopSignals(StopSignals.workload)
    defer { signals.giveBack() }
    let session = try begin(subject, .window, settings, tags, budget)
    do {
      let value = try EnergyWindow.$current.withValue(session.window) {
        try body(session.observer)
      }
      return Observed(value: value, run: try session.end(nil))
    } catch {
      throw session.failure(error)
    }
  }

  /// Opens a run; whoever takes signals takes them first, as that forgets what an earlier workload
  /// was asked.
  func begin(
    _ subject: String, _ kind: RunKind, _ settings: [String: String], _ tags: [String],
    _ budget: Joules?
  ) throws(LabError) -> ObservedSession {
    var settings = settings
    if let budget {
      guard budget.value > 0, budget.value.isFinite else {
        throw .invalidPlan("an energy budget must be positive, is \(budget)")
      }
      settings["budgetJ"] = QuantityFormat.number(budget.value, significantDigits: 6)
    }
    if let grid { settings["grid"] = grid.code }
    let run = Run(
      parent: parent, subject: subject, kind: kind, settings: settings, environment: environment,
      startedAt: clock.wall(), tags: tags.sorted())
    if let ledger { do { try ledger.open(run) } catch { throw .ledger(error) } }
    do {
      let window = try meter.open(subject, scope: .process)
      let observer = Observer(
        window: window, meter: meter, clock: clock, budget: budget,
        printer: kind == .study ? nil : printer, outer: outer)
      return ObservedSession(lab: self, run: run, window: window, observer: observer)
    } catch {
      var failed = run
      failed.state = .failed
      try? ledger?.save(failed)
      throw .energy(error)
    }
  }
}

/// What an observed workload returned, and the run it became.
public struct Observed<Value> {
  public var value: Value
  public var run: Run

  public init(value: Value, run: Run) {
    self.value = value
    self.run = run
  }
}

extension Observed: Sendable where Value: Sendable {}

/// An observed workload between its beginning and its end.
struct ObservedSession {
  let lab: Lab
  let run: Run
  let window: EnergyWindow
  let observer: Observer

  /// Closes the window and keeps the run.
  func end(
    _ error: (any Error)?, amending amend: (inout Run) -> Void = { _ in }
  ) throws(LabError) -> Run {
    let (stages, metrics, remarks) = observer.finish()
    var run = run
    run.stages = stages
    run.metrics = metrics
    do {
      var reading = try window.close()
      reading.notices += remarks.map(ReadingNotice.remark)
      run.complete(with: Bill(reading: reading, grid: lab.grid, overheads: lab.overheads))
    } catch let closing {
      run.state = .failed
      if error == nil { throw .energy(closing) }
    }
    switch error {
    case nil: break
    case is WorkloadStopped, is CancellationError: run.state = .interrupted
    default: run.state = .failed
    }
    if let error { run.settings["error"] = String("\(error)".prefix(500)) }
    amend(&run)
    if lab.parent != nil {
      let part = run
      lab.notebook.add { $0.parts.append(part) }
    }
    if let ledger = lab.ledger { do { try ledger.save(run) } catch { throw .ledger(error) } }
    return run
  }

  /// Keeps the run of a workload that threw; the answer is what should be thrown on.
  func failure(_ error: any Error) -> any Error {
    _ = try? end(error)
    return error
  }
}
