import Testing

@testable import ErgonData

@Suite("Reading IDX")
struct IDXTests {
  static let accepted: [(bytes: [UInt8], array: NumericArray)] = [
    (
      [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 255], NumericArray(shape: [3], elements: .uint8([7, 0, 255]))
    ),
    ([0, 0, 9, 1, 0, 0, 0, 2, 0x80, 1], NumericArray(shape: [2], elements: .int8([-128, 1]))),
    (
      [0, 0, 0x0B, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0x01, 0x02, 0xFF, 0xFE],
      NumericArray(shape: [1, 2], elements: .int16([258, -2]))
    ),
    (
      [0, 0, 0x0C, 1, 0, 0, 0, 1, 0x01, 0x02, 0x03, 0x04],
      NumericArray(shape: [1], elements: .int32([0x0102_0304]))
    ),
    (
      [0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3F, 0xC0, 0, 0],
      NumericArray(shape: [1], elements: .float([1.5]))
    ),
    (
      [0, 0, 0x0E, 1, 0, 0, 0, 1, 0xC0, 0x04, 0, 0, 0, 0, 0, 0],
      NumericArray(shape: [1], elements: .double([-2.5]))
    ),
    ([0, 0, 8, 0, 9], NumericArray(shape: [], elements: .uint8([9]))),
    (
      [0, 0, 8, 2, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF],
      NumericArray(shape: [0, 4_294_967_295], elements: .uint8([]))
    ),
  ]

  @Test("every element type is read, big-endian, with its shape", arguments: accepted)
  func types(bytes: [UInt8], array: NumericArray) throws {
    #expect(try IDX.read(bytes: bytes) == array)
  }

  @Test(
    "what is no IDX, or more or less than it says, is refused",
    arguments: [
      [], [0, 0, 8], [1, 0, 8, 0, 1], [0, 0, 0x0A, 0, 1], [0, 0, 8, 1, 0, 0, 0, 3, 1, 2],
      [0, 0, 8, 1, 0, 0, 0, 1, 1, 2], [0, 0, 8, 2, 0, 0, 0, 3],
      [0, 0, 8, 3] + Array(repeating: 0xFF, count: 12) + [1, 2, 3],
      [0, 0, 8, 1, 0x7F, 0xFF, 0xFF, 0xFF, 1], [0, 0, 8, 255],
    ] as [[UInt8]])
  func refused(bytes: [UInt8]) {
    #expect(throws: DataError.self) { try IDX.read(bytes: bytes) }
  }

  @Test("a file beyond the limit is refused by name")
  func limit() {
    #expect(
      throws: DataError.overLimit(source: "x", what: "the size of its elements", limit: 2)
    ) { try IDX.read(bytes: [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3], name: "x", limit: 2) }
  }

  @Test("images and labels must belong together")
  func pairs() throws {
    let folder = try TemporaryFolder()
    let images = try folder.write(
      [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4], "i")
    let labels = try folder.write([0, 0, 8, 1, 0, 0, 0, 2, 1, 0], "l")
    let pair = try IDX.images(images, labels: labels, classNames: ["a", "b"])
    #expect(pair.count == 2 && pair.height == 1 && pair.width == 2 && pair.channels == 1)
    #expect(pair.labels == [1, 0] && Array(pair[1]) == [3, 4])
    #expect(Array(pair.selecting([1, 1]).pixels) == [3, 4, 3, 4])
    #expect(throws: DataError.self) {
      try IDX.images(images, labels: labels, classNames: ["a"])
    }
    let three = try folder.write([0, 0, 8, 1, 0, 0, 0, 3, 1, 0, 0], "three")
    #expect(throws: DataError.self) {
      try IDX.images(images, labels: three, classNames: ["a", "b"])
    }
    #expect(throws: DataError.self) {
      try IDX.images(labels, labels: labels, classNames: ["a", "b"])
    }
    #expect(throws: DataError.self) {
      try IDX.images(images, labels: images, classNames: ["a", "b"])
    }
  }
}
