extension Image {
  /// The image in one channel, its luma; what is transparent lies on white.
  ///
  /// - Reference: ITU-R Recommendation BT.601, the weights 0.299, 0.587 and 0.114.
  public func grayscale() -> Image {
    switch channels {
    case 1: return self
    case 4: return withoutOpacity().grayscale()
    default:
      let luma = stride(from: 0, to: pixels.count, by: 3).map { start in
        // The weights in parts of 65,536, with a half for rounding.
        let sum =
          19595 * UInt32(pixels[start]) + 38470 * UInt32(pixels[start + 1])
          + 7471 * UInt32(pixels[start + 2]) + 32768
        return UInt8(sum >> 16)
      }
      return Image(width: width, height: height, channels: 1, pixels: luma)
    }
  }

  /// The image in three channels, opacity on white.
  public func rgb() -> Image {
    switch channels {
    case 3: return self
    case 4: return withoutOpacity()
    default:
      return Image(
        width: width, height: height, channels: 3, pixels: pixels.flatMap { [$0, $0, $0] })
    }
  }

  /// The image as it looks on a background of one grey, white by default.
  public func withoutOpacity(on background: UInt8 = 255) -> Image {
    guard channels == 4 else { return self }
    var opaque: [UInt8] = []
    opaque.reserveCapacity(width * height * 3)
    for start in stride(from: 0, to: pixels.count, by: 4) {
      let opacity = UInt32(pixels[start + 3])
      for channel in 0..<3 {
        let mixed =
          UInt32(pixels[start + channel]) * opacity + UInt32(background) * (255 - opacity)
        opaque.append(UInt8((mixed + 127) / 255))
      }
    }
    return Image(width: width, height: height, channels: 3, pixels: opaque)
  }
}
