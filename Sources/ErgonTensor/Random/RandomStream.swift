import CErgonKernels

/// A stream of random numbers: the same seed gives the same numbers, on every machine and number
/// of threads.
///
/// A stream is a value, a key and a count of the numbers drawn from it; number n depends on these
/// alone (Philox 4x32-10). Streams split off another, or named, are independent of it, so that two
/// parts of a program do not disturb each other's numbers.
///
/// ```swift
/// var random = RandomStream(seed: 7)
/// let w = Tensor<Float>.normal([784, 128], using: &random)
/// var dropout = random.stream(named: "dropout")
/// ```
///
/// - Reference: Salmon, Moraes, Dror, Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable {
  /// What a checkpoint keeps of a stream to go on where it stood.
  public struct State: Sendable, Hashable, Codable {
    public var key: UInt64
    public var counter: UInt64

    public init(key: UInt64, counter: UInt64) {
      self.key = key
      self.counter = counter
    }
  }

  /// Where the stream stands.
  public private(set) var state: State

  /// A stream from its beginning.
  public init(seed: UInt64) {
    state = State(key: Self.mixed(seed), counter: 0)
  }

  /// A stream from where another stood.
  public init(state: State) {
    self.state = state
  }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    var bits: UInt64 = 0
    ek_random_bits(state.key, state.counter, 1, &bits)
    state.counter &+= 1
    return bits
  }

  /// A new stream, independent of what this one gives from now on.
  public mutating func split() -> RandomStream {
    RandomStream(state: State(key: Self.mixed(next() ^ 0x73_706C_6974), counter: 0))
  }

  /// The stream of a name: the same for the same key and name, wherever this one stands.
  public func stream(named name: String) -> RandomStream {
    // FNV-1a over the name, from the key.
    var hash = state.key ^ 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return RandomStream(state: State(key: Self.mixed(hash), counter: 0))
  }

  /// A number in [0, 1) of 53 bits.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in (0, 1].
  mutating func positiveUnit() -> Double { 1 - unit() }

  /// A number of the standard normal distribution.
  mutating func normal() -> Double {
    var number = 0.0
    ek_random_normal_f64(state.key, state.counter, 1, 0, 1, &number)
    state.counter &+= 1
    return number
  }

  /// Gives `body` key and counter of the next `count` numbers, which are then drawn.
  @inline(__always)
  mutating func draw<R>(_ count: Int, _ body: (_ key: UInt64, _ counter: UInt64) -> R) -> R {
    defer { state.counter &+= UInt64(count) }
    return body(state.key, state.counter)
  }

  /// The finaliser of SplitMix64: every bit of the result depends on every bit of the argument.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
