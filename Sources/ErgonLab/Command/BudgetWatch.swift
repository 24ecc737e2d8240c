import ErgonEnergy

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Waits for a command while its budget lasts, and ends it when that is spent.
struct BudgetWatch {
  private let budget: EnergyBudget?
  private let window: EnergyWindow
  private let child: ChildProcess
  private let clock = MachineClock()

  init(_ budget: EnergyBudget?, window: EnergyWindow, child: ChildProcess) {
    self.budget = budget
    self.window = window
    self.child = child
  }

  /// Returns when the program has ended and, after a spent budget, all its descendants too.
  ///
  /// - Returns: The budget if it was spent.
  func wait() -> EnergyBudget? {
    guard let budget else {
      // Nothing is due before the end; a long time spares even the wake-ups.
      while child.wait(milliseconds: 3_600_000) == .runs {}
      return nil
    }
    var last = (time: clock.awake(), spent: Joules.zero)
    var pause = Seconds(0.01)
    while child.wait(milliseconds: Int32((pause.value * 1000).rounded(.up))) == .runs {
      let before = clock.awake()
      let spent = window.peek().dynamic?.best ?? .zero
      let now = clock.awake()
      guard spent < budget.energy else {
        end(grace: budget.grace)
        return budget
      }
      let elapsed = Seconds(now - last.time)
      let power = elapsed.value > 0 ? (spent - last.spent) / elapsed : .zero
      last = (now, spent)
      pause = EnergyBudget.nextLook(
        budget: budget.energy, spent: spent, power: power, lookCost: Seconds(now - before))
    }
    return nil
  }

  /// TERM to all, KILL to what is left after the grace, until nothing is left.
  private func end(grace: Seconds) {
    child.signalAll(SIGTERM)
    // A stopped process cannot obey.
    child.signalAll(SIGCONT)
    if waitForAll(seconds: grace.value, slice: 20) { return }
    // New children may be born while the list is read; they are found on the next round. A process
    // that the kernel cannot end (stuck in a driver) is left after five seconds.
    let deadline = clock.awake() + 5
    repeat {
      child.signalAll(SIGKILL)
    } while !waitForAll(seconds: 0.002, slice: 1)
      && clock.awake() < deadline
  }

  private func waitForAll(seconds: Double, slice: Int32) -> Bool {
    let deadline = clock.awake() + seconds
    while true {
      if child.wait(milliseconds: slice) == .allEnded { return true }
      #if !os(Linux)
        // Orphans are not adopted here, so the keeper ends before them.
        if !child.family.isAnyAlive { return true }
      #endif
      if clock.awake() >= deadline { return false }
    }
  }
}
