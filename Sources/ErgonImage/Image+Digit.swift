public import ErgonData

extension Image {
  /// The image as MNIST would have it: 28 x 28, white on black, a digit of at most 20 x 20 with
  /// its centre of mass in the middle.
  ///
  /// A dark digit on light paper is recognised by the image's border and inverted. What already is
  /// 28 x 28 on black is left as it is.
  ///
  /// ```swift
  /// let digit = try Image(path: "seven.png").mnistDigit()   // pixels: [28, 28]
  /// ```
  ///
  /// - Throws: `DataError/unsupported` for an image of one shade, on which nothing is drawn.
  /// - Reference: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998:
  ///   how its images were made.
  public func mnistDigit() throws(DataError) -> Image {
    let grey = grayscale()
    let paper = grey.borderShade
    if grey.width == 28, grey.height == 28, paper == 0 { return grey }
    guard let ink = grey.ink(on: paper), let box = ink.bounds(above: 63) else {
      throw .unsupported(source: "image", what: "one shade all over: there is no digit to read")
    }
    let longest = max(box.width, box.height)
    let size = (
      width: max(1, (box.width * 20 + longest / 2) / longest),
      height: max(1, (box.height * 20 + longest / 2) / longest)
    )
    let digit = Image.grey(width: box.width, height: box.height) { x, y in
      ink.pixels[(box.y + y) * ink.width + box.x + x]
    }.resized(
      width: size.width, height: size.height, method: longest >= 20 ? .area : .bilinear)
    let mass = digit.centreOfMass
    // In MNIST the centre of mass lies on pixel 14; no part of the digit may fall off the edge.
    let left = min(max(Int((14 - mass.x).rounded()), 0), 28 - size.width)
    let top = min(max(Int((14 - mass.y).rounded()), 0), 28 - size.height)
    return Image.grey(width: 28, height: 28) { x, y in
      let (x, y) = (x - left, y - top)
      guard (0..<size.width).contains(x), (0..<size.height).contains(y) else { return 0 }
      return digit.pixels[y * size.width + x]
    }
  }

  /// The median of the outermost pixels of a grey image.
  private var borderShade: UInt8 {
    let border = pixels.indices.filter { index in
      let (x, y) = (index % width, index / width)
      return x == 0 || y == 0 || x == width - 1 || y == height - 1
    }
    return border.map { pixels[$0] }.sorted()[border.count / 2]
  }

  /// How far each pixel is from the paper, on the side away from it, the furthest being 255; `nil`
  /// when there is hardly any difference.
  private func ink(on paper: UInt8) -> Image? {
    let distances = pixels.map {
      paper > 127 ? max(0, Int(paper) - Int($0)) : max(0, Int($0) - Int(paper))
    }
    guard let most = distances.max(), most > 16 else { return nil }
    return Image(
      width: width, height: height, channels: 1,
      pixels: distances.map { UInt8(($0 * 255 + most / 2) / most) })
  }

  /// The smallest box around everything brighter than a threshold.
  private func bounds(above threshold: UInt8) -> (x: Int, y: Int, width: Int, height: Int)? {
    var (left, right, top, bottom) = (width, -1, height, -1)
    for (index, value) in pixels.enumerated() where value > threshold {
      let (x, y) = (index % width, index / width)
      (left, right) = (min(left, x), max(right, x))
      (top, bottom) = (min(top, y), max(bottom, y))
    }
    return right < 0 ? nil : (left, top, right - left + 1, bottom - top + 1)
  }

  private var centreOfMass: (x: Double, y: Double) {
    var (sum, x, y) = (0.0, 0.0, 0.0)
    for (index, value) in pixels.enumerated() {
      sum += Double(value)
      x += Double(value) * Double(index % width)
      y += Double(value) * Double(index / width)
    }
    return sum > 0 ? (x / sum, y / sum) : (Double(width) / 2, Double(height) / 2)
  }
}
