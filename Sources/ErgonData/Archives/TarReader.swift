/// The files of a tar archive one after the other, gzip or not, whatever its size.
///
/// Only what plain files need is read; long names and other extensions are passed over.
///
/// - Reference: IEEE Std 1003.1, "pax: ustar interchange format".
struct TarReader: ~Copyable {
  private let reader: BinaryReader
  private let limit: Int

  /// - Parameter limit: The largest file inside to hold.
  init(path: String, limit: Int) throws(DataError) {
    reader = try BinaryReader(path: path)
    self.limit = limit
  }

  init(bytes: [UInt8], name: String, limit: Int) throws(DataError) {
    reader = try BinaryReader(bytes: bytes, name: name)
    self.limit = limit
  }

  /// The next plain file; `nil` at the end of the archive.
  mutating func next() throws(DataError) -> (name: String, bytes: [UInt8])? {
    while true {
      let header = try reader.bytes(512)
      // A block of zeros ends the archive; a second one and padding follow.
      if header.allSatisfy({ $0 == 0 }) { return nil }
      guard let stated = Self.octal(header[148..<156]), stated == Self.checksum(header),
        let size = Self.octal(header[124..<136])
      else {
        throw reader.malformed("no tar archive, or a damaged one; fetch it again")
      }
      guard size <= limit else {
        throw .overLimit(source: reader.name, what: "a file inside", limit: limit)
      }
      let bytes = try reader.bytes(size)
      _ = try reader.bytes((512 - size % 512) % 512)
      let isFile = header[156] == UInt8(ascii: "0") || header[156] == 0
      if isFile {
        return (String(decoding: header.prefix(100).prefix { $0 != 0 }, as: UTF8.self), bytes)
      }
    }
  }

  /// The sum of all bytes, those of the sum itself counted as spaces.
  private static func checksum(_ header: [UInt8]) -> Int {
    header.enumerated().reduce(0) { sum, byte in
      sum + ((148..<156).contains(byte.offset) ? 32 : Int(byte.element))
    }
  }

  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == 32 }.prefix { (48...55).contains($0) }
    guard !digits.isEmpty, digits.count <= 12 else { return nil }
    return digits.reduce(0) { $0 * 8 + Int($1 - 48) }
  }
}
