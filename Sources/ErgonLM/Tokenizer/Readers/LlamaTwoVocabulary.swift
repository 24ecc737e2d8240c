/// The vocabulary of a llama2.c tokenizer file in the words of GGUF: the longest piece's length, then
/// each piece's score, length and bytes; 0 is unknown, 1 begins, 2 ends, the next 256 are bytes.
package func readLlamaTwoVocabulary(
  _ bytes: UnsafeRawBufferPointer, source: String, size: Int?
) throws(LMError) -> [String: MetadataValue] {
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
    // The file writes plain spaces where SentencePiece has its own, and line ends around the first
    // three, which it prints.
    let control = ["<unk>", "<s>", "</s>"]
    if pieces.count < control.count {
      pieces.append(control[pieces.count].utf8)
    } else {
      pieces.append(
        Normalizer.replace([0x20], by: spaceMark, in: Array(bytes[at + 8..<at + 8 + length])))
    }
    at += 8 + length
  }
  guard pieces.count >= 259, size.map({ $0 == pieces.count }) ?? true else {
    throw .malformed(
      source: source, place: "byte \(at)",
      reason: size.map { "\(pieces.count) pieces for a model of \($0)" }
        ?? "\(pieces.count) pieces are too few")
  }
  var kinds = [Int64](repeating: 1, count: pieces.count)  // normal
  kinds.replaceSubrange(0..<259, with: [2, 3, 3] + [Int64](repeating: 6, count: 256))
  return [
    "tokenizer.ggml.model": .string("llama"), "tokenizer.ggml.pre": .string("default"),
    "tokenizer.ggml.tokens": .strings(pieces), "tokenizer.ggml.scores": .numbers(scores),
    "tokenizer.ggml.token_type": .integers(kinds),
    "tokenizer.ggml.unknown_token_id": .unsigned(0), "tokenizer.ggml.bos_token_id": .unsigned(1),
    "tokenizer.ggml.eos_token_id": .unsigned(2),
    // The reference stops at a new beginning, too.
    "tokenizer.ggml.eot_token_id": .unsigned(1),
    "tokenizer.ggml.add_bos_token": .boolean(true),
    "tokenizer.ggml.add_space_prefix": .boolean(true),
  ]
}
