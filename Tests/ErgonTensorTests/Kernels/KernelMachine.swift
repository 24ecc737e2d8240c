import CErgonKernels
import Foundation

/// The instruction sets and thread counts that kernels are tried on.
///
/// The instruction set is chosen for the test's own thread; the number of threads is the process's,
/// so one test at a time may change it.
enum KernelMachine {
  private static let turn = NSLock()

  static var instructionSets: [ek_isa] {
    let best = ek_best_isa()
    if best == EK_ISA_AVX512 { return [EK_ISA_SCALAR, EK_ISA_AVX2, EK_ISA_AVX512] }
    return best == EK_ISA_SCALAR ? [EK_ISA_SCALAR] : [EK_ISA_SCALAR, best]
  }

  /// Runs `body` once for every instruction set this machine has and for one and two threads.
  static func onEach(_ body: (ek_isa, _ threads: Int32) throws -> Void) rethrows {
    try turn.withLock {
      let threads = ek_threads()
      defer {
        ek_follow_isa()
        ek_set_threads(threads)
      }
      for isa in instructionSets {
        for threads: Int32 in [1, 2] {
          _ = ek_use_isa_here(isa)
          ek_set_threads(threads)
          try body(isa, threads)
        }
      }
    }
  }

  /// Runs `body` on a number of threads.
  static func onThreads(_ threads: Int32, _ body: () throws -> Void) rethrows {
    try turn.withLock {
      let before = ek_threads()
      defer { ek_set_threads(before) }
      ek_set_threads(threads)
      try body()
    }
  }

  /// Runs `body` on the plain kernels.
  static func onPlain<Result>(_ body: () throws -> Result) rethrows -> Result {
    defer { ek_follow_isa() }
    _ = ek_use_isa_here(EK_ISA_SCALAR)
    return try body()
  }
}
