/// Byte-pair encoding by a list of merges (GPT-2, Llama-3, Qwen): symbols are bytes or characters.
///
/// Reference: Sennrich, Haddow, Birch, Neural machine translation of rare words with subword units,
/// 2016; with bytes as symbols: Radford et al., Language models are unsupervised multitask learners,
/// 2019.
struct BytePairModel: PieceModel {
  struct Options: Sendable {
    /// Symbols are bytes, written in the vocabulary by ``ByteAlphabet``.
    var isByteLevel = false
    /// A character that is no piece becomes the pieces `<0xXX>` of its bytes.
    var hasByteFallback = false
    /// A pre-token that is a piece is taken whole, whatever the merges say.
    var ignoresMerges = false
    /// Unknown characters in a row become one unknown token.
    var fusesUnknown = false
    var unknown: TokenID?
  }

  let vocabulary: Vocabulary
  let merges: MergeTable
  let options: Options
  /// The piece of every byte: of the byte as a symbol, or of `<0xXX>`; -1 for none.
  private let byteIDs: [TokenID]
  /// The piece of every ASCII character, -1 for none.
  private let asciiIDs: [TokenID]

  init(_ vocabulary: Vocabulary, merges: MergeTable, options: Options) {
    self.vocabulary = vocabulary
    self.merges = merges
    self.options = options
    byteIDs = (0...255).map { byte in
      let byte = UInt8(byte)
      let piece = options.isByteLevel ? ByteAlphabet.written(byte) : byteFallbackPiece(byte)
      return vocabulary.id(of: piece) ?? -1
    }
    asciiIDs = (0..<128).map { vocabulary.id(of: [UInt8($0)]) ?? -1 }
  }

  func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [TokenID]) {
    if options.ignoresMerges, let whole = wholePiece(text) { return ids.append(whole) }
    var merging = PairMerging()
    if options.isByteLevel {
      splitBytes(text, into: &merging)
    } else {
      splitCharacters(text, into: &merging)
    }
    merging.end = Int32(text.count)
    merging.run(merges)
    ids.append(contentsOf: merging.ids)
  }

  /// Whether spaces, written `▁`, only ever start a piece, so that words can be looked at one by one.
  var neverCrossesSpaces: Bool {
    !options.isByteLevel && !options.ignoresMerges && vocabulary.id(of: spaceMark) != nil
      && !vocabulary.pieces.indices.contains { hasInnerSpace(vocabulary.pieces, $0) }
  }

  private func wholePiece(_ text: UnsafeBufferPointer<UInt8>) -> TokenID? {
    if !options.isByteLevel { return vocabulary.id(of: text) }
    if text.count > vocabulary.longest { return nil }
    var written: [UInt8] = []
    for byte in text { written.append(contentsOf: ByteAlphabet.written(byte)) }
    return vocabulary.id(of: written)
  }

  private func splitBytes(_ text: UnsafeBufferPointer<UInt8>, into merging: inout PairMerging) {
    var isAfterUnknown = false
    for (at, byte) in text.enumerated() {
      let id = byteIDs[Int(byte)]
      if id >= 0 {
        merging.append(id, start: at)
        isAfterUnknown = false
      } else if let unknown = options.unknown {
        if !(isAfterUnknown && options.fusesUnknown) { merging.append(unknown, start: at) }
        isAfterUnknown = true
      }
    }
  }

  private func splitCharacters(
    _ text: UnsafeBufferPointer<UInt8>, into merging: inout PairMerging
  ) {
    var isAfterUnknown = false
    var at = 0
    while at < text.count {
      let (point, length) = codePoint(text, at)
      defer { at += length }
      let id =
        point < 128
        ? asciiIDs[Int(point)]
        : vocabulary.id(of: UnsafeBufferPointer(rebasing: text[at..<at + length])) ?? -1
      let bytes = at..<at + length
      if id >= 0 {
        merging.append(id, start: at)
        isAfterUnknown = false
      } else if options.hasByteFallback, bytes.allSatisfy({ byteIDs[Int(text[$0])] >= 0 }) {
        for place in bytes { merging.append(byteIDs[Int(text[place])], start: place) }
        isAfterUnknown = false
      } else if let unknown = options.unknown {
        if !(isAfterUnknown && options.fusesUnknown) { merging.append(unknown, start: at) }
        isAfterUnknown = true
      }
    }
  }
}

/// `<0x0A>`, the piece of a byte in vocabularies with byte fallback.
package func byteFallbackPiece(_ byte: UInt8) -> [UInt8] {
  let digits = Array("0123456789ABCDEF".utf8)
  return Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)], UInt8(ascii: ">")]
}

/// The byte of such a piece.
func byteFallbackValue(_ piece: ArraySlice<UInt8>) -> UInt8? {
  guard piece.count == 6, piece.starts(with: "<0x".utf8), piece.last == UInt8(ascii: ">") else {
    return nil
  }
  let digits = String(decoding: piece.dropFirst(3).dropLast(), as: UTF8.self)
  return digits.first == "+" || digits.first == "-" ? nil : UInt8(digits, radix: 16)
}
