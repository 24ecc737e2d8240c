public import ErgonData
public import ErgonLM

/// A text as tokens in a file that is read where it lies, whatever its size.
///
/// The file knows how many bytes of text each token stands for, so that a model's loss on any part
/// of it can be told in bits per byte, which does not depend on the tokenizer.
///
/// ```swift
/// let text = try TokenFile("train.tokens")
/// text.count                                                      // 1_204_331
/// let batches = try text.sequences(of: 256, batch: 16, seed: 7)   // what `pretrain` learns from
/// let heldOut = try TokenFile("validation.tokens").windows(of: 256, batch: 16)
/// ```
public struct TokenFile: Sendable {
  /// The path, or what else errors call it.
  public let source: String
  public let vocabularySize: Int
  /// Which tokenizer made the tokens.
  public let tokenizerDigest: SHA256Digest
  /// Tokens, those that begin and end documents among them.
  public let count: Int
  public let documentCount: Int
  /// Bytes of the texts, normalized as the tokenizer does it.
  public let textBytes: Int

  private let content: MappedBytes
  private let layout: TokenFileLayout
  private let dropsLeadingSpace: Bool

  /// Opens a file and checks all but its tokens.
  ///
  /// - Throws: ``ErgonLM/LMError``.
  /// - Cost: one look at each document's entry.
  public init(_ path: String) throws(LMError) {
    let file = try mapFile(path)
    try self.init(MappedBytes(file.bytes, owner: file), source: path)
  }

  init(_ content: MappedBytes, source: String) throws(LMError) {
    let bytes = content.bytes
    func malformed(_ place: String, _ reason: String) -> LMError {
      .malformed(source: source, place: place, reason: reason)
    }
    guard bytes.count >= TokenFileLayout.headerBytes + TokenFileLayout.footerBytes,
      bytes.prefix(8).elementsEqual(TokenFileLayout.magic)
    else { throw malformed("byte 0", "it is no file of tokens") }
    let version = bytes.number(UInt32.self, at: 8)
    guard version == TokenFileLayout.version else {
      throw .unsupported(
        source: source, what: "version \(version) of a file of tokens",
        mend: "make it again from the text")
    }
    let flags = bytes.number(UInt32.self, at: 12)
    guard flags <= 1 else { throw malformed("byte 12", "flags of \(flags)") }
    /// A number that counts things of the file, so no more than it has bytes.
    func number(_ what: String, at offset: Int) throws(LMError) -> Int {
      let value = bytes.number(UInt64.self, at: offset)
      guard value <= UInt64(bytes.count) else {
        throw malformed("byte \(offset)", "\(value) \(what)")
      }
      return Int(value)
    }
    let end = bytes.count - TokenFileLayout.footerBytes
    vocabularySize = try number("tokens in the vocabulary", at: 16)
    count = try number("tokens", at: end)
    documentCount = try number("documents", at: end + 8)
    let textBytes = bytes.number(UInt64.self, at: end + 16)
    layout = TokenFileLayout(
      vocabularySize: vocabularySize, tokenCount: count, documentCount: documentCount)
    guard bytes[(end + 24)...].elementsEqual(TokenFileLayout.endMagic),
      layout.byteCount == bytes.count, textBytes <= UInt64(Int.max)
    else { throw malformed("byte \(end)", "its parts do not make up its \(bytes.count) bytes") }
    self.source = source
    self.content = content
    self.textBytes = Int(textBytes)
    dropsLeadingSpace = flags == 1
    tokenizerDigest = SHA256Digest(bytes: Array(bytes[24..<56]))
    try checkDocuments()
  }

  /// Documents begin one behind the other, the first with the first token, and their texts add up.
  private func checkDocuments() throws(LMError) {
    var last = -1
    var sum: UInt64 = 0
    for number in 0..<documentCount {
      let offset = layout.documents + 16 * number
      let start = content.bytes.number(UInt64.self, at: offset)
      let (next, overflows) = sum.addingReportingOverflow(
        content.bytes.number(UInt64.self, at: offset + 8))
      guard start <= UInt64(count), Int(start) > last, number > 0 || start == 0, !overflows else {
        throw .malformed(
          source: source, place: "byte \(offset)", reason: "document \(number) is out of place")
      }
      last = Int(start)
      sum = next
    }
    guard sum == UInt64(textBytes), count == 0 || (documentCount > 0 && last < count) else {
      throw .malformed(
        source: source, place: "byte \(layout.documents)",
        reason: "its documents do not make up its \(count) tokens and \(textBytes) bytes of text")
    }
  }

  /// Looks at every token.
  ///
  /// - Throws: ``ErgonLM/LMError/malformed(source:place:reason:)`` for one outside the vocabulary.
  /// - Cost: one pass over the file.
  public func checkTokens() throws(LMError) {
    // The greatest first: a loop without a way out is a vector loop.
    let greatest = withExtendedLifetime(content) {
      let start = content.bytes.baseAddress! + layout.tokens
      return layout.width == 2
        ? UInt32(greatestNumber(UInt16.self, start, count))
        : greatestNumber(UInt32.self, start, count)
    }
    guard count > 0, Int(greatest) >= vocabularySize else { return }
    let place = (0..<count).first { token($0) == greatest } ?? 0
    throw .malformed(
      source: source, place: "token \(place)",
      reason: "it is \(greatest) in a vocabulary of \(vocabularySize)")
  }

  private func token(_ index: Int) -> UInt32 {
    let offset = layout.tokens + layout.width * index
    return layout.width == 2
      ? UInt32(content.bytes.number(UInt16.self, at: offset))
      : content.bytes.number(UInt32.self, at: offset)
  }

  /// A token.
  ///
  /// - Precondition: `0 <= index < count`.
  public subscript(index: Int) -> TokenID {
    precondition(index >= 0 && index < count, "TokenFile: no token \(index) among \(count)")
    return TokenID(bitPattern: token(index))
  }

  /// Tokens one behind the other.
  ///
  /// - Precondition: they lie in `0..<count`.
  public subscript(range: Range<Int>) -> [TokenID] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "TokenFile: no tokens \(range) among \(count)")
    return range.map { TokenID(bitPattern: token($0)) }
  }

  /// Where a document's tokens are.
  ///
  /// - Precondition: `0 <= number < documentCount`.
  public func document(_ number: Int) -> Range<Int> {
    precondition(
      number >= 0 && number < documentCount,
      "TokenFile: no document \(number) among \(documentCount)")
    return start(number)..<(number + 1 < documentCount ? start(number + 1) : count)
  }

  private func start(_ document: Int) -> Int {
    Int(content.bytes.number(UInt64.self, at: layout.documents + 16 * document))
  }
}

/// The greatest of some little-endian numbers, 0 where there are none.
private func greatestNumber<T: FixedWidthInteger & UnsignedInteger>(
  _ type: T.Type, _ start: UnsafeRawPointer, _ count: Int
) -> T {
  var greatest: T = 0
  for index in 0..<count {
    let value = start.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self)
    greatest = max(greatest, T(littleEndian: value))
  }
  return greatest
}

extension TokenFile {
  /// Bytes of text that some tokens stand for, 0 for those that only begin or end a document.
  ///
  /// - Precondition: the tokens lie in `0..<count` and in the vocabulary.
  /// - Cost: O(tokens + log documents).
  public func textBytes(of range: Range<Int>) -> Int {
    var sum = 0
    for token in self[range] { sum += Int(entry(token) & ~TokenFileLayout.leadingSpaceBit) }
    guard dropsLeadingSpace, !range.isEmpty else { return sum }
    // Tokenizers that put a space before a text take it away again with its first token, which
    // stands behind the one that begins the document, if there is one.
    var number = firstDocument(from: range.lowerBound - 1)
    while number < documentCount, start(number) < range.upperBound {
      let tokens = document(number)
      number += 1
      guard let first = tokens.prefix(2).first(where: { entry(self[$0]) != 0 }) else { continue }
      if range.contains(first), entry(self[first]) & TokenFileLayout.leadingSpaceBit != 0 {
        sum -= 1
      }
    }
    return sum
  }

  private func entry(_ token: TokenID) -> UInt32 {
    precondition(
      token >= 0 && Int(token) < vocabularySize,
      "TokenFile: token \(token) in a vocabulary of \(vocabularySize)")
    return content.bytes.number(UInt32.self, at: TokenFileLayout.headerBytes + 4 * Int(token))
  }

  /// The first document that begins at a place or behind it.
  private func firstDocument(from place: Int) -> Int {
    var (low, high) = (0, documentCount)
    while low < high {
      let middle = (low + high) / 2
      if start(middle) < place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
