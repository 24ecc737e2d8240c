import CErgonKernels
import Foundation

/// The instruction sets and thread counts that the language-model kernels are tried on.
///
/// The instruction sets are chosen for the test's own thread; the number of threads is the
/// process's, so one test at a time may change it.
enum DenseMachine {
  private static let turn = NSLock()

  static var instructionSets: [ek_isa] {
    [EK_ISA_SCALAR, EK_ISA_AVX2, EK_ISA_AVX512, EK_ISA_NEON].filter { isa in
      defer { ek_follow_isa() }
      return ek_use_isa_here(isa)
    }
  }

  /// Runs `body` once for every instruction set this machine has.
  static func onEach(_ body: (ek_isa) throws -> Void) rethrows {
    defer { ek_follow_isa() }
    for isa in instructionSets {
      _ = ek_use_isa_here(isa)
      try body(isa)
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
}

/// Numbers for tests, the same on every machine.
struct TestNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func bits() -> UInt32 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt32(truncatingIfNeeded: state >> 33)
  }

  /// A number in -1 ..< 1.
  mutating func number() -> Float { Float(bits() & 0xFFFFFF) / Float(1 << 23) - 1 }

  mutating func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in number() } }
}

/// Whether two numbers differ by at most a share of the second, or by next to nothing.
func isClose(_ a: Float, _ b: Float, _ share: Float) -> Bool { abs(a - b) <= share * abs(b) + 1e-7 }
