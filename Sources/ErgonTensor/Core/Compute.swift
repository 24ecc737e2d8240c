import CErgonKernels

/// How this process computes: on how many threads and with which vector instructions.
///
/// The same input gives the same bits as long as neither changes.
public enum Compute {
  /// Threads that an operation may use, the caller's own included; every core this process may run
  /// on unless set.
  ///
  /// Not to be changed while an operation runs.
  public static var threads: Int {
    get { Int(ek_threads()) }
    set {
      precondition(newValue > 0, "threads: \(newValue) is not a number of threads")
      ek_set_threads(Int32(clamping: newValue))
    }
  }

  /// What the threads have done since the process started, waiting included: a pause of a thread
  /// that waits awake costs a processor as much as work does.
  public static var activity: ThreadActivity {
    let counts = ek_pool_count()
    return ThreadActivity(loops: counts.loops, pauses: counts.spins, sleeps: counts.sleeps)
  }

  /// The vector instructions in use; the best this processor has unless chosen.
  public static var instructionSet: InstructionSet {
    InstructionSet(ek_current_isa())
  }

  /// Computes with these instructions from now on; without effect where the processor lacks them.
  ///
  /// - Returns: Whether it has them.
  @discardableResult
  public static func use(_ set: InstructionSet) -> Bool { ek_use_isa(set.kernels) }
}

/// What the threads of ``Compute`` have done.
public struct ThreadActivity: Sendable, Hashable {
  /// Loops that more than one thread could share.
  public let loops: UInt64
  /// Pauses spent waiting awake, each some tens of nanoseconds of a processor.
  public let pauses: UInt64
  /// Times a thread went to sleep.
  public let sleeps: UInt64
}

/// Vector instructions that kernels are written for.
public enum InstructionSet: String, Sendable, Hashable, CaseIterable {
  case scalar, avx2, avx512, neon

  init(_ isa: ek_isa) {
    self =
      switch isa {
      case EK_ISA_AVX2: .avx2
      case EK_ISA_AVX512: .avx512
      case EK_ISA_NEON: .neon
      default: .scalar
      }
  }

  var kernels: ek_isa {
    switch self {
    case .scalar: EK_ISA_SCALAR
    case .avx2: EK_ISA_AVX2
    case .avx512: EK_ISA_AVX512
    case .neon: EK_ISA_NEON
    }
  }
}
