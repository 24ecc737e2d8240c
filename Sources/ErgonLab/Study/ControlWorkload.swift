public import ErgonEnergy
import ErgonNumerics

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The same small piece of arithmetic every time: what it costs from one moment to the next is the
/// machine's own noise.
///
/// Runs of it between the runs of a comparison tell whether a difference could be the machine's.
///
/// ```swift
/// var gate = NoiseGate()
/// for side in sides { gate.sample(); measure(side) }
/// print(gate.relativeStandardDeviation ?? 0)      // 0.012
/// ```
///
/// - Cost: 25 million rounds of integer and floating-point work, about 0.2 s of one core.
public struct ControlWorkload: Sendable, Hashable {
  /// Rounds of one run.
  public var rounds: Int

  public init(rounds: Int = 25_000_000) { self.rounds = rounds }

  /// Does the work; the answer depends on every round and on nothing else.
  @inline(never)
  public func run() -> Double {
    var bits: UInt64 = 0x9E37_79B9_7F4A_7C15
    var sum = 1.0
    for _ in 0..<max(0, rounds) {
      bits ^= bits << 13
      bits ^= bits >> 7
      bits ^= bits << 17
      // Each round waits for the one before, so that no compiler or core can reorder them.
      sum = sum * 0.999_999 + Double(bits >> 40)
    }
    return sum
  }
}

/// Repeated costs of a ``ControlWorkload``.
public struct NoiseGate: Sendable {
  public let workload: ControlWorkload
  /// Processor time of each run.
  public private(set) var samples: [Seconds] = []

  public init(_ workload: ControlWorkload = ControlWorkload()) { self.workload = workload }

  /// Runs the control workload once.
  ///
  /// - Returns: Its result, so that nothing optimises it away.
  @discardableResult
  public mutating func sample() -> Double {
    let before = Self.threadTime()
    let result = workload.run()
    add(Self.threadTime() - before)
    return result
  }

  /// Takes in a cost that was measured elsewhere.
  public mutating func add(_ cost: Seconds) { samples.append(cost) }

  /// Standard deviation over mean, sample form; `nil` before two runs.
  public var relativeStandardDeviation: Double? {
    let values = samples.map(\.value)
    guard let mean = Statistics.mean(values), mean > 0 else { return nil }
    return Statistics.standardDeviation(values).map { $0 / mean }
  }

  /// Whether the machine was quiet enough for differences of this size to mean something.
  ///
  /// Its noise must be at most a third of the difference; `false` before two runs.
  public func canResolve(relativeDifference: Double) -> Bool {
    relativeStandardDeviation.map { 3 * $0 <= abs(relativeDifference) } ?? false
  }

  private static func threadTime() -> Seconds {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Seconds(Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9)
  }
}
