/// Unpacking of gzip files, through zlib.
///
/// Several members one behind the other are one stream, and every checksum is compared.
///
/// ```swift
/// let text = try Gzip.inflate(path: "corpus.txt.gz", limit: 1 << 30)
/// ```
///
/// - Cost: one pass; memory for the result alone.
/// - Reference: RFC 1952, "GZIP file format specification version 4.3", 1996.
public enum Gzip {
  static let magic: [UInt8] = [0x1F, 0x8B]

  /// The unpacked bytes of a file.
  ///
  /// - Parameter limit: The most bytes to unpack: a small file may hold thousands of times its
  ///   size.
  /// - Throws: ``DataError`` when the file cannot be read, is damaged or holds too much.
  public static func inflate(path: String, limit: Int = 1 << 30) throws(DataError) -> [UInt8] {
    try inflate(ByteStream(path: path, chunk: 1 << 18), limit)
  }

  /// The unpacked bytes of a gzip file in memory.
  ///
  /// - Parameters:
  ///   - name: What errors call the source.
  ///   - limit: The most bytes to unpack.
  /// - Throws: ``DataError`` for damaged bytes and for more than the limit.
  public static func inflate(
    _ bytes: some Collection<UInt8>, name: String = "gzip data", limit: Int = 1 << 30
  ) throws(DataError) -> [UInt8] {
    try inflate(ByteStream(bytes: bytes, name: name), limit)
  }

  private static func inflate(_ source: ByteStream, _ limit: Int) throws(DataError) -> [UInt8] {
    guard try source.hasMore() else {
      throw .malformedBytes(source: source.name, offset: 0, reason: "the file is empty")
    }
    return try Inflater(source, .gzip).readAll(name: source.name, limit: limit)
  }
}

extension Inflater {
  /// Everything to the end of the stream, or a refusal once it exceeds the limit.
  ///
  /// - Parameter expected: How much there should be, where somebody said so.
  func readAll(name: String, limit: Int, expected: Int? = nil) throws(DataError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(expected ?? 1 << 16, limit, 1 << 26))
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { piece.deallocate() }
    while !isAtEnd {
      let count = try read(into: piece)
      guard bytes.count + count <= limit else {
        throw .overLimit(source: name, what: "the unpacked size", limit: limit)
      }
      bytes.append(contentsOf: piece[..<count])
    }
    return bytes
  }
}
