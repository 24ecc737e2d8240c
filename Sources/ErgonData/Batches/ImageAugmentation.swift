#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Small changes to images that leave their class as it is, drawn anew for every image and epoch.
///
/// What an image misses after it was moved or turned is black.
///
/// ```swift
/// let cifar = ImageAugmentation(cropPadding: 4, flipsHorizontally: true)
/// let digits = ImageAugmentation(rotation: 10, translation: 2)
/// ```
public struct ImageAugmentation: Sendable, Hashable {
  /// Moves by whole pixels: a crop of the image's own size from the image with this much margin.
  public var cropPadding: Int
  /// Whether half of the images are mirrored, left to right.
  public var flipsHorizontally: Bool
  /// Turns about the centre by at most this many degrees either way.
  public var rotation: Float
  /// Moves along each axis by at most this many pixels either way, fractions included.
  public var translation: Float

  /// - Precondition: no number is negative or not finite.
  public init(
    cropPadding: Int = 0, flipsHorizontally: Bool = false, rotation: Float = 0,
    translation: Float = 0
  ) {
    precondition(
      cropPadding >= 0 && rotation >= 0 && rotation.isFinite && translation >= 0
        && translation.isFinite,
      "ImageAugmentation: padding \(cropPadding), rotation \(rotation), translation \(translation)")
    self.cropPadding = cropPadding
    self.flipsHorizontally = flipsHorizontally
    self.rotation = rotation
    self.translation = translation
  }

  /// Images as they are.
  public static let none = ImageAugmentation()
}

/// One draw of an augmentation: where in the original each pixel of the result lies.
struct ImageMotion {
  /// Mirrored first, then moved by whole pixels.
  private(set) var isFlipped = false
  private(set) var (left, up) = (0, 0)
  /// Then turned and moved by fractions; `nil` when there is nothing of that.
  private(set) var affine: (cosine: Float, sine: Float, right: Float, down: Float)?

  init(_ augmentation: ImageAugmentation, _ random: inout CounterRandom) {
    let padding = augmentation.cropPadding
    if padding > 0 {
      left = random.below(2 * padding + 1) - padding
      up = random.below(2 * padding + 1) - padding
    }
    if augmentation.flipsHorizontally { isFlipped = random.below(2) == 1 }
    if augmentation.rotation > 0 || augmentation.translation > 0 {
      let angle = Double(augmentation.rotation * random.signed()) * .pi / 180
      affine = (
        Float(cos(angle)), Float(sin(angle)), augmentation.translation * random.signed(),
        augmentation.translation * random.signed()
      )
    }
  }

  /// Writes the moved image, shape `[height, width, channels]` like the original.
  func apply(
    to image: UnsafeBufferPointer<UInt8>, height: Int, width: Int, channels: Int,
    into result: UnsafeMutableBufferPointer<UInt8>
  ) {
    if let affine {
      turn(image, height, width, channels, affine, into: result)
    } else {
      shift(image, height, width, channels, into: result)
    }
  }

  private func shift(
    _ image: UnsafeBufferPointer<UInt8>, _ height: Int, _ width: Int, _ channels: Int,
    into result: UnsafeMutableBufferPointer<UInt8>
  ) {
    for row in 0..<height {
      for column in 0..<width {
        let target = (row * width + column) * channels
        let y = row + up
        let x = (isFlipped ? width - 1 - column : column) + left
        let isInside = y >= 0 && y < height && x >= 0 && x < width
        let source = (y * width + x) * channels
        for channel in 0..<channels {
          result[target + channel] = isInside ? image[source + channel] : 0
        }
      }
    }
  }

  /// Bilinear between the four nearest pixels.
  private func turn(
    _ image: UnsafeBufferPointer<UInt8>, _ height: Int, _ width: Int, _ channels: Int,
    _ affine: (cosine: Float, sine: Float, right: Float, down: Float),
    into result: UnsafeMutableBufferPointer<UInt8>
  ) {
    let (middleX, middleY) = (Float(width - 1) / 2, Float(height - 1) / 2)
    for row in 0..<height {
      for column in 0..<width {
        let (u, v) = (
          Float(isFlipped ? width - 1 - column : column) - middleX - affine.right,
          Float(row) - middleY - affine.down
        )
        let x = affine.cosine * u + affine.sine * v + middleX + Float(left)
        let y = affine.cosine * v - affine.sine * u + middleY + Float(up)
        let target = (row * width + column) * channels
        guard x > -1, y > -1, x < Float(width), y < Float(height) else {
          for channel in 0..<channels { result[target + channel] = 0 }
          continue
        }
        let (x0, y0) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
        let (fx, fy) = (x - Float(x0), y - Float(y0))
        for channel in 0..<channels {
          func pixel(_ y: Int, _ x: Int) -> Float {
            guard x >= 0, y >= 0, x < width, y < height else { return 0 }
            return Float(image[(y * width + x) * channels + channel])
          }
          let upper = pixel(y0, x0) * (1 - fx) + pixel(y0, x0 + 1) * fx
          let lower = pixel(y0 + 1, x0) * (1 - fx) + pixel(y0 + 1, x0 + 1) * fx
          result[target + channel] = UInt8((upper * (1 - fy) + lower * fy).rounded())
        }
      }
    }
  }
}
