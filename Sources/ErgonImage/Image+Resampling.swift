/// How an image is made larger or smaller.
public enum ResamplingMethod: Sendable, Hashable {
  /// The mean over the area a new pixel covers: for making smaller.
  case area
  /// Between the two nearest along each axis, centres of pixels on centres: for making larger.
  case bilinear
}

extension Image {
  /// The image in another size.
  ///
  /// - Precondition: the sizes are positive.
  /// - Cost: one pass along each axis, in `Float`.
  public func resized(
    width newWidth: Int, height newHeight: Int, method: ResamplingMethod = .area
  ) -> Image {
    precondition(
      newWidth > 0 && newHeight > 0, "resized: [\(newHeight), \(newWidth)] has no pixels")
    let columns = Resampler(from: width, to: newWidth, method)
    let rows = Resampler(from: height, to: newHeight, method)
    // Rows first: [height, newWidth, channels], then [newHeight, newWidth, channels].
    var narrow = [Float](repeating: 0, count: height * newWidth * channels)
    for y in 0..<height {
      for x in 0..<newWidth {
        for (source, weight) in columns.terms(of: x) {
          for channel in 0..<channels {
            narrow[(y * newWidth + x) * channels + channel] +=
              weight * Float(pixels[(y * width + source) * channels + channel])
          }
        }
      }
    }
    let stride = newWidth * channels
    var result: [UInt8] = []
    result.reserveCapacity(newHeight * stride)
    var row = [Float](repeating: 0, count: stride)
    for y in 0..<newHeight {
      for index in row.indices { row[index] = 0 }
      for (source, weight) in rows.terms(of: y) {
        for index in row.indices { row[index] += weight * narrow[source * stride + index] }
      }
      for value in row { result.append(UInt8(min(max(value.rounded(), 0), 255))) }
    }
    return Image(width: newWidth, height: newHeight, channels: channels, pixels: result)
  }
}

/// Which pixels of a line make up each pixel of a longer or shorter one, and how much of each.
private struct Resampler {
  private var starts: [Int] = []
  private var weights: [[Float]] = []

  init(from old: Int, to new: Int, _ method: ResamplingMethod) {
    let scale = Double(old) / Double(new)
    for index in 0..<new {
      switch method {
      case .area:
        let (low, high) = (Double(index) * scale, Double(index + 1) * scale)
        let first = min(Int(low), old - 1)
        // The end of the range may lie a rounding error beyond a pixel's border.
        let last = min(max(first, Int((high - 1e-9).rounded(.down))), old - 1)
        starts.append(first)
        weights.append(
          (first...last).map { pixel in
            Float((min(high, Double(pixel + 1)) - max(low, Double(pixel))) / scale)
          })
      case .bilinear:
        let centre = min(max((Double(index) + 0.5) * scale - 0.5, 0), Double(old - 1))
        let first = min(Int(centre), max(0, old - 2))
        let share = Float(centre - Double(first))
        starts.append(first)
        weights.append(old == 1 ? [1] : [1 - share, share])
      }
    }
  }

  func terms(of index: Int) -> some Sequence<(Int, Float)> {
    zip(starts[index]..., weights[index])
  }
}
