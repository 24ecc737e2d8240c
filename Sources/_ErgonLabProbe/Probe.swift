import ErgonEnergy
import ErgonLab
import ErgonLedger
import _ErgonTestSupport

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A process of its own in which tests run a command or a workload, so that standard input and
/// signals are its alone.
///
///     _ErgonLabProbe measure LEDGER REPEATS WORD...   exit code of the command
///     _ErgonLabProbe observe LEDGER READY-FILE        a workload that ends when it is stopped
@main
struct Probe {
  /// A test runner may ignore signals, its threads block most, and both are handed down.
  private static func startAsFromShell() {
    for number in [SIGINT, SIGQUIT, SIGHUP, SIGTERM] { signal(number, SIG_DFL) }
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    // What was blocked at the start is part of what a process is; begin once more without.
    guard sigismember(&before, SIGINT) == 1 || sigismember(&before, SIGUSR1) == 1 else { return }
    execv(CommandLine.arguments[0], CommandLine.unsafeArgv)
    exit(71)
  }

  static func main() throws {
    let words = CommandLine.arguments
    guard words.count >= 4 else { exit(64) }
    startAsFromShell()
    let meter = Meter(sources: [], model: .synthetic)
    let ledger = Ledger(path: words[2])
    let environment = RunEnvironment(
      logicalProcessors: 1, architecture: "test", ergonVersion: "test")
    switch words[1] {
    case "measure":
      guard let repeats = Int(words[3]) else { exit(64) }
      let plan = MeasurePlan([MeasuredCommand(Array(words[4...]))], repeats: repeats)
      let summary = try MeasureSession(
        plan, meter: meter, ledger: ledger, environment: environment
      ).run()
      exit(summary.exitCode)
    case "observe":
      let lab = Lab(meter: meter, ledger: ledger, environment: environment)
      do {
        _ = try lab.run("endless") { observer in
          var step = 0.0
          while true {
            step += 1
            try observer.report(.init(stage: "work", completed: step))
            if step == 1, let file = fopen(words[3], "w") { fclose(file) }
            usleep(1000)
          }
        }
      } catch {
        // Nobody asked the next one to stop.
        let next = try? lab.run("next") { try $0.report(.init(stage: "work", completed: 1)) }
        exit(next == nil ? 1 : 130)
      }
    default: exit(64)
    }
  }
}
