public import ErgonEnergy

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension MeasuredCommand {
  /// Runs the command to its end and meters it.
  ///
  /// Orphans of the command (double forks, daemons) are adopted while it runs and counted. A
  /// descendant that was told to forget its children (`SIGCHLD` ignored) loses their processor
  /// time to everybody, us included.
  ///
  /// - Parameters:
  ///   - meter: Where the energy comes from.
  ///   - budget: Ends the command when it is spent; `nil` for none.
  ///   - sampling: Period of a power series; `nil` for none, and then no thread is made.
  ///   - onSample: Called with every sample, on some other thread.
  /// - Throws: ``LabError`` when the command cannot be found, executed or metered; nothing has run
  ///   then.
  /// - Precondition: no other command is running in this process.
  /// - Cost: about a millisecond beside the command's own.
  public func run(
    meter: Meter, budget: EnergyBudget? = nil, sampling: Seconds? = nil,
    onSample: (@Sendable (LivePower) -> Void)? = nil
  ) throws(LabError) -> CommandOutcome {
    let path = try executable()
    let signals = StopSignals(StopSignals.command)
    defer { signals.giveBack() }
    let child = try ChildProcess(
      path: path, arguments: words, environment: environment, directory: directory)
    defer { child.finish() }
    let window: EnergyWindow
    do {
      window = try meter.open(
        commandLine, program: child.pid, family: child.family, sampling: sampling,
        onSample: onSample)
    } catch { throw .energy(error) }
    do {
      try child.begin(path: path)
    } catch {
      _ = try? window.close()
      throw error
    }
    let spent = BudgetWatch(budget, window: window, child: child).wait()
    var reading: Reading
    do { reading = try window.close() } catch { throw .energy(error) }
    let survivors = child.family.processes.count
    if survivors > 0 {
      reading.notices.append(
        .remark(
          "\(survivors) process\(survivors == 1 ? "" : "es") of the command outlived it; "
            + "counted until its end only"))
    }
    let termination = child.termination
    return CommandOutcome(
      termination: termination,
      ending: Self.ending(termination, spent, reading, signals.isStopRequested),
      reading: reading, peakMemoryBytes: child.peakMemoryBytes, survivors: survivors)
  }

  private static func ending(
    _ termination: Termination, _ spent: EnergyBudget?, _ reading: Reading, _ wasAskedToStop: Bool
  ) -> CommandOutcome.Ending {
    if let spent {
      let overshoot = max((reading.dynamic?.best ?? spent.energy) - spent.energy, .zero)
      return .budgetSpent(budget: spent.energy, overshoot: overshoot)
    }
    // A program may take an interrupt calmly (an editor, a prompt) and end well later.
    if wasAskedToStop, termination != .exit(0) {
      return .interrupted(signal: StopSignals.lastName)
    }
    if case .signal(let number) = termination, stopping.contains(number) {
      return .interrupted(signal: name(number))
    }
    return .byItself
  }

  /// Signals by which somebody stops a program, as opposed to those of its own mistakes.
  private static let stopping: Set<Int32> = [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGKILL]

  private static func name(_ signal: Int32) -> String {
    switch signal {
    case SIGINT: "SIGINT"
    case SIGQUIT: "SIGQUIT"
    case SIGTERM: "SIGTERM"
    case SIGHUP: "SIGHUP"
    default: "SIGKILL"
    }
  }
}
