/// The generator for long simulations: 256 bits of state, period 2^256 - 1.
///
/// ```swift
/// var generator = Xoshiro256StarStar(seed: 7)
/// let height = generator.nextNormal()
/// ```
///
/// - Reference: Blackman, Vigna, "Scrambled linear pseudorandom number generators", 2021.
public struct Xoshiro256StarStar: RandomNumberGenerator, Sendable, Hashable {
  @usableFromInline var s0: UInt64
  @usableFromInline var s1: UInt64
  @usableFromInline var s2: UInt64
  @usableFromInline var s3: UInt64

  /// Starts the sequence that belongs to `seed`; the state is filled by ``SplitMix64``, as the
  /// authors advise.
  @inlinable
  public init(seed: UInt64) {
    var filler = SplitMix64(seed: seed)
    s0 = filler.next()
    s1 = filler.next()
    s2 = filler.next()
    s3 = filler.next()
  }

  /// Starts from a full state, as published test vectors do.
  ///
  /// - Precondition: not all four words are zero.
  init(state: (UInt64, UInt64, UInt64, UInt64)) {
    (s0, s1, s2, s3) = state
    precondition(s0 | s1 | s2 | s3 != 0, "Xoshiro256StarStar: the state must not be all zero")
  }

  /// The next 64 bits.
  @inlinable
  public mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 45) | (s3 >> 19)
    return result
  }

  /// A new generator whose sequence is unrelated to the rest of this one.
  ///
  /// Hand one to each task, in a fixed order, and the result no longer depends on how the tasks
  /// are scheduled.
  @inlinable
  public mutating func split() -> Xoshiro256StarStar { Xoshiro256StarStar(seed: next()) }
}
