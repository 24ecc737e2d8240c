import CErgonKernels

/// The instructions that the dense kernels are tried on.
enum DenseMachine {
  /// Runs `body` once for every set of vector instructions this machine has and, where `dots`, once
  /// for every set of dot-product instructions, with its name.
  static func onEach(dots: Bool = false, _ body: (String) -> Void) {
    defer {
      ek_follow_isa()
      ek_follow_dot_isa()
    }
    for isa in TernaryMachine.vectorSets {
      _ = ek_use_isa_here(isa)
      body("vector set \(isa.rawValue)")
    }
    ek_follow_isa()
    for isa in TernaryMachine.dotSets where dots {
      _ = ek_use_dot_isa_here(isa)
      body("dot set \(isa.rawValue)")
    }
  }
}

/// Whether two numbers differ by at most a share of the second, or by next to nothing.
func isClose(_ a: Float, _ b: Float, _ share: Float) -> Bool { abs(a - b) <= share * abs(b) + 1e-7 }
