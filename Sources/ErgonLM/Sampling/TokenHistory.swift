/// The tokens that came before, as penalties look at them.
struct TokenHistory: Sendable {
  private var tokens: [TokenID] = []
  /// How often each token is among the last `window`.
  private(set) var counts: [TokenID: Int] = [:]
  /// Minus one is all.
  private let window: Int
  /// Whether tokens that left the window are still needed.
  private let keepsAll: Bool

  init(window: Int, keepsAll: Bool) {
    self.window = window
    self.keepsAll = keepsAll
  }

  mutating func append(_ token: TokenID) {
    tokens.append(token)
    guard window != 0 else { return }
    counts[token, default: 0] += 1
    if window > 0, tokens.count > window {
      let gone = tokens[tokens.count - 1 - window]
      if counts[gone] == 1 { counts[gone] = nil } else { counts[gone]! -= 1 }
    }
    // What is behind the window goes in blocks, so that a token costs the same however many came.
    if !keepsAll, window >= 0, tokens.count > 2 * window + 1024 {
      tokens.removeFirst(tokens.count - window)
    }
  }

  /// For each token that would continue a repetition of at least `shortest` tokens, the length of
  /// the longest: the most tokens that end the history and also stand before an occurrence of it.
  ///
  /// - Cost: linear in the history. Read backwards, lengths of repetitions are its Z-function:
  ///   z[j] is how many characters the text shares with itself from j on.
  func repetitions(atLeast shortest: Int) -> [TokenID: Int] {
    let n = tokens.count
    guard n > shortest else { return [:] }
    var longest: [TokenID: Int] = [:]
    tokens.withUnsafeBufferPointer { tokens in
      var z = [Int](repeating: 0, count: n)
      var left = 0
      var right = 0  // the stretch found that reaches furthest: left ..< right
      for j in 1..<n {
        var length = j < right ? min(right - j, z[j - left]) : 0
        while j + length < n, tokens[n - 1 - length] == tokens[n - 1 - j - length] { length += 1 }
        z[j] = length
        if j + length > right { (left, right) = (j, j + length) }
        if length >= shortest {
          let next = tokens[n - j]
          if length > longest[next, default: 0] { longest[next] = length }
        }
      }
    }
    return longest
  }
}
