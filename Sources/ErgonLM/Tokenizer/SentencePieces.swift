/// `▁`, which SentencePiece writes for a space.
package let spaceMark: [UInt8] = [0xE2, 0x96, 0x81]

/// Spaces become `▁`, with one more before the text.
func spaceNormalizer(addsSpace: Bool) -> Normalizer {
  Normalizer(steps: (addsSpace ? [.prepend(spaceMark)] : []) + [.replace([0x20], by: spaceMark)])
}

/// The model of a SentencePiece vocabulary with scores, and the cuts before it that change nothing.
///
/// - Parameter isMergeable: Which pieces text may become; control and byte pieces are not.
func scoredPairs(
  _ pieces: StringTable, scores: [Float], vocabulary: Vocabulary, unknown: TokenID?,
  isMergeable: (Int) -> Bool
) -> (PreTokenizer, ScoredPairModel) {
  let mergeable = Vocabulary(pieces, isFindable: isMergeable)
  let model = ScoredPairModel(
    mergeable, scores: scores,
    byteIDs: (0...255).map { vocabulary.id(of: byteFallbackPiece(UInt8($0))) ?? -1 },
    unknown: unknown)
  let cuts = (0..<pieces.count).allSatisfy { !isMergeable($0) || !hasInnerSpace(pieces, $0) }
  return (PreTokenizer(stages: cuts ? [.beforeSpaces(spaceMark)] : []), model)
}

/// Whether a piece has a `▁` after something else, so that words cannot be looked at one by one.
func hasInnerSpace(_ pieces: StringTable, _ id: Int) -> Bool {
  let range = pieces.range(at: id)
  return pieces.bytes.withUnsafeBufferPointer { bytes in
    var at = range.lowerBound
    var isAfterSpace = true
    while at < range.upperBound {
      let isSpace =
        bytes[at] == spaceMark[0] && at + 3 <= range.upperBound && bytes[at + 1] == spaceMark[1]
        && bytes[at + 2] == spaceMark[2]
      if isSpace && !isAfterSpace { return true }
      isAfterSpace = isSpace
      at += isSpace ? 3 : 1
    }
    return false
  }
}
