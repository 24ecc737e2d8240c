public import ErgonEnergy
public import ErgonLedger

/// Carries out a ``MeasurePlan``: runs, meters and records each step.
///
/// Every run is in the ledger before its command begins, and complete there before the next one
/// begins: whatever happens, what was done is kept.
public struct MeasureSession: Sendable {
  /// What happens while a plan is carried out, for whoever shows it.
  public enum Event: Sendable {
    /// An unmetered run begins.
    case warmup(side: Int, index: Int)
    case started(MeasurePlan.Step, RunID)
    /// A sample of the power series.
    case sample(LivePower)
    case finished(MeasurePlan.Step, Run, CommandOutcome)
  }

  public let plan: MeasurePlan
  public let meter: Meter
  /// Where runs are kept; `nil` keeps none.
  public let ledger: Ledger?
  public let environment: RunEnvironment

  public init(
    _ plan: MeasurePlan, meter: Meter, ledger: Ledger?, environment: RunEnvironment
  ) {
    self.plan = plan
    self.meter = meter
    self.ledger = ledger
    self.environment = environment
  }

  /// Runs the plan to its end, or until somebody asks it to stop or a budget is spent.
  ///
  /// A request to stop (Ctrl-C, TERM, HUP) ends the series behind the running command; that run is
  /// kept as interrupted, those before it as they were.
  ///
  /// - Throws: ``LabError``; whatever can be known beforehand is refused before anything runs.
  /// - Precondition: no other command is running in this process.
  public func run(
    onEvent: @escaping @Sendable (Event) -> Void = { _ in }
  ) throws(LabError) -> MeasureSummary {
    try plan.validate()
    let signals = StopSignals(StopSignals.command)
    defer { signals.giveBack() }
    for index in 0..<plan.warmups {
      for side in plan.sides.indices {
        onEvent(.warmup(side: side, index: index))
        // A model-only meter reads no counter; the reading is dropped.
        _ = try plan.sides[side].run(meter: meter, budget: plan.budget)
        if signals.isStopRequested { return MeasureSummary(plan: plan, isStoppedEarly: true) }
      }
    }
    var summary = MeasureSummary(plan: plan)
    var parent: Run?
    if plan.isSeries {
      let run = parentRun()
      try keep { ledger throws(LedgerError) in try ledger.open(run) }
      parent = run
    }
    for step in plan.steps {
      let (run, outcome) = try measure(step, in: parent?.id, signals, onEvent)
      summary.add(run, outcome, side: step.side)
      onEvent(.finished(step, run, outcome))
      if signals.isStopRequested || run.state == .interrupted {
        summary.isStoppedEarly = summary.runs.count < plan.steps.count
        break
      }
    }
    if var run = parent {
      run.bill = summary.totalBill
      run.state =
        summary.runs.contains { $0.state == .interrupted }
        ? .interrupted : summary.runs.contains { $0.state == .failed } ? .failed : .complete
      let ended = run
      try keep { ledger throws(LedgerError) in try ledger.save(ended) }
      summary.parent = run
    }
    return summary
  }

  private func measure(
    _ step: MeasurePlan.Step, in parent: RunID?, _ signals: StopSignals,
    _ onEvent: @escaping @Sendable (Event) -> Void
  ) throws(LabError) -> (Run, CommandOutcome) {
    let command = plan.sides[step.side]
    var run = Run(
      parent: parent, subject: command.commandLine, settings: settings, environment: environment,
      startedAt: MachineClock().wall(), tags: plan.tags.sorted())
    if let parent {
      run.repetition = Repetition(
        group: parent, side: MeasurePlan.sideName(step.side), index: step.index,
        isInterleaved: plan.sides.count > 1)
    }
    let opened = run
    try keep { ledger throws(LedgerError) in try ledger.open(opened) }
    onEvent(.started(step, run.id))
    let outcome: CommandOutcome
    do throws(LabError) {
      let onSample: @Sendable (LivePower) -> Void = { onEvent(.sample($0)) }
      outcome = try command.run(
        meter: meter, budget: plan.budget, sampling: plan.sampling, onSample: onSample)
    } catch {
      run.state = .failed
      run.exitCode = error.shellExitCode
      let failed = run
      try? keep { ledger throws(LedgerError) in try ledger.save(failed) }
      throw error
    }
    run.end(outcome, grid: plan.grid, overheads: plan.overheads)
    // In a series the pair is spoilt even where the command took the signal calmly.
    if plan.isSeries, signals.isStopRequested { run.state = .interrupted }
    let ended = run
    try keep { ledger throws(LedgerError) in try ledger.save(ended) }
    return (run, outcome)
  }

  private var settings: [String: String] {
    var settings = plan.settings
    if let budget = plan.budget {
      settings["budgetJ"] = QuantityFormat.number(budget.energy.value, significantDigits: 6)
      settings["graceS"] = QuantityFormat.number(budget.grace.value)
    }
    if let sampling = plan.sampling {
      settings["samplingS"] = QuantityFormat.number(sampling.value)
    }
    if let grid = plan.grid { settings["grid"] = grid.code }
    return settings
  }

  private func parentRun() -> Run {
    var settings = settings
    settings["repeats"] = String(plan.repeats)
    settings["warmups"] = String(plan.warmups)
    return Run(
      subject: plan.sides.map(\.commandLine).joined(separator: " | "), settings: settings,
      environment: environment, startedAt: MachineClock().wall(), tags: plan.tags.sorted())
  }

  private func keep(_ body: (Ledger) throws(LedgerError) -> Void) throws(LabError) {
    guard let ledger else { return }
    do { try body(ledger) } catch { throw .ledger(error) }
  }
}

extension Run {
  /// Ends a run of a command with what came of it.
  mutating func end(_ outcome: CommandOutcome, grid: Grid?, overheads: Overheads) {
    let bill = Bill(reading: outcome.reading, grid: grid, overheads: overheads)
    let code = outcome.termination.exitCode
    switch outcome.ending {
    case .byItself: complete(with: bill, exitCode: code)
    case .interrupted, .budgetSpent: interrupt(with: bill, exitCode: code)
    }
    metrics += outcome.metrics.map {
      Metric(name: $0.name, value: $0.value, unit: $0.unit, higherIsBetter: false)
    }
  }
}
