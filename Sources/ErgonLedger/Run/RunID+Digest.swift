internal import ErgonData

extension RunID {
  /// A name made of content: the same text gives the same name, wherever it is read.
  ///
  /// Such names do not sort by time.
  init(digestOf text: String) {
    let bytes = SHA256Digest(of: text).bytes
    func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(
      milliseconds: number(0..<6),
      random: (UInt16(truncatingIfNeeded: number(6..<8)), number(8..<16)))
  }
}
