import Testing

@testable import ErgonData

@Suite("Zip archives")
struct ZipTests {
  static let zip = ArchiveFixture.bytes(ArchiveFixture.zip)

  @Test("stored, deflated and empty files are read, folders are left out")
  func files() throws {
    let archive = try ZipArchive(bytes: Self.zip)
    #expect(archive.entries.map(\.name) == ["folder/stored.txt", "folder/packed.txt", "empty"])
    let texts = try archive.entries.map {
      String(decoding: try archive.bytes(of: $0), as: UTF8.self)
    }
    #expect(texts == ["stored", String(repeating: "packed ", count: 40), ""])
    #expect(archive["empty"]?.size == 0 && archive["none"] == nil)
  }

  @Test("a cut archive is refused wherever it is cut")
  func cut() {
    for length in Self.zip.indices {
      #expect(throws: DataError.self) { try ZipArchive(bytes: Array(Self.zip.prefix(length))) }
    }
  }

  @Test("whatever bit is changed, no file comes out with other bytes")
  func damage() throws {
    let texts = ["stored", String(repeating: "packed ", count: 40), ""].map { Array($0.utf8) }
    var refused = 0
    for place in Self.zip.indices {
      var bytes = Self.zip
      bytes[place] ^= 1
      do {
        let archive = try ZipArchive(bytes: bytes)
        for entry in archive.entries { #expect(texts.contains(try archive.bytes(of: entry))) }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 100)
  }

  private func renamed(_ name: String) -> [UInt8] {
    var bytes = Self.zip
    let old = Array("folder/stored.txt".utf8)
    precondition(name.utf8.count == old.count)
    for place in bytes.indices where bytes[place...].starts(with: old) {
      bytes.replaceSubrange(place..<place + old.count, with: name.utf8)
    }
    return bytes
  }

  @Test(
    "names that lead out of the archive are refused",
    arguments: [
      "/older/stored.txt", "../der/stored.txt", "folder/../red.txt", "folder\\stored.txt",
      "C:/der/stored.txt", "folder/stored\0txt", "folder/packed.txt",
    ])
  func names(name: String) {
    #expect(throws: DataError.self) { try ZipArchive(bytes: renamed(name)) }
  }

  @Test("a name with dots in it is no way out")
  func dots() throws {
    #expect(try ZipArchive(bytes: renamed("folder/..ored.txt")).entries.count == 3)
  }

  @Test(
    "an archive that unpacks to too much is refused by its directory, before anything is unpacked")
  func bomb() {
    #expect(throws: DataError.overLimit(source: "zip data", what: "the unpacked size", limit: 285))
    {
      try ZipArchive(bytes: Self.zip, limit: 285)
    }
    #expect(throws: Never.self) { try ZipArchive(bytes: Self.zip, limit: 286) }
  }

  /// Writes a number into the directory's record of the packed file.
  private func patched(_ offset: Int, _ value: [UInt8]) throws -> [UInt8] {
    var bytes = Self.zip
    let records = bytes.indices.filter { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) }
    let record = try #require(
      records.first { bytes[($0 + 46)...].starts(with: "folder/packed".utf8) })
    bytes.replaceSubrange(record + offset..<record + offset + value.count, with: value)
    return bytes
  }

  @Test("a file that lies about its size, or is encrypted, or packed otherwise, is refused")
  func lies() throws {
    let small = try ZipArchive(bytes: patched(24, [9, 0, 0, 0]))
    let entry = try #require(small["folder/packed.txt"])
    #expect(throws: DataError.self) { try small.bytes(of: entry) }
    let large = try ZipArchive(bytes: patched(24, [0xFF, 0xFF, 0, 0]))
    let claimed = try #require(large["folder/packed.txt"])
    #expect(throws: DataError.self) { try large.bytes(of: claimed) }
    for (offset, value) in [(8, [1, 0]), (10, [12, 0]), (24, [255, 255, 255, 255])]
      as [(Int, [UInt8])]
    {
      #expect {
        try ZipArchive(bytes: patched(offset, value))
      } throws: {
        guard case DataError.unsupported = $0 else { return false }
        return true
      }
    }
    let elsewhere = try ZipArchive(bytes: patched(42, [0, 0xFF, 0xFF, 0]))
    let lost = try #require(elsewhere["folder/packed.txt"])
    #expect(throws: DataError.self) { try elsewhere.bytes(of: lost) }
  }
}

@Suite("Tar archives")
struct TarTests {
  static let packed = ArchiveFixture.bytes(ArchiveFixture.tarGz)
  static let seeds: [[UInt8]] = [packed, (try? Gzip.inflate(packed)) ?? []]

  static func header(_ name: String, _ size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ place: Int) {
      header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
    }
    put(name, 0)
    let octal = String(size, radix: 8)
    put(String(repeating: "0", count: 11 - octal.count) + octal, 124)
    header[156] = UInt8(ascii: "0")
    put("        ", 148)
    let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.count) + sum, 148)
    header[154] = 0
    return header
  }

  @Test("plain files come out in order, folders do not", arguments: seeds)
  func files(seed: [UInt8]) throws {
    var archive = try TarReader(bytes: seed, name: "tar", limit: 1000)
    let first = try #require(try archive.next())
    #expect(first.name == "folder/a.bin" && first.bytes == Array("abc".utf8))
    let second = try #require(try archive.next())
    #expect(second.name == "folder/b.bin" && second.bytes.count == 768)
    #expect(try archive.next() == nil)
  }

  @Test("a damaged header, a cut file and one beyond the limit are refused")
  func refused() throws {
    let tar = Self.seeds[1]
    func readAll(_ bytes: [UInt8], limit: Int = 1000) throws {
      var archive = try TarReader(bytes: bytes, name: "tar", limit: limit)
      while try archive.next() != nil {}
    }
    #expect(throws: DataError.self) { try readAll(tar, limit: 767) }
    #expect(throws: DataError.self) { try readAll(Array(tar.prefix(2000))) }
    var damaged = tar
    damaged[3] ^= 1
    #expect(throws: DataError.self) { try readAll(damaged) }
    #expect(throws: DataError.self) { try readAll([]) }
  }
}

@Suite("CIFAR")
struct CIFARTests {
  /// Records whose bytes say channel and place.
  static func records(_ count: Int, labelBytes: Int = 1) -> [UInt8] {
    var bytes: [UInt8] = []
    for index in 0..<count {
      for label in 0..<labelBytes { bytes.append(UInt8((index + label) % 10)) }
      for place in 0..<3072 { bytes.append(UInt8(place / 1024 * 80 + (place % 1024 + index) % 80)) }
    }
    return bytes
  }

  @Test("planes are woven into pixels")
  func pixels() throws {
    let images = try CIFARBinary.read(bytes: Self.records(3))
    #expect(images.count == 3 && images.channels == 3 && images.labels == [0, 1, 2])
    for index in 0..<3 {
      for (offset, value) in images[index].enumerated() {
        let (place, channel) = (offset / 3, offset % 3)
        #expect(Int(value) == channel * 80 + (place + index) % 80)
      }
    }
  }

  @Test("the hundred classes have two labels")
  func hundred() throws {
    let bytes = Self.records(2, labelBytes: 2)
    #expect(try CIFARBinary.read(bytes: bytes, kind: .hundredFine).labels == [1, 2])
    #expect(try CIFARBinary.read(bytes: bytes, kind: .hundredCoarse).labels == [0, 1])
  }

  @Test("broken records and labels out of range are refused")
  func refused() {
    var bytes = Self.records(2)
    #expect(throws: DataError.self) { try CIFARBinary.read(bytes: []) }
    #expect(throws: DataError.self) { try CIFARBinary.read(bytes: Array(bytes.dropLast())) }
    bytes[3073] = 10
    #expect(throws: DataError.self) { try CIFARBinary.read(bytes: bytes) }
  }

  @Test("the published archive's files are put in their order, whatever order it has")
  func archive() throws {
    let order = [
      "test_batch", "data_batch_3", "data_batch_1", "data_batch_5", "data_batch_4", "data_batch_2",
    ]
    var tar: [UInt8] = []
    for name in order {
      let body = Self.records(Int(String(name.last ?? "9")) ?? 9)
      tar += TarTests.header("cifar-10-batches-bin/\(name).bin", body.count) + body
      tar += [UInt8](repeating: 0, count: (512 - body.count % 512) % 512)
    }
    tar += [UInt8](repeating: 0, count: 1024)
    func load(_ bytes: [UInt8], _ split: DataSplit) throws -> LabelledImages {
      try CIFAR10.images(TarReader(bytes: bytes, name: "tar", limit: 1 << 20), "tar", split)
    }
    #expect(try load(tar, .train).labels == [0, 0, 1, 0, 1, 2, 0, 1, 2, 3, 0, 1, 2, 3, 4])
    #expect(try load(Gzipped.make(tar), .test).count == 9)
    #expect(throws: DataError.self) { try load([UInt8](repeating: 0, count: 1024), .test) }
  }
}
