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
    try stream.hashRest(with: &hasher)
    bytes = Array(hasher.finalize())
  }

  /// A digest as a file keeps it.
  ///
  /// - Precondition: 32 bytes.
  public init(bytes: [UInt8]) {
    precondition(bytes.count == 32, "SHA256Digest: \(bytes.count) bytes where 32 are due")
    self.bytes = bytes
  }

  /// A digest as it is published: 64 hexadecimal digits in either case.
  ///
  /// - Throws: ``DataError/malformedDigest(_:)``.
  public init(hexadecimal text: String) throws(DataError) {
    bytes = try Hexadecimal.bytes(text, count: 32)
  }

  public init(from decoder: any Decoder) throws {
    try self.init(hexadecimal: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// 64 hexadecimal digits in lower case.
  public var description: String { Hexadecimal.text(bytes) }
}

extension ByteStream {
  /// Feeds all that is left of the stream to a digest, a chunk at a time.
  func hashRest(with hasher: inout some HashFunction) throws(DataError) {
    while try hasMore() {
      hasher.update(
        bufferPointer: UnsafeRawBufferPointer(start: base + position, count: end - position))
      position = end
    }
  }
}
