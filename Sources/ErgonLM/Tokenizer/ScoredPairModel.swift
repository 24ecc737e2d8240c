/// SentencePiece's byte-pair encoding (Llama-2, stories260K): neighbours merge where their text is a
/// piece, the piece of highest score first; characters that are no piece become those of their
/// bytes.
///
/// Reference: Kudo, Richardson, SentencePiece: a simple and language independent subword tokenizer
/// and detokenizer for neural text processing, 2018.
struct ScoredPairModel: PieceModel {
  let vocabulary: Vocabulary
  let unknown: TokenID?
  /// The place of each piece's score, highest first.
  private let ranks: [UInt32]
  private let byteIDs: [TokenID]

  /// - Parameter byteIDs: The piece of every byte, -1 for none.
  init(_ vocabulary: Vocabulary, scores: [Float], byteIDs: [TokenID], unknown: TokenID?) {
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.byteIDs = byteIDs
    // The bits of a float, flipped so that the order of integers is that of scores, downwards.
    ranks = scores.map { score in
      let bits = score.bitPattern
      return bits >> 31 == 0 ? ~(bits | 0x8000_0000) : bits
    }
  }

  private struct Rule: PairRule {
    let model: ScoredPairModel
    let text: UnsafeBufferPointer<UInt8>

    func merge(_ left: TokenID, _ right: TokenID, _ start: Int, _ end: Int) -> UInt64 {
      let stretch = UnsafeBufferPointer(rebasing: text[start..<end])
      guard let id = model.vocabulary.id(of: stretch) else { return PairMerging.none }
      return PairMerging.pack(rank: model.ranks[Int(id)], id: id)
    }
  }

  func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [TokenID]) {
    var merging = PairMerging()
    var at = 0
    while at < text.count {
      let length = codePoint(text, at).length
      let id = vocabulary.id(of: UnsafeBufferPointer(rebasing: text[at..<at + length]))
      merging.append(id ?? -1, start: at)
      at += length
    }
    merging.end = Int32(text.count)
    merging.run(Rule(model: self, text: text))
    for (place, id) in merging.ids.enumerated() {
      if id >= 0 {
        ids.append(id)
        continue
      }
      let start = Int(merging.starts[place])
      let bytes = text[start..<start + codePoint(text, start).length]
      if bytes.allSatisfy({ byteIDs[Int($0)] >= 0 }) {
        for byte in bytes { ids.append(byteIDs[Int(byte)]) }
      } else if let unknown {
        ids.append(unknown)
      }
    }
  }
}
