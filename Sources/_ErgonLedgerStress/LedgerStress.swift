import ErgonEnergy
import ErgonLedger

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A program that writes to a ledger until it has written enough or is killed; the ledger's tests
/// start many of them.
///
///     _ErgonLedgerStress PATH COUNT [--user UID] [--file-limit BYTES]
///
/// Prints the name of each run once its save has returned. A failure is printed to standard error
/// and ends it with 1.
@main
enum LedgerStress {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3, let count = Int(arguments[2]) else { exit(64) }
    var rest = arguments.dropFirst(3)
    while let option = rest.popFirst(), let value = rest.popFirst().flatMap(UInt32.init) {
      switch option {
      case "--user":
        guard setgid(value) == 0, setuid(value) == 0 else { exit(77) }
      case "--file-limit":
        var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
        // Ignored, so that a write fails instead of the program.
        signal(SIGXFSZ, SIG_IGN)
        #if canImport(Glibc)
          guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(71) }
        #else
          guard setrlimit(RLIMIT_FSIZE, &limit) == 0 else { exit(71) }
        #endif
      default: exit(64)
      }
    }
    let ledger = Ledger(path: arguments[1])
    let environment = RunEnvironment.current()
    do throws(LedgerError) {
      for number in 0..<count {
        var run = Run(subject: "stress \(number)", environment: environment)
        try ledger.open(run)
        run.complete(with: bill(number))
        try ledger.save(run)
        say("\(run.id)\n", to: 1)
      }
    } catch {
      say("\(error)\n", to: 2)
      exit(1)
    }
  }

  private static func bill(_ number: Int) -> Bill {
    let provenance = Provenance(.estimated, source: "stress", version: "1")
    let energy = Figure(Interval(Joules(Double(number + 1)), factor: 2), provenance)
    return Bill(
      reading: Reading(
        name: "stress", startedAt: 1_700_000_000 + Double(number), duration: Seconds(1),
        components: [ComponentReading(component: .cpu, counter: "stress", dynamic: energy)],
        processors: 1))
  }

  /// Unbuffered: a line that was printed is there when the program is killed next.
  private static func say(_ text: String, to descriptor: Int32) {
    var text = text
    _ = text.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
  }
}
