/// One bit a token: which tokens may come next.
public struct TokenMask: Sendable, Equatable {
  /// Tokens there are.
  public let count: Int
  /// Bit `t % 64` of word `t / 64` is token `t`; bits past ``count`` are 0.
  public var words: [UInt64]

  /// All allowed, or none.
  public init(count: Int, allowed: Bool) {
    self.count = count
    words = [UInt64](repeating: allowed ? .max : 0, count: (count + 63) / 64)
    if allowed && count % 64 != 0 { words[words.count - 1] = (1 << UInt64(count % 64)) - 1 }
  }

  public subscript(token: TokenID) -> Bool {
    get { words[Int(token) >> 6] >> UInt64(token & 63) & 1 != 0 }
    set {
      let bit: UInt64 = 1 << UInt64(token & 63)
      if newValue { words[Int(token) >> 6] |= bit } else { words[Int(token) >> 6] &= ~bit }
    }
  }

  /// Allowed tokens.
  public var allowedCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}
