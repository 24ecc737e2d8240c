/// Random numbers that belong to one thing, say one image in one epoch.
///
/// The numbers are a pure function of the words given, whatever was drawn before and by which
/// thread, and the same with every version of the standard library.
///
/// - Reference: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators",
///   2014: its output function, used for hashing too.
struct CounterRandom {
  private var state: UInt64

  init(_ words: UInt64...) {
    state = words.reduce(0) { Self.mix($0 ^ $1) }
  }

  private static func mix(_ word: UInt64) -> UInt64 {
    var word = word &+ 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func next() -> UInt64 {
    defer { state &+= 0x9E37_79B9_7F4A_7C15 }
    return Self.mix(state)
  }

  /// A whole number below a bound; no number is more than 2⁻⁶⁴ × bound too likely.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number from -1 to below 1.
  mutating func signed() -> Float { Float(Int64(bitPattern: next()) >> 40) * 0x1p-23 }
}
