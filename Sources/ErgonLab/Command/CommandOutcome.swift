public import ErgonEnergy

/// What came of a measured command.
public struct CommandOutcome: Sendable, Hashable, Codable {
  public var termination: Termination
  public var ending: Ending
  /// The energy and processor time of the command and everything that descends from it.
  public var reading: Reading
  /// Peak resident bytes of its largest single process; `nil` where the kernel cannot tell it
  /// apart from what this process held before.
  public var peakMemoryBytes: UInt64?
  /// Processes of the command that still ran when it ended; they are left alone, and their energy
  /// from then on is not counted.
  public var survivors: Int

  /// Who ended it.
  public enum Ending: Sendable, Hashable, Codable {
    /// The command itself.
    case byItself
    /// A signal that somebody sent to it or to us, by name.
    case interrupted(signal: String)
    /// The energy budget; `overshoot` is what was spent beyond it until the last process was gone.
    case budgetSpent(budget: Joules, overshoot: Joules)
  }

  public init(
    termination: Termination, ending: Ending, reading: Reading, peakMemoryBytes: UInt64?,
    survivors: Int
  ) {
    self.termination = termination
    self.ending = ending
    self.reading = reading
    self.peakMemoryBytes = peakMemoryBytes
    self.survivors = survivors
  }

  /// What the ledger keeps beside the bill: `duration`, `cpuUser`, `cpuSystem`, `peakMemory`, and
  /// `budgetOvershoot` where a budget ended it.
  public var metrics: [(name: String, value: Double, unit: String)] {
    var metrics = [
      ("duration", reading.duration.value, "s"), ("cpuUser", reading.cpu.user.value, "s"),
      ("cpuSystem", reading.cpu.system.value, "s"),
    ]
    if let peakMemoryBytes { metrics.append(("peakMemory", Double(peakMemoryBytes), "B")) }
    if case .budgetSpent(_, let overshoot) = ending {
      metrics.append(("budgetOvershoot", overshoot.value, "J"))
    }
    return metrics
  }
}
