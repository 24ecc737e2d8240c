/// Images of one size in memory, one byte a channel, each with the number of its class.
///
/// ```swift
/// let train = try MNIST.load(split: .train)
/// train.pixels.count         // 60000 * 28 * 28 * 1, in the order [image, row, column, channel]
/// train.classNames[Int(train.labels[0])]   // "5"
/// ```
public struct LabelledImages: Sendable {
  public let height: Int
  public let width: Int
  public let channels: Int
  /// All images, shape `[count, height, width, channels]`.
  public let pixels: [UInt8]
  /// The class of each image, an index into ``classNames``.
  public let labels: [Int32]
  public let classNames: [String]

  /// - Precondition: as many pixels as labels and sizes say, and labels within the class names.
  public init(
    height: Int, width: Int, channels: Int, pixels: [UInt8], labels: [Int32], classNames: [String]
  ) {
    precondition(
      height > 0 && width > 0 && channels > 0
        && pixels.count == labels.count * height * width * channels,
      "LabelledImages: \(pixels.count) bytes for [\(labels.count), \(height), \(width), \(channels)]"
    )
    precondition(
      labels.allSatisfy { $0 >= 0 && $0 < classNames.count },
      "LabelledImages: a label outside 0..<\(classNames.count)")
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
    self.labels = labels
    self.classNames = classNames
  }

  /// How many images there are.
  public var count: Int { labels.count }
  /// Bytes of one image.
  public var imageSize: Int { height * width * channels }

  /// The bytes of one image, shape `[height, width, channels]`.
  ///
  /// - Precondition: `0 <= index < count`.
  public subscript(index: Int) -> ArraySlice<UInt8> {
    precondition(
      labels.indices.contains(index), "LabelledImages: no image \(index) among \(count)")
    return pixels[index * imageSize..<(index + 1) * imageSize]
  }

  /// Some of the images, in the order named.
  ///
  /// - Precondition: every index is below ``count``.
  public func selecting(_ indices: some Sequence<Int>) -> LabelledImages {
    var pixels: [UInt8] = []
    var labels: [Int32] = []
    for index in indices {
      pixels.append(contentsOf: self[index])
      labels.append(self.labels[index])
    }
    return LabelledImages(
      height: height, width: width, channels: channels, pixels: pixels, labels: labels,
      classNames: classNames)
  }
}

/// Which part of a data set is meant.
public enum DataSplit: String, Sendable, Hashable, CaseIterable, Codable {
  case train
  case test
}
