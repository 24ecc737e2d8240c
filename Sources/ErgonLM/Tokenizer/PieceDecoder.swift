/// The bytes that a piece stands for.
struct PieceDecoder: Sendable {
  enum Step: Sendable {
    case byteLevel
    /// A space before pieces that start a word; `prefix` marks those that do not.
    case wordPiece(prefix: [UInt8], cleansUp: Bool)
    /// A space before every piece.
    case spaced
    case byteFallback
    case replace([UInt8], by: [UInt8])
  }

  var steps: [Step]
  /// Whether the first piece of a text loses a leading space.
  var dropsLeadingSpace = false

  func bytes(of piece: ArraySlice<UInt8>) -> [UInt8] {
    var bytes = Array(piece)
    for step in steps {
      switch step {
      case .byteLevel: bytes = ByteAlphabet.bytes(of: bytes[...]) ?? bytes
      case .wordPiece(let prefix, let cleansUp):
        bytes =
          bytes.starts(with: prefix) && !prefix.isEmpty
          ? Array(bytes.dropFirst(prefix.count)) : [0x20] + bytes
        if cleansUp { bytes = Self.cleanedUp(bytes) }
      case .spaced: bytes.insert(0x20, at: 0)
      case .byteFallback: if let byte = byteFallbackValue(bytes[...]) { return [byte] }
      case .replace(let pattern, let replacement):
        bytes = Normalizer.replace(pattern, by: replacement, in: bytes)
      }
    }
    return bytes
  }

  /// Takes out the spaces that English puts nowhere: before signs and in contractions.
  private static func cleanedUp(_ bytes: [UInt8]) -> [UInt8] {
    let mends: [(String, String)] = [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
      (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ]
    return mends.reduce(bytes) { bytes, mend in
      Normalizer.replace(Array(mend.0.utf8), by: Array(mend.1.utf8), in: bytes)
    }
  }
}
