import CZlib

/// A deflate stream being unpacked, over zlib.
///
/// It takes bytes from a ``ByteStream`` and never beyond its own end, so that what follows (the
/// next gzip member, the next entry of an archive) is still there.
final class Inflater {
  /// What surrounds the deflate data.
  enum Container {
    /// Header, checksum and length; several members in a row are one stream.
    case gzip
    /// Nothing, as inside a zip archive.
    case none
  }

  private let stream: UnsafeMutablePointer<z_stream>
  private let container: Container
  private let source: ByteStream
  private(set) var isAtEnd = false

  init(_ source: ByteStream, _ container: Container) throws(DataError) {
    self.source = source
    self.container = container
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 is the largest window; 16 more asks for a gzip header, a minus for none at all.
    let window: Int32 = container == .gzip ? 15 + 16 : -15
    let status = inflateInit2_(
      stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw .cannotRead(path: source.name, reason: "zlib refused to start (code \(status))")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills a buffer as far as the stream goes.
  ///
  /// - Returns: How many bytes were written; fewer than asked only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
    guard let start = buffer.bindMemory(to: UInt8.self).baseAddress else { return 0 }
    var written = 0
    while written < buffer.count, !isAtEnd {
      guard try source.hasMore() else {
        throw malformed("the compressed data end too early; fetch the file again")
      }
      let available = min(source.end - source.position, Int(UInt32.max))
      let room = min(buffer.count - written, Int(UInt32.max))
      stream.pointee.next_in = source.base + source.position
      stream.pointee.avail_in = UInt32(available)
      stream.pointee.next_out = start + written
      stream.pointee.avail_out = UInt32(room)
      let status = inflate(stream, Z_NO_FLUSH)
      source.position += available - Int(stream.pointee.avail_in)
      written += room - Int(stream.pointee.avail_out)
      switch status {
      case Z_OK, Z_BUF_ERROR: continue
      case Z_STREAM_END: try finishMember()
      case Z_NEED_DICT: throw malformed("the compressed data need a preset dictionary")
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
        throw malformed("the compressed data are damaged (\(reason)); fetch the file again")
      }
    }
    return written
  }

  /// At the end of a gzip member another may follow; anything else is no gzip.
  private func finishMember() throws(DataError) {
    guard container == .gzip, try source.hasMore() else {
      isAtEnd = true
      return
    }
    // Tapes and block devices pad with zeros, and gzip itself looks past them.
    while try source.hasMore(), source.current == 0 { source.position += 1 }
    guard try source.hasMore() else {
      isAtEnd = true
      return
    }
    guard source.current == Gzip.magic.first, inflateReset(stream) == Z_OK else {
      throw malformed("bytes after the end of the compressed data; fetch the file again")
    }
  }

  private func malformed(_ reason: String) -> DataError {
    .malformedBytes(source: source.name, offset: nil, reason: reason)
  }
}
