import CErgonKernels
import Synchronization

/// The instruction sets and thread counts that kernels are tried on.
///
/// Both are settings of the whole process and tests run side by side, so one test at a time may
/// change them.
enum KernelMachine {
  private static let turn = Mutex(())

  static var instructionSets: [ek_isa] {
    let best = ek_best_isa()
    if best == EK_ISA_AVX512 { return [EK_ISA_SCALAR, EK_ISA_AVX2, EK_ISA_AVX512] }
    return best == EK_ISA_SCALAR ? [EK_ISA_SCALAR] : [EK_ISA_SCALAR, best]
  }

  /// Runs `body` once for every instruction set this machine has and for one and two threads.
  static func onEach(_ body: (ek_isa, _ threads: Int32) throws -> Void) rethrows {
    try turn.withLock { _ in
      let isa = ek_current_isa()
      let threads = ek_threads()
      defer {
        _ = ek_use_isa(isa)
        ek_set_threads(threads)
      }
      for isa in instructionSets {
        for threads: Int32 in [1, 2] {
          _ = ek_use_isa(isa)
          ek_set_threads(threads)
          try body(isa, threads)
        }
      }
    }
  }

  /// Runs `body` on the plain kernels.
  static func onPlain<Result>(_ body: () throws -> Result) rethrows -> Result {
    try turn.withLock { _ in
      let isa = ek_current_isa()
      defer { _ = ek_use_isa(isa) }
      _ = ek_use_isa(EK_ISA_SCALAR)
      return try body()
    }
  }
}
