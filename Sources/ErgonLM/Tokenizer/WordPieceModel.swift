/// WordPiece (BERT): of each word the longest piece that starts it, then the longest that goes on,
/// until it is used up; a word that does not come out even is unknown as a whole.
///
/// Reference: Devlin, Chang, Lee, Toutanova, BERT, 2019, section 3.2 and its published code.
struct WordPieceModel: PieceModel {
  let vocabulary: Vocabulary
  let unknown: TokenID?
  /// What pieces at a word's start are written with (`▁` in GGUF files) and those within (`##`).
  let startPrefix: [UInt8]
  let innerPrefix: [UInt8]
  /// Longer words, in characters, are unknown.
  let longestWord: Int

  func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [TokenID]) {
    let known = ids.count
    let characters = text.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    var at = 0
    var piece: [UInt8] = []
    while at < text.count && characters <= longestWord {
      let prefix = at == 0 ? startPrefix : innerPrefix
      var end = min(text.count, at + vocabulary.longest)
      var found: TokenID?
      while end > at {
        if end == text.count || text[end] & 0xC0 != 0x80 {
          piece.removeAll(keepingCapacity: true)
          piece.append(contentsOf: prefix)
          piece.append(contentsOf: text[at..<end])
          found = vocabulary.id(of: piece)
          if found != nil { break }
        }
        end -= 1
      }
      guard let found else { break }
      ids.append(found)
      at = end
    }
    if at == text.count { return }
    ids.removeLast(ids.count - known)
    if let unknown { ids.append(unknown) }
  }
}
