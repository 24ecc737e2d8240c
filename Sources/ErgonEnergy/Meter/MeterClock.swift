import Dispatch

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Time as the meter sees it; tests put a virtual one in its place.
package protocol MeterClock: Sendable {
  /// Seconds that stand still while the machine sleeps.
  func awake() -> Double
  /// Seconds that go on while the machine sleeps.
  func sinceBoot() -> Double
  /// Seconds since 1970.
  func wall() -> Double
  /// Runs `body` once, `seconds` from now, on some other thread.
  func schedule(after seconds: Double, _ body: @escaping @Sendable () -> Void)
  /// Runs `body` every `seconds` until the answer is called.
  func `repeat`(
    every seconds: Double, _ body: @escaping @Sendable () -> Void
  ) -> @Sendable () -> Void
}

/// The machine's own clocks, and timers that exist only while somebody needs them.
package struct MachineClock: MeterClock {
  #if canImport(Darwin)
    private static let awakeClock = CLOCK_UPTIME_RAW
    private static let bootClock = CLOCK_MONOTONIC_RAW
  #else
    private static let awakeClock = CLOCK_MONOTONIC
    private static let bootClock = CLOCK_BOOTTIME
  #endif
  private static let queue = DispatchQueue(label: "ergon.meter", qos: .utility)

  package init() {}

  package func awake() -> Double { Self.seconds(Self.awakeClock) }
  package func sinceBoot() -> Double { Self.seconds(Self.bootClock) }
  package func wall() -> Double { Self.seconds(CLOCK_REALTIME) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  package func schedule(after seconds: Double, _ body: @escaping @Sendable () -> Void) {
    Self.queue.asyncAfter(deadline: .now() + seconds, execute: body)
  }

  package func `repeat`(
    every seconds: Double, _ body: @escaping @Sendable () -> Void
  ) -> @Sendable () -> Void {
    // One thread that sleeps costs one wake-up a period. A Dispatch timer costs two, its manager's
    // and a worker's, and at 100 Hz the wake-ups are what sampling costs.
    let over = DispatchSemaphore(value: 0)
    let started = SystemThread.start {
      var due = DispatchTime.now() + seconds
      while over.wait(timeout: due) == .timedOut {
        body()
        // Periods that were missed, in sleep or under load, are not made up for.
        due = max(due + seconds, .now())
      }
    }
    // Without a thread to be had there is still the queue.
    guard started else { return Self.queueTimer(every: seconds, body) }
    return { over.signal() }
  }

  private static func queueTimer(
    every seconds: Double, _ body: @escaping @Sendable () -> Void
  ) -> @Sendable () -> Void {
    let timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(
      deadline: .now() + seconds, repeating: seconds,
      leeway: .microseconds(Int(seconds * 1e5)))
    timer.setEventHandler(handler: body)
    timer.resume()
    let owner = TimerOwner(timer)
    return { owner.cancel() }
  }

  /// Dispatch sources are thread-safe; the compiler cannot know.
  private final class TimerOwner: @unchecked Sendable {
    private let timer: any DispatchSourceTimer
    init(_ timer: any DispatchSourceTimer) { self.timer = timer }
    func cancel() { timer.cancel() }
  }
}
