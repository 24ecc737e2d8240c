/// A binary file read from its beginning, unpacked on the way if it is gzip.
///
/// Every read is checked against what is there; nothing is allocated for what the file only claims
/// to hold.
final class BinaryReader {
  /// What errors call it.
  let name: String
  /// How many (unpacked) bytes have been taken.
  private(set) var offset = 0
  private let source: ByteStream
  private let inflater: Inflater?

  convenience init(path: String) throws(DataError) {
    try self.init(ByteStream(path: path, chunk: 1 << 18))
  }

  convenience init(bytes: some Collection<UInt8>, name: String) throws(DataError) {
    try self.init(ByteStream(bytes: bytes, name: name))
  }

  private init(_ source: ByteStream) throws(DataError) {
    name = source.name
    self.source = source
    // No format read here begins with these two bytes.
    let isGzip =
      try source.hasMore() && source.end - source.position >= 2
      && source.base[source.position] == Gzip.magic[0]
      && source.base[source.position + 1] == Gzip.magic[1]
    inflater = isGzip ? try Inflater(source, .gzip) : nil
  }

  /// Takes bytes for the whole buffer.
  ///
  /// - Throws: ``DataError/malformedBytes(source:offset:reason:)`` when the file ends before.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) {
    let count = try take(into: buffer)
    guard count == buffer.count else {
      throw malformed("the file ends \(buffer.count - count) bytes too early; fetch it again")
    }
  }

  /// Takes a number of bytes as an array.
  func bytes(_ count: Int) throws(DataError) -> [UInt8] {
    try elements(count, of: UInt8.self)
  }

  /// Takes elements in the file's own byte order.
  ///
  /// - Precondition: `Element` is a plain number.
  func elements<Element: BitwiseCopyable>(
    _ count: Int, of: Element.Type
  ) throws(DataError) -> [Element] {
    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.size)
    guard count >= 0, !overflow, try size <= bound() else {
      throw malformed("the header states more data than the file holds; fetch it again")
    }
    var failure: DataError?
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, initialised in
      do throws(DataError) {
        try read(into: .init(start: buffer.baseAddress, count: size))
        initialised = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return elements
  }

  /// Takes a big-endian number.
  func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type
  ) throws(DataError) -> Number {
    Number(bigEndian: try elements(1, of: Number.self)[0])
  }

  /// - Throws: ``DataError/malformedBytes(source:offset:reason:)`` when anything is left.
  func requireEnd() throws(DataError) {
    let byte = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
    defer { byte.deallocate() }
    guard try take(into: byte) == 0 else { throw malformed("more data than the header states") }
  }

  func malformed(_ reason: String) -> DataError {
    .malformedBytes(source: name, offset: offset, reason: reason)
  }

  /// No file can hold more than this from here on.
  private func bound() throws(DataError) -> Int {
    let rest = try source.remaining()
    guard inflater != nil else { return rest }
    // Deflate makes at most 1,032 bytes of one, and zlib may hold some back.
    let (most, overflow) = rest.multipliedReportingOverflow(by: 1032)
    return overflow ? .max : most &+ 1 << 20
  }

  private func take(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
    var count = 0
    if let inflater {
      count = try inflater.read(into: buffer)
    } else {
      while count < buffer.count, try source.hasMore() {
        let piece = min(source.end - source.position, buffer.count - count)
        buffer.baseAddress?.advanced(by: count).copyMemory(
          from: source.base + source.position, byteCount: piece)
        source.position += piece
        count += piece
      }
    }
    offset += count
    return count
  }
}
