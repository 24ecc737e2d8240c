/// An image in memory: eight bits a channel, rows from the top.
///
/// ```swift
/// let photo = try Image(path: "seven.jpg")                   // width x height x 3
/// try photo.grayscale().resized(width: 64, height: 64).write(to: "seven.png")
/// ```
public struct Image: Sendable, Hashable {
  public let width: Int
  public let height: Int
  /// 1 is grey, 3 are red, green and blue, 4 have opacity behind them.
  public let channels: Int
  /// All pixels, shape `[height, width, channels]`.
  public let pixels: [UInt8]

  /// - Precondition: positive sizes, 1, 3 or 4 channels, and as many bytes as they say.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && [1, 3, 4].contains(channels)
        && pixels.count == width * height * channels,
      "Image: \(pixels.count) bytes for [\(height), \(width), \(channels)]")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// One grey image, made by the brightness of each place.
  static func grey(width: Int, height: Int, _ value: (_ x: Int, _ y: Int) -> UInt8) -> Image {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height)
    for y in 0..<height {
      for x in 0..<width { pixels.append(value(x, y)) }
    }
    return Image(width: width, height: height, channels: 1, pixels: pixels)
  }
}
