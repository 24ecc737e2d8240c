/// The tokenizer of a llama2.c file: the longest piece's length, then each piece's score, length and
/// bytes; 0 is unknown, 1 begins, 2 ends, the next 256 are bytes.
func readLlamaTwoVocabulary(
  _ bytes: UnsafeRawBufferPointer, source: String, size: Int?
) throws(LMError) -> TextTokenizer {
  var pieces = StringTable()
  var scores: [Float] = []
  var at = 4
  while at < bytes.count && pieces.count != size {
    let malformed = { (reason: String) in
      LMError.malformed(source: source, place: "byte \(at)", reason: reason)
    }
    guard at + 8 <= bytes.count else { throw malformed("the file ends within a piece") }
    let bits = bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)
    let length = Int(
      Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 4, as: Int32.self)))
    guard length >= 0, length <= bytes.count - at - 8 else {
      throw malformed("a piece of \(length) bytes does not fit in the file")
    }
    let score = Float(bitPattern: UInt32(littleEndian: bits))
    if score.isNaN { throw malformed("a score is not a number") }
    scores.append(score)
    // The file writes plain spaces; inside, they are SentencePiece's.
    pieces.append(
      Normalizer.replace([0x20], by: spaceMark, in: Array(bytes[at + 8..<at + 8 + length])))
    at += 8 + length
  }
  guard pieces.count >= 259, size.map({ $0 == pieces.count }) ?? true else {
    throw .malformed(
      source: source, place: "byte \(at)",
      reason: size.map { "\(pieces.count) pieces for a model of \($0)" }
        ?? "\(pieces.count) pieces are too few")
  }
  let vocabulary = Vocabulary(pieces)
  let (preTokenizer, model) = scoredPairs(
    pieces, scores: scores, vocabulary: vocabulary, unknown: 0, isMergeable: { $0 >= 259 })
  var special = SpecialTokens(beginning: 1, end: 2, unknown: 0)
  // The reference stops at a new beginning, too.
  special.endOfGeneration = [1, 2]
  return TextTokenizer(
    vocabulary: vocabulary, special: special, added: [],
    normalizer: spaceNormalizer(addsSpace: true), preTokenizer: preTokenizer, model: model,
    prefix: [1], suffix: [],
    decoder: PieceDecoder(
      steps: [.byteFallback, .replace(spaceMark, by: [0x20])], dropsLeadingSpace: true),
    specialFlags: pieces.indices.map { $0 < 3 })
}
