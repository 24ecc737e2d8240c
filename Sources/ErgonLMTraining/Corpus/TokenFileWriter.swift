public import ErgonData
public import ErgonLM
import ErgonTensor

/// Writes a ``TokenFile`` document by document; until ``finish()`` whoever opens the path finds what
/// was there before.
///
/// ```swift
/// let writer = try TokenFileWriter("train.tokens", tokenizer: tokenizer)
/// for document in documents { try writer.append(document.text) }
/// try writer.finish()
/// ```
///
/// - Cost: memory for 16 bytes a document and one document's tokens.
public final class TokenFileWriter {
  private let path: String
  private let tokenizer: any Tokenizer
  private let draft: FileDraft<LMError>
  private let lengths: [UInt32]
  private let width: Int
  /// Of each document its first token's place and its bytes of text.
  private var documents: [(start: UInt64, textBytes: UInt64)] = []
  /// Tokens so far.
  public private(set) var count = 0
  /// Bytes of text so far.
  public private(set) var textBytes = 0

  /// Documents so far.
  public var documentCount: Int { documents.count }

  /// - Parameter digest: What tells this tokenizer from others; that of its vocabulary unless said.
  /// - Throws: ``ErgonLM/LMError/file(path:reason:)``.
  public init(
    _ path: String, tokenizer: any Tokenizer, digest: SHA256Digest? = nil
  ) throws(LMError) {
    self.path = path
    self.tokenizer = tokenizer
    let size = tokenizer.vocabularySize
    width = TokenFileLayout.width(vocabularySize: size)
    lengths = (0..<size).map { token in
      let bytes = tokenizer.bytes(of: TokenID(token))
      let beginsWithSpace = bytes.first == UInt8(ascii: " ")
      return UInt32(bytes.count) | (beginsWithSpace ? TokenFileLayout.leadingSpaceBit : 0)
    }
    draft = try FileDraft(path, failure: LMError.file)
    try draft.write(TokenFileLayout.magic)
    try put(TokenFileLayout.version)
    try put(UInt32(tokenizer.dropsLeadingSpace ? 1 : 0))
    try put(UInt64(size))
    try draft.write((digest ?? tokenizer.vocabularyDigest).bytes)
    for length in lengths { try put(length) }
    try draft.align(to: TokenFileLayout.alignment)
  }

  private func put(_ value: some FixedWidthInteger) throws(LMError) {
    try withUnsafeBytes(of: value.littleEndian) { (bytes) throws(LMError) in
      try draft.write(bytes)
    }
  }

  /// A text as a document, between the tokens that begin and end one, of those the vocabulary has;
  /// where both are the same, one stands between documents.
  ///
  /// - Throws: ``ErgonLM/LMError/file(path:reason:)``.
  public func append(_ text: String) throws(LMError) {
    try append(tokens: framed(tokenizer.encode(text, addingSpecial: false)))
  }

  func framed(_ tokens: [TokenID]) -> [TokenID] {
    let special = tokenizer.special
    let end = special.end == special.beginning ? nil : special.end
    return (special.beginning.map { [$0] } ?? []) + tokens + (end.map { [$0] } ?? [])
  }

  /// A document's tokens as they are; nothing is put around them.
  ///
  /// - Throws: ``ErgonLM/LMError``, also for a token outside the vocabulary.
  public func append(tokens: [TokenID]) throws(LMError) {
    if tokens.isEmpty { return }
    if let wrong = tokens.first(where: { $0 < 0 || $0 >= lengths.count }) {
      throw .request(
        what: "writing \(path)", reason: "token \(wrong) in a vocabulary of \(lengths.count)",
        mend: "give the tokenizer that made the tokens")
    }
    let bytes = textBytes(of: tokens)
    documents.append((UInt64(count), UInt64(bytes)))
    count += tokens.count
    textBytes += bytes
    if width == 2 {
      try put(tokens.map { UInt16($0).littleEndian })
    } else {
      try put(tokens.map(\.littleEndian))
    }
  }

  private func put(_ numbers: [some FixedWidthInteger]) throws(LMError) {
    try numbers.withUnsafeBufferPointer { (numbers) throws(LMError) in
      try draft.write(UnsafeRawBufferPointer(numbers))
    }
  }

  private func textBytes(of tokens: [TokenID]) -> Int {
    let entries = tokens.lazy.map { self.lengths[Int($0)] }
    let sum = entries.reduce(0) { $0 + Int($1 & ~TokenFileLayout.leadingSpaceBit) }
    let first = entries.prefix(2).first { $0 != 0 } ?? 0
    let drops = tokenizer.dropsLeadingSpace && first & TokenFileLayout.leadingSpaceBit != 0
    return drops ? sum - 1 : sum
  }

  /// Completes the file and puts it in its place.
  ///
  /// - Throws: ``ErgonLM/LMError/file(path:reason:)``.
  public func finish() throws(LMError) {
    try draft.align(to: TokenFileLayout.alignment)
    for document in documents {
      try put(document.start)
      try put(document.textBytes)
    }
    try put(UInt64(count))
    try put(UInt64(documents.count))
    try put(UInt64(textBytes))
    try draft.write(TokenFileLayout.endMagic)
    try draft.finish()
  }
}

extension Tokenizer {
  /// A digest of all pieces in their order and of which of them are special: tokens of one tokenizer
  /// mean the same to another with the same digest.
  ///
  /// - Cost: one pass over the vocabulary.
  public var vocabularyDigest: SHA256Digest {
    var bytes: [UInt8] = []
    for token in 0..<TokenID(vocabularySize) {
      let piece = Array(piece(of: token).utf8)
      bytes += "\(piece.count) \(isSpecial(token) ? 1 : 0) ".utf8
      bytes += piece
    }
    return SHA256Digest(of: bytes)
  }
}
