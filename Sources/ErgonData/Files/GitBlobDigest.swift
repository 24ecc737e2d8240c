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
    try stream.hashRest(with: &hasher)
    bytes = Array(hasher.finalize())
  }

  /// A digest as it is published: 40 hexadecimal digits in either case.
  ///
  /// - Throws: ``DataError/malformedDigest(_:)``.
  public init(hexadecimal text: String) throws(DataError) {
    bytes = try Hexadecimal.bytes(text, count: 20)
  }

  private static func hasher(size: Int) -> Insecure.SHA1 {
    var hasher = Insecure.SHA1()
    hasher.update(data: Array("blob \(size)\0".utf8))
    return hasher
  }

  /// 40 hexadecimal digits in lower case.
  public var description: String { Hexadecimal.text(bytes) }
}
