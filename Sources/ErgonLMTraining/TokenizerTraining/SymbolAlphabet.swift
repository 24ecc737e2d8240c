import ErgonLM

/// What pieces are first made of: the 256 bytes, or the characters of a text beside byte pieces.
struct SymbolAlphabet {
  let isBytes: Bool
  /// As the vocabulary writes them, in the order of their ids.
  let pieces: [String]
  /// The characters among them.
  let characters: Set<UInt32>

  /// - Parameters:
  ///   - coverage: The share of all characters to be written as such, the frequent ones first; 1
  ///     takes them all. Spaces and line ends are always among them.
  ///   - names: Texts whose characters are always among them, too.
  init(_ words: WordTable, isBytes: Bool, coverage: Double, names: [String] = []) {
    self.isBytes = isBytes
    if isBytes {
      characters = []
      pieces = (UInt8.min...UInt8.max).map {
        String(decoding: ByteAlphabet.written($0), as: UTF8.self)
      }
      .sorted { $0.unicodeScalars.first! < $1.unicodeScalars.first! }
      return
    }
    let counts = Self.counts(words)
    let wanted = coverage * Double(counts.values.reduce(0, +))
    var covered = 0.0
    var chosen: Set<UInt32> = [Self.mark]
    for (point, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      if covered >= wanted { break }
      covered += Double(count)
      chosen.insert(point)
    }
    if counts[0x0A] != nil { chosen.insert(0x0A) }
    for name in names { chosen.formUnion(name.unicodeScalars.lazy.map(\.value)) }
    characters = chosen
    pieces =
      (UInt8.min...UInt8.max).map { String(decoding: byteFallbackPiece($0), as: UTF8.self) }
      + chosen.sorted().map { Self.text($0) }
  }

  /// `▁`, which spaces are written as.
  static let mark: UInt32 = 0x2581

  static func text(_ point: UInt32) -> String {
    String(Unicode.Scalar(point).map(Character.init) ?? "\u{FFFD}")
  }

  private static func counts(_ words: WordTable) -> [UInt32: Int64] {
    var counts: [UInt32: Int64] = [:]
    var ascii = [Int64](repeating: 0, count: 128)
    words.bytes.withUnsafeBufferPointer { bytes in
      for word in 0..<words.count {
        let range = words.range(at: word)
        var at = range.lowerBound
        while at < range.upperBound {
          let (point, length) = codePoint(bytes, at)
          if point < 128 {
            ascii[Int(point)] += words.counts[word]
          } else {
            counts[point, default: 0] += words.counts[word]
          }
          at += length
        }
      }
    }
    for point in ascii.indices where ascii[point] > 0 {
      counts[point == 0x20 ? mark : UInt32(point), default: 0] += ascii[point]
    }
    return counts
  }

  /// The symbols of all words and where each word ends in them; -1 for characters left out.
  func symbols(of words: WordTable, _ id: (String) -> Int32) -> (symbols: [Int32], ends: [Int]) {
    var symbols: [Int32] = []
    symbols.reserveCapacity(words.bytes.count)
    if isBytes {
      let ids = (UInt8.min...UInt8.max).map {
        id(String(decoding: ByteAlphabet.written($0), as: UTF8.self))
      }
      for byte in words.bytes { symbols.append(ids[Int(byte)]) }
      return (symbols, words.ends)
    }
    var ids: [UInt32: Int32] = [0x20: id(Self.text(Self.mark))]
    for point in characters { ids[point] = id(Self.text(point)) }
    var ends: [Int] = []
    words.bytes.withUnsafeBufferPointer { bytes in
      for word in 0..<words.count {
        let range = words.range(at: word)
        var at = range.lowerBound
        while at < range.upperBound {
          let (point, length) = codePoint(bytes, at)
          symbols.append(ids[point] ?? -1)
          at += length
        }
        ends.append(symbols.count)
      }
    }
    return (symbols, ends)
  }
}
