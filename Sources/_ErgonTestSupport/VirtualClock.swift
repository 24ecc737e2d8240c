public import ErgonEnergy
import Synchronization

/// A clock that moves only when a test says so, and runs what falls due on the way.
///
/// ```swift
/// let clock = VirtualClock()
/// let meter = Meter(sources: [source], clock: clock)
/// clock.advance(by: 3600)          // an hour, keep-alive timers included
/// ```
public final class VirtualClock: MeterClock {
  private struct Timer {
    let id: Int
    var due: Double
    let period: Double?
    let body: @Sendable () -> Void
  }

  private struct State {
    var now: Double
    var slept = 0.0
    var timers: [Timer] = []
    var nextID = 0
  }

  private let state: Mutex<State>
  private let epoch: Double

  /// - Parameters:
  ///   - start: Seconds since the pretended boot.
  ///   - epoch: The wall clock at boot, seconds since 1970.
  public init(start: Double = 1000, epoch: Double = 1_800_000_000) {
    state = Mutex(State(now: start))
    self.epoch = epoch
  }

  /// Seconds since boot without sleep.
  public var now: Double { state.withLock { $0.now } }

  /// How many timers wait.
  public var pendingTimers: Int { state.withLock { $0.timers.count } }

  /// Lets time pass; timers run at their own moments, in order, on the calling thread.
  public func advance(by seconds: Double) {
    let end = now + seconds
    while let body = takeDue(until: end) { body() }
    state.withLock { $0.now = end }
  }

  /// The machine sleeps: only the clock since boot goes on, and no timer runs.
  public func suspend(for seconds: Double) { state.withLock { $0.slept += seconds } }

  private func takeDue(until end: Double) -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard
        let index = state.timers.indices.min(by: { state.timers[$0].due < state.timers[$1].due }),
        state.timers[index].due <= end
      else { return nil }
      state.now = max(state.now, state.timers[index].due)
      let body = state.timers[index].body
      if let period = state.timers[index].period {
        state.timers[index].due += period
      } else {
        state.timers.remove(at: index)
      }
      return body
    }
  }

  private func add(
    after seconds: Double, every period: Double?, _ body: @escaping @Sendable () -> Void
  ) -> Int {
    state.withLock { state in
      let id = state.nextID
      state.nextID += 1
      state.timers.append(Timer(id: id, due: state.now + seconds, period: period, body: body))
      return id
    }
  }

  package func awake() -> Double { now }
  package func sinceBoot() -> Double { state.withLock { $0.now + $0.slept } }
  package func wall() -> Double { epoch + sinceBoot() }

  package func schedule(after seconds: Double, _ body: @escaping @Sendable () -> Void) {
    _ = add(after: seconds, every: nil, body)
  }

  package func `repeat`(
    every seconds: Double, _ body: @escaping @Sendable () -> Void
  ) -> @Sendable () -> Void {
    let id = add(after: seconds, every: seconds, body)
    return { [weak self] in self?.state.withLock { $0.timers.removeAll { $0.id == id } } }
  }
}
