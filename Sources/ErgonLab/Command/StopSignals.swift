import CErgonSystem
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The signals this process takes for itself while it cares for a workload.
///
/// Two callers may hold them at once (a study whose part is a command); the last one to let go
/// restores what was there before.
final class StopSignals: Sendable {
  /// Asked of a computation in this process: stop when you can.
  static let workload = [SIGINT, SIGTERM, SIGHUP]
  /// Passed on to a program: everything a supervisor or terminal may send.
  static let command = [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT]

  private static let lock = Mutex<Void>(())
  private let taken: [Int32]
  private let before: Int32

  init(_ signals: [Int32]) {
    taken = Self.lock.withLock { _ in signals.filter { ergon_signal_take($0) == 1 } }
    before = ergon_stop_requests()
  }

  /// Restores what was there before; the last thing to be done with it.
  func giveBack() {
    Self.lock.withLock { _ in taken.forEach(ergon_signal_give_back) }
  }

  /// Whether somebody has asked this process to stop since the signals were taken.
  var isStopRequested: Bool { ergon_stop_requests() != before }

  /// The name of the last signal that asked for it.
  static var lastName: String {
    switch ergon_stop_signal() {
    case SIGQUIT: "SIGQUIT"
    case SIGTERM: "SIGTERM"
    case SIGHUP: "SIGHUP"
    default: "SIGINT"
    }
  }
}
