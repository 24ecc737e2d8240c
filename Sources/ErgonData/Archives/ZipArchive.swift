import CZlib

/// The files inside a zip archive, held in memory and unpacked one by one.
///
/// Stored and deflated files are read, every checksum compared. An archive whose names would leave
/// the folder it is unpacked in is refused as a whole, and so is one that unpacks to more than the
/// limit; encryption and the 64-bit extension are not supported.
///
/// ```swift
/// let archive = try ZipArchive(path: "images_background_small1.zip")
/// for entry in archive.entries where entry.name.hasSuffix(".png") {
///   let bytes = try archive.bytes(of: entry)
/// }
/// ```
///
/// - Reference: PKWARE, "APPNOTE.TXT, .ZIP file format specification", version 6.3.10.
public struct ZipArchive: Sendable {
  /// One file of the archive.
  public struct Entry: Sendable, Hashable {
    /// Its path inside the archive, with forward slashes.
    public let name: String
    /// Size when unpacked, in bytes.
    public let size: Int
    let packedSize: Int
    let method: UInt16
    let checksum: UInt32
    let headerOffset: Int
  }

  /// What errors call it.
  public let name: String
  /// The files in the order of the archive's directory; folders are left out.
  public let entries: [Entry]
  private let content: [UInt8]

  /// Reads an archive and its directory.
  ///
  /// - Parameter limit: The most bytes of archive, and of all its files unpacked.
  /// - Throws: ``DataError`` when it cannot be read, is malformed, holds too much, or uses what is
  ///   not supported.
  public init(path: String, limit: Int = 1 << 31) throws(DataError) {
    try self.init(bytes: BinaryFile.read(path, limit: limit), name: path, limit: limit)
  }

  /// Reads the directory of an archive in memory.
  ///
  /// - Parameters:
  ///   - name: What errors call the source.
  ///   - limit: The most bytes of all files unpacked.
  /// - Throws: ``DataError`` when it is malformed, holds too much, or uses what is not supported.
  public init(bytes: [UInt8], name: String = "zip data", limit: Int = 1 << 31) throws(DataError) {
    var directory = ZipDirectory(bytes: bytes, name: name)
    entries = try directory.entries(limit: limit)
    content = bytes
    self.name = name
  }

  /// The file of a name; `nil` when there is none.
  public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// The unpacked bytes of a file.
  ///
  /// - Throws: ``DataError`` when its data are damaged.
  public func bytes(of entry: Entry) throws(DataError) -> [UInt8] {
    let source = "\(name): \(entry.name)"
    let start = try dataStart(of: entry, source)
    let packed = content[start..<start + entry.packedSize]
    let bytes: [UInt8]
    if entry.method == 0 {
      bytes = Array(packed)
    } else {
      bytes = try Inflater(ByteStream(bytes: packed, name: source), .none)
        .readAll(name: source, limit: entry.size, expected: entry.size)
    }
    guard bytes.count == entry.size, Self.checksum(bytes) == entry.checksum else {
      throw .malformedBytes(
        source: source, offset: start,
        reason: "its size or checksum is not what the directory states; fetch the archive again")
    }
    return bytes
  }

  /// Behind the header that stands before a file's data, whose names and extras have lengths of
  /// their own.
  private func dataStart(of entry: Entry, _ source: String) throws(DataError) -> Int {
    var reader = LittleEndianReader(bytes: content, name: source, offset: entry.headerOffset)
    guard try reader.number(4) == 0x0403_4B50 else {
      throw reader.malformed("no file begins where the directory says")
    }
    try reader.skip(22)
    let (nameLength, extraLength) = (try reader.number(2), try reader.number(2))
    try reader.skip(nameLength + extraLength)
    guard entry.packedSize <= content.count - reader.offset else {
      throw reader.malformed("the file's data go beyond the end of the archive")
    }
    return reader.offset
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { all in
      var sum = crc32(0, nil, 0)
      var rest = all[...]
      while !rest.isEmpty {
        let piece = rest.prefix(1 << 30)
        sum = crc32(sum, UnsafeBufferPointer(rebasing: piece).baseAddress, UInt32(piece.count))
        rest = rest.dropFirst(piece.count)
      }
      return UInt32(sum)
    }
  }
}

/// The list at the end of an archive.
private struct ZipDirectory {
  let bytes: [UInt8]
  let name: String

  mutating func entries(limit: Int) throws(DataError) -> [ZipArchive.Entry] {
    let end = try endRecord()
    var reader = LittleEndianReader(bytes: bytes, name: name, offset: end)
    try reader.skip(4)
    let (disk, directoryDisk) = (try reader.number(2), try reader.number(2))
    let (countHere, count) = (try reader.number(2), try reader.number(2))
    let (size, offset) = (try reader.number(4), try reader.number(4))
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      throw .unsupported(
        source: name, what: "the 64-bit extension of zip; pack it in smaller parts")
    }
    guard disk == 0, directoryDisk == 0, countHere == count else {
      throw .unsupported(source: name, what: "an archive in several parts; join them first")
    }
    guard offset + size <= end else {
      throw reader.malformed("the directory is not where it should be")
    }

    var directory = LittleEndianReader(bytes: bytes, name: name, offset: offset)
    var entries: [ZipArchive.Entry] = []
    var (total, names) = (0, Set<String>())
    for _ in 0..<count {
      guard let entry = try entry(&directory, end: end) else { continue }
      total += entry.size
      guard total <= limit else {
        throw .overLimit(source: name, what: "the unpacked size", limit: limit)
      }
      guard names.insert(entry.name).inserted else {
        throw directory.malformed("the name '\(entry.name.prefix(80))' stands twice in it")
      }
      entries.append(entry)
    }
    return entries
  }

  /// The next file; `nil` for a folder.
  private func entry(
    _ reader: inout LittleEndianReader, end: Int
  ) throws(DataError) -> ZipArchive.Entry? {
    guard reader.offset < end, try reader.number(4) == 0x0201_4B50 else {
      throw reader.malformed("the directory ends before all its files")
    }
    try reader.skip(4)
    let (flags, method) = (try reader.number(2), try reader.number(2))
    try reader.skip(4)
    let checksum = UInt32(try reader.number(4))
    let (packedSize, size) = (try reader.number(4), try reader.number(4))
    let (nameLength, extraLength) = (try reader.number(2), try reader.number(2))
    let commentLength = try reader.number(2)
    try reader.skip(8)
    let offset = try reader.number(4)
    let path = try reader.bytes(nameLength)
    try reader.skip(extraLength + commentLength)
    let name = String(decoding: path, as: UTF8.self)
    guard Self.isSafe(path, name) else {
      throw reader.malformed("the name '\(name.prefix(80))' leads out of the archive")
    }
    if name.hasSuffix("/") { return nil }
    guard flags & 1 == 0 else {
      throw .unsupported(source: "\(self.name): \(name)", what: "encryption; unpack it elsewhere")
    }
    guard method == 0 || method == 8 else {
      throw .unsupported(
        source: "\(self.name): \(name)", what: "compression method \(method); only deflate is")
    }
    if packedSize == 0xFFFF_FFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      throw .unsupported(
        source: self.name, what: "the 64-bit extension of zip; pack it in smaller parts")
    }
    guard method == 8 || packedSize == size else {
      throw reader.malformed("a stored file of two sizes")
    }
    return ZipArchive.Entry(
      name: name, size: size, packedSize: packedSize, method: UInt16(method), checksum: checksum,
      headerOffset: offset)
  }

  /// Where the last record begins; a comment of at most 65,535 bytes may follow it.
  private func endRecord() throws(DataError) -> Int {
    let mark: [UInt8] = [0x50, 0x4B, 5, 6]
    var start = bytes.count - 22
    while start >= 0, start >= bytes.count - 22 - 65_535 {
      if bytes[start..<start + 4].elementsEqual(mark) {
        let comment = Int(bytes[start + 20]) | Int(bytes[start + 21]) << 8
        if start + 22 + comment == bytes.count { return start }
      }
      start -= 1
    }
    throw .malformedBytes(
      source: name, offset: nil, reason: "no zip archive, or one that was cut; fetch it again")
  }

  /// Whether a name stays below the folder it would be unpacked in.
  private static func isSafe(_ path: [UInt8], _ name: String) -> Bool {
    !path.isEmpty && !path.contains(0) && !path.contains(UInt8(ascii: "\\"))
      && !name.hasPrefix("/") && !(path.count > 1 && path[1] == UInt8(ascii: ":"))
      && !name.split(separator: "/").contains("..")
  }
}
