import ErgonLM

/// A text as it is learned from: valid UTF-8 in NFC, lines ended by a line feed.
struct CleanText {
  var text: String
  /// Places that were no UTF-8 and are U+FFFD now.
  var repairs = 0

  init(_ bytes: [UInt8]) {
    var bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if bytes.contains(0x0D) { bytes = Self.withLineFeeds(bytes) }
    if let valid = String(validating: bytes, as: UTF8.self) {
      text = valid
    } else {
      text = String(decoding: bytes, as: UTF8.self)
      repairs = Self.replacements(text.utf8) - Self.replacements(bytes)
      bytes = Array(text.utf8)
    }
    // All characters before U+0300, whose first bytes are below 0xCC, are their own NFC.
    if bytes.contains(where: { $0 >= 0xCC }) {
      let normal = NormalizationForm.nfc.apply(to: bytes)
      if normal != bytes { text = String(decoding: normal, as: UTF8.self) }
    }
  }

  /// Carriage returns, alone or before a line feed, as line feeds.
  private static func withLineFeeds(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var wasReturn = false
    for byte in bytes {
      if byte == 0x0D {
        result.append(0x0A)
      } else if byte != 0x0A || !wasReturn {
        result.append(byte)
      }
      wasReturn = byte == 0x0D
    }
    return result
  }

  /// How often U+FFFD stands in a text.
  private static func replacements(_ bytes: some Sequence<UInt8>) -> Int {
    var count = 0
    var last: (UInt8, UInt8) = (0, 0)
    for byte in bytes {
      if byte == 0xBD && last == (0xEF, 0xBF) { count += 1 }
      last = (last.1, byte)
    }
    return count
  }

  /// Whether bytes from the beginning of a file are no text: there is a zero among them, or more
  /// than a tenth of them is no UTF-8.
  static func isBinary(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = Array(bytes.prefix(1 << 13))
    if start.contains(0) { return true }
    let repairs = CleanText(start).repairs
    return repairs > max(4, start.count / 10)
  }
}
