import ErgonTensor

/// A random order of the numbers below a bound that is worked out number by number.
///
/// A Feistel network permutes the words of an even number of bits; what falls outside the bound is
/// permuted on until it falls inside, which keeps the map one to one.
///
/// - Cost: six random numbers for less than four rounds of the network on average.
/// - Reference: J. Black, P. Rogaway, "Ciphers with arbitrary finite domains", 2002.
struct IndexPermutation {
  let count: Int
  private let halfBits: UInt64
  private let key: UInt64

  private static let rounds: UInt64 = 6

  /// - Precondition: `count` is positive.
  init(count: Int, random: RandomStream) {
    precondition(count > 0, "IndexPermutation: of \(count) numbers")
    self.count = count
    key = random.state.key
    // Eight bits at least: of fewer a network makes poor orders.
    let bits = Int.bitWidth - (count - 1).leadingZeroBitCount
    halfBits = UInt64(max(4, (bits + 1) / 2))
  }

  /// - Precondition: `0 <= index < count`.
  subscript(index: Int) -> Int {
    precondition(index >= 0 && index < count, "IndexPermutation: no \(index) among \(count)")
    var word = UInt64(index)
    repeat { word = permuted(word) } while word >= UInt64(count)
    return Int(word)
  }

  private func permuted(_ word: UInt64) -> UInt64 {
    let mask = (1 << halfBits) - 1 as UInt64
    var (left, right) = (word >> halfBits, word & mask)
    for round in 0..<Self.rounds {
      let counter = round << halfBits | right
      var random = RandomStream(state: RandomStream.State(key: key, counter: counter))
      (left, right) = (right, left ^ (random.next() & mask))
    }
    return left << halfBits | right
  }
}
