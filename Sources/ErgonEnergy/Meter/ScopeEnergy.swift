import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Adds up what the processes of a scope have used by counters of their own.
///
/// A process takes its counter with it when it ends, so each is remembered at its last reading.
final class ScopeEnergy: Sendable {
  struct Mark: Sendable {
    /// Joules since the window opened.
    var joules: Double
    /// Processor-seconds, from an arbitrary origin, of processes without a reading.
    var unseen: Double
  }

  private struct State {
    var isOpen = false
    /// Ticks by process: at the opening (0 for one that started later) and last.
    var ticks: [Int32: (base: UInt64, last: UInt64)] = [:]
  }

  private let source: any ProcessEnergySource
  private let joulesPerTick: Double
  private let state = Mutex(State())

  /// `nil` where no such source is at hand, or the scope is no set of processes.
  init?(_ scope: WindowScope, _ source: (any ProcessEnergySource)?) {
    guard let source, case .energy(let joulesPerTick, _) = source.processCounter.reading else {
      return nil
    }
    switch scope {
    case .process, .tree: break
    case .machine, .thread, .cgroup: return nil
    }
    self.source = source
    self.joulesPerTick = joulesPerTick
  }

  func read(_ clock: ScopeClock) -> Mark {
    let processes = clock.processes ?? []
    let joules = state.withLock { state in
      for pid in processes {
        guard case .energy(let now) = source.energy(ofProcess: pid) else { continue }
        let known = state.ticks[pid] ?? (base: state.isOpen ? 0 : now, last: now)
        // A smaller count is another process with the same number; the old one keeps its last.
        if now >= known.last { state.ticks[pid] = (known.base, now) }
      }
      state.isOpen = true
      return state.ticks.values.reduce(0) { $0 + Double($1.last - $1.base) } * joulesPerTick
    }
    return Mark(joules: joules, unseen: clock.unseen.value)
  }
}
