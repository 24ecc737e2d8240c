import ErgonData
import Testing

@testable import ErgonImage

@Suite("Changing images")
struct ProcessingTests {
  private func grey(_ rows: [[UInt8]]) -> Image {
    Image(width: rows[0].count, height: rows.count, channels: 1, pixels: rows.flatMap { $0 })
  }

  @Test("making smaller takes the mean of what a pixel covers")
  func area() {
    let image = grey([[0, 100, 200, 40], [20, 80, 0, 0]])
    #expect(image.resized(width: 2, height: 1).pixels == [50, 60])
    // Four columns to three: the middle one covers a third of each neighbour's rest.
    let line = grey([[0, 60, 120, 240]]).resized(width: 3, height: 1)
    #expect(line.pixels == [15, 90, 210])
    #expect(image.resized(width: 4, height: 2) == image)
  }

  @Test("making larger goes between centres")
  func bilinear() {
    let line = grey([[0, 100]]).resized(width: 4, height: 1, method: .bilinear)
    #expect(line.pixels == [0, 25, 75, 100])
    let dot = grey([[7]]).resized(width: 3, height: 2, method: .bilinear)
    #expect(dot.pixels == Array(repeating: 7, count: 6))
  }

  @Test("a constant stays one in every size", arguments: [1, 2, 5, 9, 16, 31])
  func constant(size: Int) {
    let image = Image(width: 9, height: 9, channels: 3, pixels: Array(repeating: 200, count: 243))
    for method in [ResamplingMethod.area, .bilinear] {
      let other = image.resized(width: size, height: 17 - min(size, 16), method: method)
      #expect(other.pixels.allSatisfy { $0 == 200 })
    }
  }

  @Test("colours become their luma, opacity lies on white, grey becomes three")
  func colours() {
    let colours = Image(
      width: 4, height: 1, channels: 3, pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
    #expect(colours.grayscale().pixels == [76, 150, 29, 9])
    let clear = Image(width: 2, height: 1, channels: 4, pixels: [0, 0, 0, 0, 10, 20, 30, 255])
    #expect(clear.rgb().pixels == [255, 255, 255, 10, 20, 30])
    #expect(clear.withoutOpacity(on: 0).pixels == [0, 0, 0, 10, 20, 30])
    #expect(grey([[1, 2]]).rgb().pixels == [1, 1, 1, 2, 2, 2])
  }

  /// A slanted stroke, away from the middle, on paper.
  private func stroke(_ size: Int, ink: UInt8, paper: UInt8) -> Image {
    Image.grey(width: size, height: size) { x, y in
      let isInk =
        y > size / 8 && y < size / 2 && x > size / 8 && abs(x - size / 4 - y / 4) <= size / 16
      return isInk ? ink : paper
    }
  }

  @Test("a digit is found on light and on dark paper alike", arguments: [64, 200, 33])
  func digit(size: Int) throws {
    let dark = try stroke(size, ink: 255, paper: 0).mnistDigit()
    #expect(try stroke(size, ink: 0, paper: 255).mnistDigit() == dark)
    #expect(try stroke(size, ink: 30, paper: 180).mnistDigit() == dark)
    #expect(dark.width == 28 && dark.height == 28 && dark.channels == 1)
    let lit = dark.pixels.indices.filter { dark.pixels[$0] > 127 }
    let rows = Set(lit.map { $0 / 28 })
    #expect(rows.count >= 19 && rows.count <= 20, "the longer side has 20 pixels")
    let light = dark.pixels.reduce(0) { $0 + Int($1) }
    let x = dark.pixels.enumerated().reduce(0) { $0 + Int($1.element) * ($1.offset % 28) }
    #expect(abs(Double(x) / Double(light) - 14) < 0.51)
  }

  @Test("an empty sheet is said to be one")
  func empty() {
    let sheet = Image(width: 9, height: 9, channels: 1, pixels: Array(repeating: 240, count: 81))
    #expect(throws: DataError.self) { try sheet.mnistDigit() }
  }

  @Test("a folder of folders is a data set, in the order of the names")
  func folder() throws {
    let folder = try TemporaryFolder()
    for (name, shade) in [("b", 10), ("a", 200), (".hidden", 1)] as [(String, UInt8)] {
      try folder.makeFolder(name)
      for index in 0..<2 {
        let image = Image(
          width: 4 + index, height: 3, channels: 1,
          pixels: Array(repeating: shade + UInt8(index), count: 3 * (4 + index)))
        try image.write(to: "\(folder.path)/\(name)/\(index).png")
      }
    }
    try TextFile.write("no image", to: "\(folder.path)/a/notes.txt")
    try TextFile.write("no class", to: "\(folder.path)/readme.txt")
    let set = try ImageFolder.load(folder.path, width: 2, height: 2)
    #expect(set.classNames == ["a", "b"] && set.labels == [0, 0, 1, 1] && set.channels == 3)
    #expect(set.pixels == [200, 201, 10, 11].flatMap { Array(repeating: $0, count: 12) })
    #expect(throws: DataError.self) {
      try ImageFolder.load(folder.path, width: 2, height: 2, limit: 40)
    }
    #expect(throws: DataError.self) {
      try ImageFolder.load(folder.path + "/none", width: 2, height: 2)
    }
    try TextFile.write("broken", to: "\(folder.path)/a/broken.png")
    #expect(throws: DataError.self) { try ImageFolder.load(folder.path, width: 2, height: 2) }
  }

  @Test(
    "an MNIST digit drawn large and dark comes back as it was", .tags(.realData),
    .enabled(if: !realData.isEmpty))
  func roundTrip() throws {
    let digits = try MNIST.load(from: DataStore(folder: "/none", mirror: realData), split: .test)
    var differences: [Double] = []
    for index in 0..<20 {
      let digit = Image(width: 28, height: 28, channels: 1, pixels: Array(digits[index]))
      #expect(try digit.mnistDigit() == digit)
      let large = digit.resized(width: 280, height: 280, method: .bilinear)
      let drawn = Image.grey(width: 400, height: 350) { x, y in
        (80..<360).contains(x) && (20..<300).contains(y)
          ? 255 - large.pixels[(y - 20) * 280 + x - 80] : 255
      }
      let back = try drawn.mnistDigit()
      let sum = zip(back.pixels, digit.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
      differences.append(Double(sum) / 784)
    }
    #expect(differences.reduce(0, +) / 20 < 10, "of 255, as a mean over all pixels")
  }

  @Test(
    "Omniglot's first archive is 136 characters by 20 drawers", .tags(.realData),
    .enabled(if: !realData.isEmpty))
  func omniglot() throws {
    let archive = try ZipArchive(path: realData + "/omniglot/images_background_small1.zip")
    let images = try ImageFolder.load(archive: archive, width: 105, height: 105, channels: 1)
    #expect(images.classNames.count == 136 && images.count == 2720)
    #expect((0..<136).allSatisfy { label in images.labels.count { $0 == label } == 20 })
    // Black ink on white, one bit a dot.
    #expect(Set(images[0]) == [0, 255])
  }

  @Test(
    "aerial tiles are read in colour", .tags(.realData),
    .enabled(if: !realData.isEmpty))
  func tiles() throws {
    for index in ["0000", "0500", "0999"] {
      let tile = try Image(path: realData + "/solar/tiles/\(index).png")
      #expect(tile.width == 101 && tile.height == 101 && tile.channels == 3)
      #expect(try Image(bytes: tile.encoded(as: .png)) == tile)
    }
  }
}
