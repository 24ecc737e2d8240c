import Testing

@testable import ErgonData

@Suite("Batches of images")
struct ImageLoaderTests {
  /// Images whose every byte says where it is.
  static func images(_ count: Int, height: Int = 3, width: Int = 4, channels: Int = 1)
    -> LabelledImages
  {
    let size = count * height * width * channels
    return LabelledImages(
      height: height, width: width, channels: channels,
      pixels: (0..<size).map { UInt8(($0 * 7 + 1) % 251) },
      labels: (0..<count).map { Int32($0 % 3) }, classNames: ["a", "b", "c"])
  }

  @Test("pixels are scaled by channel, and stand where the order says", arguments: [1, 3])
  func scaling(channels: Int) {
    let images = Self.images(7, channels: channels)
    let scaling = PixelScaling(
      mean: Array([0.5, 0.25, 0].prefix(channels)), deviation: Array([2, 0.5, 1].prefix(channels)))
    let loader = ImageLoader(images, batchSize: 3, seed: 5, scaling: scaling)
    let order = loader.plan.order(epoch: 4)
    var (place, count) = (0, 0)
    for batch in loader.batches(epoch: 4) {
      #expect(batch.shape == [min(3, 7 - place), 3, 4, channels])
      for slot in 0..<batch.count {
        let index = order[place]
        #expect(batch.labels[slot] == images.labels[index])
        for (offset, byte) in images[index].enumerated() {
          let channel = offset % channels
          let value = (Float(byte) / 255 - scaling.mean[channel]) / scaling.deviation[channel]
          #expect(abs(batch.pixels[slot * images.imageSize + offset] - value) < 1e-5)
        }
        place += 1
      }
      count += 1
    }
    #expect(place == 7 && count == 3)
  }

  @Test("batches prepared ahead are the same to the last bit", arguments: [1, 3])
  func prefetch(depth: Int) {
    let augmentation = ImageAugmentation(
      cropPadding: 1, flipsHorizontally: true, rotation: 15, translation: 0.5)
    let loader = ImageLoader(
      Self.images(20, channels: 3), batchSize: 6, seed: 9, augmentation: augmentation)
    let plain = loader.batches(epoch: 2).map { $0.pixels }
    #expect(loader.batches(epoch: 2, prefetch: depth).map { $0.pixels } == plain)
    #expect(loader.batches(epoch: 3).map { $0.pixels } != plain)
    for _ in loader.batches(epoch: 0, prefetch: depth) { break }
  }

  @Test("a batch that is no longer in use lends its memory to the next, one that is keeps it")
  func reuse() {
    let loader = ImageLoader(Self.images(30), batchSize: 10)
    var addresses: Set<UInt> = []
    for batch in loader.batches(epoch: 0) {
      batch.pixels.withUnsafeBufferPointer {
        _ = addresses.insert(UInt(bitPattern: $0.baseAddress))
      }
    }
    #expect(addresses.count == 1)
    var kept: [ImageBatch] = []
    for batch in loader.batches(epoch: 0) { kept.append(batch) }
    #expect(Set(kept.map(\.pixels)).count == 3)
  }

  @Test("an image's changes depend on seed, epoch and image, not on its batch")
  func independence() {
    let augmentation = ImageAugmentation(cropPadding: 2, flipsHorizontally: true)
    let images = Self.images(12)
    func pixels(_ size: Int) -> [Float] {
      ImageLoader(images, batchSize: size, seed: 1, augmentation: augmentation)
        .batches(epoch: 1).flatMap(\.pixels)
    }
    #expect(pixels(5) == pixels(12))
  }

  private func moved(_ augmentation: ImageAugmentation, _ image: [UInt8], _ word: UInt64) -> (
    ImageMotion, [UInt8]
  ) {
    var random = CounterRandom(word)
    let motion = ImageMotion(augmentation, &random)
    var result = [UInt8](repeating: 99, count: image.count)
    image.withUnsafeBufferPointer { image in
      result.withUnsafeMutableBufferPointer {
        motion.apply(to: image, height: 3, width: 4, channels: 1, into: $0)
      }
    }
    return (motion, result)
  }

  @Test("a crop moves by whole pixels, a flip mirrors, and black comes in", arguments: 0..<40)
  func moves(word: UInt64) {
    let image = (1...12).map { UInt8($0) }
    let (motion, result) = moved(
      ImageAugmentation(cropPadding: 2, flipsHorizontally: true), image, word)
    for row in 0..<3 {
      for column in 0..<4 {
        let (y, x) = (row + motion.up, (motion.isFlipped ? 3 - column : column) + motion.left)
        let isInside = (0..<3).contains(y) && (0..<4).contains(x)
        #expect(result[row * 4 + column] == (isInside ? image[y * 4 + x] : 0))
      }
    }
  }

  @Test("a turn by nothing changes nothing, and a turned image keeps most of its light")
  func turns() {
    let image = (1...12).map { UInt8($0) }
    #expect(moved(ImageAugmentation(rotation: .leastNormalMagnitude), image, 3).1 == image)
    let spot: [UInt8] = [0, 0, 0, 0, 0, 200, 200, 0, 0, 0, 0, 0]
    for word in 0..<20 as Range<UInt64> {
      let result = moved(ImageAugmentation(rotation: 20), spot, word).1
      let light = result.reduce(0) { $0 + Int($1) }
      #expect(light > 300 && light <= 440)
    }
  }
}
