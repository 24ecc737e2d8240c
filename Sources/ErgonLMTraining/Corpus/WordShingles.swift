/// Numbers for the runs of words of a text, the same for the same words whatever stands between
/// them and however they are capitalised.
///
/// Words are runs of letters and digits; every character beyond ASCII counts as a letter.
struct WordShingles {
  /// Words in a run.
  let length: Int

  /// Calls `body` with the number of each run; a text of fewer words is one run, one of none none.
  ///
  /// - Cost: one pass, a product a byte.
  func forEach(in text: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Void) {
    // The last words' numbers, the next to be replaced at `words % length`.
    var window = [UInt64](repeating: 0, count: length)
    var words = 0
    var hash: UInt64 = 0
    func endWord() {
      window[words % length] = hash
      words += 1
      hash = 0
      if words >= length { body(run(window, from: words % length, count: length)) }
    }
    for byte in text {
      let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      if lower >= 0x80 || (lower >= 0x61 && lower <= 0x7A) || (lower >= 0x30 && lower <= 0x39) {
        // FNV-1a; no word has the number 0 of none.
        hash = ((hash == 0 ? 0xCBF2_9CE4_8422_2325 : hash) ^ UInt64(lower)) &* 0x100_0000_01B3 | 1
      } else if hash != 0 {
        endWord()
      }
    }
    if hash != 0 { endWord() }
    if words > 0 && words < length { body(run(window, from: 0, count: words)) }
  }

  private func run(_ words: [UInt64], from first: Int, count: Int) -> UInt64 {
    var sum: UInt64 = 0
    for place in 0..<count {
      sum = sum &* 0x9E37_79B9_7F4A_7C15 &+ words[(first + place) % words.count]
      sum ^= sum >> 29
    }
    sum = (sum ^ (sum >> 30)) &* 0xBF58_476D_1CE4_E5B9
    sum = (sum ^ (sum >> 27)) &* 0x94D0_49BB_1331_11EB
    return sum ^ (sum >> 31)
  }
}
