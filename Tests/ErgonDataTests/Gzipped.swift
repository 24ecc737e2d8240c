import CZlib

/// Packing, which the library itself has no use for.
enum Gzipped {
  static func make(_ bytes: some Collection<UInt8>) -> [UInt8] { deflate(Array(bytes), 15 + 16) }

  /// Deflate data without a container, as a zip archive holds them.
  static func raw(_ bytes: [UInt8]) -> [UInt8] { deflate(bytes, -15) }

  private static func deflate(_ bytes: [UInt8], _ window: Int32) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    deflateInit2_(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
    defer { deflateEnd(&stream) }
    var bytes = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
    bytes.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        precondition(CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END)
      }
    }
    return Array(output.prefix(Int(stream.total_out)))
  }
}
