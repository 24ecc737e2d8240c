import Foundation
import Testing
import _ErgonTestSupport

@testable import ErgonData

@Suite("Unpacking gzip")
struct GzipTests {
  /// One member, with a checksum and a length.
  static let hello = Gzipped.make(Array("hello hello hello hello\n".utf8))

  @Test("a packed text comes back, alone, doubled and padded")
  func members() throws {
    let text = Array("hello hello hello hello\n".utf8)
    #expect(try Gzip.inflate(Self.hello) == text)
    #expect(try Gzip.inflate(Self.hello + Self.hello) == text + text)
    #expect(try Gzip.inflate(Self.hello + [0, 0, 0]) == text)
    #expect(try Gzip.inflate(Gzipped.make([])) == [])
  }

  @Test("every cut and every changed byte of the data or its checksum is noticed")
  func damage() {
    for length in Self.hello.indices {
      #expect(throws: DataError.self) { try Gzip.inflate(Self.hello[..<length]) }
    }
    for place in 10..<Self.hello.count {
      var bytes = Self.hello
      bytes[place] ^= 0x10
      #expect(throws: DataError.self) { try Gzip.inflate(bytes) }
    }
    #expect(throws: DataError.self) { try Gzip.inflate(Self.hello + [7]) }
  }

  @Test("a small file that unpacks to very much is refused at the limit")
  func bomb() throws {
    let bomb = Gzipped.make(Array(repeating: 0, count: 1 << 20))
    #expect(bomb.count < 2000)
    #expect(
      throws: DataError.overLimit(source: "b", what: "the unpacked size", limit: 1 << 19)
    ) { try Gzip.inflate(bomb, name: "b", limit: 1 << 19) }
    #expect(try Gzip.inflate(bomb, limit: 1 << 20).count == 1 << 20)
  }

  @Test("a file is unpacked across the borders of its chunks")
  func chunks() throws {
    var generator = SeededGenerator(seed: 5)
    let noise = (0..<1_000_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let folder = try TemporaryFolder()
    #expect(try Gzip.inflate(path: folder.write(Gzipped.make(noise), "noise.gz")) == noise)
  }

  @Test("an IDX file may be packed")
  func idx() throws {
    let plain: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]
    #expect(try IDX.read(bytes: Gzipped.make(plain)) == IDX.read(bytes: plain))
    #expect(throws: DataError.self) { try IDX.read(bytes: Gzipped.make(plain + [1])) }
    #expect(throws: DataError.self) { try IDX.read(bytes: Gzipped.make(plain.dropLast())) }
    let wide: [UInt8] = [0, 0, 8, 1, 0x7F, 0xFF, 0xFF, 0xFF, 7]
    #expect(throws: DataError.self) { try IDX.read(bytes: Gzipped.make(wide)) }
  }
}
