public import ErgonEnergy
public import ErgonLedger

/// Carries out a ``MeasurePlan``: runs, meters and records each step.
///
/// Every run is in the ledger before its command begins, and complete there before the next one
/// begins: whatever happens, what was done is kept. A ledger that fails behind a command takes
/// nothing from what was measured: the summary has the bills, and says what was not kept.
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
        // Metered like any other run, so that it warms what they will use; the reading is dropped.
        // A warm-up that a budget cut short would leave the rest cold.
        _ = try plan.sides[side].run(meter: meter)
        if signals.isStopRequested { return MeasureSummary(plan: plan, isStoppedEarly: true) }
      }
    }
    var summary = MeasureSummary(plan: plan)
    var parent: Run?
    if plan.isSeries {
      let run = parentRun()
      do throws(LedgerError) { try ledger?.open(run) } catch { throw .ledger(error) }
      parent = run
    }
    for step in plan.steps {
      var run = newRun(step, in: parent?.id)
      do throws(LedgerError) {
        try ledger?.open(run)
      } catch {
        guard !summary.runs.isEmpty else { throw .ledger(error) }
        summary.notKept = summary.notKept ?? error
        summary.isStoppedEarly = true
        break
      }
      onEvent(.started(step, run.id))
      let outcome = try measure(step, &run, signals, onEvent)
      summary.notKept = summary.notKept ?? failure(toSave: run)
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
      summary.notKept = summary.notKept ?? failure(toSave: run)
      summary.parent = run
    }
    return summary
  }

  private func newRun(_ step: MeasurePlan.Step, in parent: RunID?) -> Run {
    var run = Run(
      parent: parent, subject: plan.sides[step.side].commandLine, settings: settings,
      environment: environment, startedAt: MachineClock().wall(), tags: plan.tags.sorted())
    if let parent {
      run.repetition = Repetition(
        group: parent, side: MeasurePlan.sideName(step.side), index: step.index,
        isInterleaved: plan.sides.count > 1)
    }
    return run
  }

  /// Runs and meters one command, and ends its run with what came of it.
  private func measure(
    _ step: MeasurePlan.Step, _ run: inout Run, _ signals: StopSignals,
    _ onEvent: @escaping @Sendable (Event) -> Void
  ) throws(LabError) -> CommandOutcome {
    let outcome: CommandOutcome
    do throws(LabError) {
      let onSample: @Sendable (LivePower) -> Void = { onEvent(.sample($0)) }
      outcome = try plan.sides[step.side].run(
        meter: meter, budget: plan.budget, sampling: plan.sampling, onSample: onSample)
    } catch {
      run.state = .failed
      run.exitCode = error.shellExitCode
      _ = failure(toSave: run)
      throw error
    }
    run.end(outcome, grid: plan.grid, overheads: plan.overheads)
    // In a series the pair is spoilt even where the command took the signal calmly.
    if plan.isSeries, signals.isStopRequested { run.state = .interrupted }
    return outcome
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

  /// What kept a run from being kept; `nil` when it is, or was not meant to be.
  private func failure(toSave run: Run) -> LedgerError? {
    do throws(LedgerError) { try ledger?.save(run) } catch { return error }
    return nil
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
