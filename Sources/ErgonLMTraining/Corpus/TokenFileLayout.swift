/// Where the parts of a token file lie; all numbers are little-endian.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | `ergontok` |
/// | 8 | 4 | version, 1 |
/// | 12 | 4 | 1 where a document's first token loses the space it begins with, else 0 |
/// | 16 | 8 | tokens in the vocabulary, V |
/// | 24 | 32 | SHA-256 of the tokenizer |
/// | 56 | 4 V | bytes of text of each token, the top bit set where they begin with a space |
/// | … | w N | the tokens, w = 2 bytes each for V up to 65,536, else 4 |
/// | … | 16 D | of each document its first token's place and its bytes of text |
/// | … | 32 | N, D, bytes of text in all, `ergonend` |
///
/// Each part begins at a multiple of 8, with zeros before it. What is known only at the end stands
/// at the end, so that a file can be written in one go.
struct TokenFileLayout {
  static let magic = Array("ergontok".utf8)
  static let endMagic = Array("ergonend".utf8)
  static let version: UInt32 = 1
  static let headerBytes = 56
  static let footerBytes = 32
  static let alignment = 8
  static let leadingSpaceBit: UInt32 = 1 << 31

  /// Bytes of a token.
  let width: Int
  let tokens: Int
  let documents: Int
  let end: Int

  static func width(vocabularySize: Int) -> Int { vocabularySize <= 1 << 16 ? 2 : 4 }

  /// - Precondition: no number is larger than a file's size, so that no sum overflows.
  init(vocabularySize: Int, tokenCount: Int, documentCount: Int) {
    func aligned(_ offset: Int) -> Int { (offset + Self.alignment - 1) & -Self.alignment }
    width = Self.width(vocabularySize: vocabularySize)
    tokens = aligned(Self.headerBytes + 4 * vocabularySize)
    documents = aligned(tokens + width * tokenCount)
    end = documents + 16 * documentCount
  }

  var byteCount: Int { end + Self.footerBytes }
}

extension UnsafeRawBufferPointer {
  func number<T: FixedWidthInteger>(_ type: T.Type, at offset: Int) -> T {
    T(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}
