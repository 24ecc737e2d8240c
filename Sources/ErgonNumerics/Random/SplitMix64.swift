/// A small, fast generator that turns any 64-bit seed into a good sequence.
///
/// It passes the usual test batteries, has a period of 2^64 and is what larger generators are
/// seeded with. Same seed, same sequence, on every platform.
///
/// ```swift
/// var generator = SplitMix64(seed: 42)
/// let die = Int.random(in: 1...6, using: &generator)
/// ```
///
/// - Reference: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
  @usableFromInline var state: UInt64

  /// Starts the sequence that belongs to `seed`; every value is a good seed.
  @inlinable
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  @inlinable
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A new generator whose sequence is unrelated to the rest of this one.
  ///
  /// Hand one to each task, in a fixed order, and the result no longer depends on how the tasks
  /// are scheduled.
  @inlinable
  public mutating func split() -> SplitMix64 { SplitMix64(seed: next()) }
}
