import Foundation
import Testing

@testable import ErgonImage
import ErgonData

@Suite("PNG and JPEG")
struct CodingTests {
  static func bytes(_ base64: String) throws -> [UInt8] {
    Array(try #require(Data(base64Encoded: base64, options: .ignoreUnknownCharacters)))
  }

  @Test("another library's files give that library's pixels", arguments: ImageFixture.all)
  func fixtures(fixture: ImageFixture) throws {
    let image = try Image(bytes: Self.bytes(fixture.file))
    #expect(image.width == fixture.width && image.height == fixture.height)
    try #require(image.channels == fixture.channels)
    let expected = try Self.bytes(fixture.pixels)
    let furthest = zip(image.pixels, expected).map { abs(Int($0) - Int($1)) }.max()
    // Mixing inks into colours rounds differently; everything else is exact.
    #expect(try #require(furthest) <= (fixture.name.contains("inks") ? 2 : 0))
  }

  static let shapes = [1, 3, 4].flatMap { channels in
    [(1, 1), (7, 3), (64, 33)].map { (width: $0.0, height: $0.1, channels: channels) }
  }

  static func noise(_ width: Int, _ height: Int, _ channels: Int) -> Image {
    var state: UInt32 = 1
    return Image(
      width: width, height: height, channels: channels,
      pixels: (0..<width * height * channels).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(state >> 24)
      })
  }

  @Test("a PNG gives back every pixel", arguments: shapes)
  func lossless(width: Int, height: Int, channels: Int) throws {
    let image = Self.noise(width, height, channels)
    let file = try image.encoded(as: .png)
    #expect(try Image(bytes: file) == image)
  }

  @Test("a JPEG gives back a smooth image nearly", arguments: [1, 3])
  func lossy(channels: Int) throws {
    let image = Image(
      width: 40, height: 30, channels: channels,
      pixels: (0..<1200 * channels).map { UInt8(($0 / channels) % 40 * 3 + $0 / channels / 40 * 3) }
    )
    let coarse = try image.encoded(as: .jpeg(quality: 20))
    let fine = try image.encoded(as: .jpeg(quality: 95))
    #expect(coarse.count < fine.count)
    let back = try Image(bytes: fine)
    #expect(back.width == 40 && back.height == 30 && back.channels == channels)
    #expect(zip(back.pixels, image.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 6 })
  }

  @Test("the name of a file decides its format, and its bytes decide how it is read")
  func files() throws {
    let folder = try TemporaryFolder()
    let image = Self.noise(5, 4, 3)
    try image.write(to: folder.path + "/a.png")
    try image.write(to: folder.path + "/b.JPG")
    #expect(try Image(path: folder.path + "/a.png") == image)
    #expect(try BinaryFile.read(folder.path + "/b.JPG").starts(with: [0xFF, 0xD8]))
    #expect(throws: DataError.self) { try Image(path: folder.path + "/none.png") }
    #expect(throws: DataError.self) {
      try Self.noise(2, 2, 4).write(to: folder.path + "/opacity.jpg")
    }
  }

  @Test("a cut file is refused wherever it is cut", arguments: ImageFixture.all)
  func cut(fixture: ImageFixture) throws {
    let file = try Self.bytes(fixture.file)
    // The last two bytes of a JPEG are its end mark; without them the pixels are complete.
    for length in 0..<file.count - 2 {
      #expect(throws: DataError.self) { try Image(bytes: Array(file.prefix(length))) }
    }
  }

  @Test("an image beyond the limit is refused before it is held")
  func limit() throws {
    let file = try Self.noise(20, 10, 3).encoded(as: .png)
    #expect(throws: Never.self) { try Image(bytes: file, limit: 600) }
    #expect {
      try Image(bytes: file, limit: 599)
    } throws: {
      guard case DataError.overLimit = $0 else { return false }
      return true
    }
    let photo = try Self.noise(20, 10, 3).encoded(as: .jpeg())
    #expect(throws: DataError.self) { try Image(bytes: photo, limit: 599) }
  }

  @Test(
    "other files are said to be neither",
    arguments: [[], [0], Array("GIF89a".utf8), [0x89, 0x50], [0xFF, 0xD8], [0xFF, 0xD8, 0xFF]]
      as [[UInt8]])
  func neither(bytes: [UInt8]) {
    #expect(throws: DataError.self) { try Image(bytes: bytes) }
  }
}
