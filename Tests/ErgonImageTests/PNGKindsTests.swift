import CZlib
import Testing

@testable import ErgonImage

/// A PNG put together by hand, of any colour type.
struct HandMadePNG {
  var width: UInt32
  var height: UInt32
  var depth: UInt8
  var colour: UInt8
  var isInterlaced = false
  /// Chunks between the header and the pixels.
  var chunks: [(String, [UInt8])] = []
  /// Rows, each with its filter byte before it.
  var rows: [UInt8]

  var bytes: [UInt8] {
    let header =
      Self.bigEndian(width) + Self.bigEndian(height)
      + [depth, colour, 0, 0, isInterlaced ? 1 : 0]
    let all = [("IHDR", header)] + chunks + [("IDAT", Self.deflated(rows)), ("IEND", [])]
    return [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + all.flatMap { Self.chunk($0.utf8, $1) }
  }

  static func chunk(_ name: some Sequence<UInt8>, _ body: [UInt8]) -> [UInt8] {
    let checked = Array(name) + body
    let sum = UInt32(crc32(0, checked, UInt32(checked.count)))
    return bigEndian(UInt32(body.count)) + checked + bigEndian(sum)
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(UInt(bytes.count))
    var output = [UInt8](repeating: 0, count: Int(count))
    precondition(compress(&output, &count, bytes, UInt(bytes.count)) == Z_OK)
    return Array(output.prefix(Int(count)))
  }
}

@Suite("Kinds of PNG")
struct PNGKindsTests {
  static let kinds: [(name: String, png: HandMadePNG, channels: Int, pixels: [UInt8])] = [
    (
      "sixteen bits are rounded to eight",
      HandMadePNG(
        width: 3, height: 1, depth: 16, colour: 0, rows: [0, 0x12, 0x34, 0x12, 0xF0, 0xFF, 0xFF]),
      1, [0x12, 0x13, 0xFF]
    ),
    (
      "two bits are spread over eight",
      HandMadePNG(width: 4, height: 1, depth: 2, colour: 0, rows: [0, 0b00_01_10_11]),
      1, [0, 85, 170, 255]
    ),
    (
      "a palette becomes its colours",
      HandMadePNG(
        width: 3, height: 1, depth: 8, colour: 3, chunks: [("PLTE", [1, 2, 3, 4, 5, 6])],
        rows: [0, 1, 0, 1]),
      3, [4, 5, 6, 1, 2, 3, 4, 5, 6]
    ),
    (
      "a palette with opacity has four channels",
      HandMadePNG(
        width: 2, height: 1, depth: 8, colour: 3,
        chunks: [("PLTE", [1, 2, 3, 4, 5, 6]), ("tRNS", [7])], rows: [0, 0, 1]),
      4, [1, 2, 3, 7, 4, 5, 6, 255]
    ),
    (
      "grey with a transparent shade has four channels",
      HandMadePNG(
        width: 2, height: 1, depth: 8, colour: 0, chunks: [("tRNS", [0, 9])], rows: [0, 9, 8]),
      4, [9, 9, 9, 0, 8, 8, 8, 255]
    ),
    (
      "a stated gamma changes no number",
      HandMadePNG(
        width: 1, height: 1, depth: 8, colour: 0, chunks: [("gAMA", [0, 0, 0xB1, 0x8F])],
        rows: [0, 100]),
      1, [100]
    ),
    (
      "interlaced rows are put in order",
      // Adam7 of 2 x 2: the first pass has one pixel, the sixth one, the seventh a row of two.
      HandMadePNG(
        width: 2, height: 2, depth: 8, colour: 0, isInterlaced: true,
        rows: [0, 10, 0, 20, 0, 30, 40]),
      1, [10, 20, 30, 40]
    ),
  ]

  @Test("every kind becomes plain bytes", arguments: kinds.indices)
  func kind(index: Int) throws {
    let kind = Self.kinds[index]
    let image = try Image(bytes: kind.png.bytes, name: kind.name)
    #expect(image.channels == kind.channels && image.pixels == kind.pixels, "\(kind.name)")
  }

  @Test("a header that claims a giant is refused without taking its memory")
  func giant() {
    let png = HandMadePNG(
      width: 1_000_000, height: 1_000_000, depth: 8, colour: 2, rows: [0, 1, 2, 3])
    #expect(throws: (any Error).self) { try Image(bytes: png.bytes) }
    let wide = HandMadePNG(width: 0x7FFF_FFFF, height: 1, depth: 8, colour: 2, rows: [0])
    #expect(throws: (any Error).self) { try Image(bytes: wide.bytes) }
  }

  @Test("too few rows, a wrong filter, a missing palette and a wrong checksum are refused")
  func damaged() {
    let short = HandMadePNG(width: 2, height: 2, depth: 8, colour: 0, rows: [0, 1, 2])
    let filter = HandMadePNG(width: 1, height: 1, depth: 8, colour: 0, rows: [9, 1])
    let palette = HandMadePNG(width: 1, height: 1, depth: 8, colour: 3, rows: [0, 0])
    for png in [short, filter, palette] {
      #expect(throws: (any Error).self) { try Image(bytes: png.bytes) }
    }
    var bytes = Self.kinds[0].png.bytes
    bytes[bytes.count - 14] ^= 1
    #expect(throws: (any Error).self) { try Image(bytes: bytes) }
  }
}
