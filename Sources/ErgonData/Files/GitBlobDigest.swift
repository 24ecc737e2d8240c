import Crypto

/// The name that git gives a file's content: the SHA-1 of `blob SIZE`, a zero byte and the bytes.
///
/// Hubs of models publish it for the small files that they keep in git. It tells a file that is
/// damaged or out of date; against an attacker only ``SHA256Digest`` is proof.
///
/// ```swift
/// GitBlobDigest(of: []).description   // "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
/// ```
///
/// - Reference: FIPS 180-4, "Secure hash standard", 2015.
public struct GitBlobDigest: Sendable, Hashable, CustomStringConvertible {
  /// The 20 bytes.
  public let bytes: [UInt8]

  /// The digest of bytes in memory.
  public init(of content: [UInt8]) {
    var hasher = Self.hasher(size: content.count)
    hasher.update(data: content)
    bytes = Array(hasher.finalize())
  }

  /// The digest of a regular file, read a chunk at a time.
  ///
  /// - Throws: ``DataError`` when the file cannot be opened or read.
  public init(ofFile path: String) throws(DataError) {
    let stream = try ByteStream(path: path, chunk: 1 << 18)
    var hasher = Self.hasher(size: try stream.remaining())
    while try stream.hasMore() {
      hasher.update(
        bufferPointer: UnsafeRawBufferPointer(
          start: stream.base + stream.position, count: stream.end - stream.position))
      stream.position = stream.end
    }
    bytes = Array(hasher.finalize())
  }

  /// A digest as it is published: 40 hexadecimal digits in either case.
  ///
  /// - Throws: ``DataError/malformedDigest(_:)``.
  public init(hexadecimal text: String) throws(DataError) {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 40, text.utf8.count == 40 else { throw .malformedDigest(text) }
    bytes = stride(from: 0, to: 40, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  private static func hasher(size: Int) -> Insecure.SHA1 {
    var hasher = Insecure.SHA1()
    hasher.update(data: Array("blob \(size)\0".utf8))
    return hasher
  }

  /// 40 hexadecimal digits in lower case.
  public var description: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
