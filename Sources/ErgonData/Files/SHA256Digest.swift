import Crypto

/// The SHA-256 fingerprint of some bytes: equal digests mean equal content.
///
/// ```swift
/// let digest = try SHA256Digest(ofFile: "corpus.tar")
/// digest.description   // "9f86d081884c7d65…", 64 hexadecimal digits
/// ```
///
/// - Reference: FIPS 180-4, "Secure hash standard", 2015.
public struct SHA256Digest: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// The digest of bytes in memory.
  public init(of content: [UInt8]) { bytes = Array(SHA256.hash(data: content)) }

  /// The digest of a text's UTF-8 bytes.
  public init(of text: String) { self.init(of: Array(text.utf8)) }

  /// The digest of a file, read a chunk at a time.
  ///
  /// - Throws: ``DataError`` when the file cannot be opened or read.
  public init(ofFile path: String) throws(DataError) {
    let stream = try ByteStream(path: path, chunk: 1 << 18)
    var hasher = SHA256()
    while try stream.hasMore() {
      hasher.update(
        bufferPointer: UnsafeRawBufferPointer(
          start: stream.base + stream.position, count: stream.end - stream.position))
      stream.position = stream.end
    }
    bytes = Array(hasher.finalize())
  }

  /// A digest as it is published: 64 hexadecimal digits in either case.
  ///
  /// - Throws: ``DataError/malformedDigest(_:)``.
  public init(hexadecimal text: String) throws(DataError) {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 64, text.utf8.count == 64 else { throw .malformedDigest(text) }
    bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  public init(from decoder: any Decoder) throws {
    try self.init(hexadecimal: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// 64 hexadecimal digits in lower case.
  public var description: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
