/// Whole files as bytes.
public enum BinaryFile {
  /// The bytes of a file.
  ///
  /// - Parameter limit: The largest file to accept, in bytes.
  /// - Throws: ``DataError`` when the file cannot be read or is too large.
  public static func read(_ path: String, limit: Int = 1 << 31) throws(DataError) -> [UInt8] {
    let stream = try ByteStream(path: path, chunk: 1 << 18)
    var bytes: [UInt8] = []
    while try stream.hasMore() {
      let piece = UnsafeBufferPointer(
        start: stream.base + stream.position, count: stream.end - stream.position)
      guard bytes.count + piece.count <= limit else {
        throw .overLimit(source: path, what: "its size", limit: limit)
      }
      bytes.append(contentsOf: piece)
      stream.position = stream.end
    }
    return bytes
  }

  /// Writes bytes in place of whatever the file held; it appears when complete, and not before.
  ///
  /// - Throws: ``DataError/cannotWrite(path:reason:)``.
  public static func write(_ bytes: [UInt8], to path: String) throws(DataError) {
    var file = try OutputFile(path: path, mode: .replace)
    try file.write(bytes)
    try file.finish()
  }
}
