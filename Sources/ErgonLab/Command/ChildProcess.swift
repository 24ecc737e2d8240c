import CErgonSystem
import ErgonEnergy

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A program started by this process, with every process that comes from it.
///
/// Between us and the program stands a keeper that adopts the program's orphans (Linux) and writes
/// down what the kernel says of each process that ends. Other children of this process are neither
/// counted nor touched.
final class ChildProcess {
  /// The program itself.
  let pid: Int32
  /// Everything that descends from it.
  let family: DescendantsClock
  private var child: ergon_child
  private let account: Account

  /// The keeper's account, readable while anybody holds it, even beyond the child's end.
  private final class Account: @unchecked Sendable {
    // Only read through atomic loads of the shared page; written once more when the page goes.
    private var child: ergon_child
    private var final: ergon_account?
    init(_ child: ergon_child) { self.child = child }
    func read() -> ergon_account { final ?? ergon_child_account(&child) }
    func freeze() { final = ergon_child_account(&child) }
  }

  /// Forks; the program waits at its first instruction until ``begin(path:)``.
  init(
    path: String, arguments: [String], environment: [String: String]?, directory: String?
  ) throws(LabError) {
    var child = ergon_child()
    let failure = Self.withCStrings(arguments) { argv in
      guard let environment else {
        return ergon_child_prepare(path, argv, environ, directory, &child)
      }
      let pairs = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return Self.withCStrings(pairs) {
        ergon_child_prepare(path, argv, $0, directory, &child)
      }
    }
    guard failure == 0 else {
      throw .commandNotStarted(path: path, reason: String(cString: strerror(failure)))
    }
    self.child = child
    pid = child.program
    let account = Account(child)
    self.account = account
    family = DescendantsClock(root: child.keeper) {
      let account = account.read()
      return CPUTime(user: Seconds(account.userSeconds), system: Seconds(account.systemSeconds))
    }
    ergon_signal_target(child.program)
  }

  /// Lets the program begin.
  func begin(path: String) throws(LabError) {
    let failure = ergon_child_release(&child)
    guard failure != 0 else { return }
    let reason = String(cString: strerror(failure))
    switch failure {
    case ENOENT: throw .commandNotFound(name: path)
    case EACCES, ENOTDIR: throw .commandNotExecutable(path: path, reason: reason)
    default: throw .commandNotStarted(path: path, reason: reason)
    }
  }

  /// What has ended so far.
  enum Progress: Int32 { case runs, programEnded, allEnded }

  /// Waits until the program, or the last of its orphans, ends; or the time passes or a signal
  /// comes.
  func wait(milliseconds: Int32) -> Progress {
    Progress(rawValue: ergon_child_wait(&child, milliseconds)) ?? .runs
  }

  /// Sends a signal to the program and every descendant, whatever its group or session.
  func signalAll(_ signal: Int32) {
    for process in family.processes { kill(process, signal) }
  }

  /// Lets go of everything; what still runs goes to init.
  func finish() {
    ergon_signal_target(0)
    account.freeze()
    ergon_child_finish(&child)
  }

  /// How the program ended.
  var termination: Termination {
    let account = account.read()
    // Without an entry somebody has killed the keeper, and nobody will ever know.
    guard account.hasEnded != 0 else { return .signal(SIGKILL) }
    return account.signal != 0 ? .signal(account.signal) : .exit(account.exitCode)
  }

  /// The peak resident bytes of the largest process that has ended; `nil` where the kernel's
  /// figure is no larger than what it carried over from before the program began.
  var peakMemoryBytes: UInt64? {
    let peak = account.read().peakBytes
    return peak > child.peakBytesBefore ? peak : nil
  }

  private static func withCStrings<R>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { pointers.forEach { free($0) } }
    return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}
