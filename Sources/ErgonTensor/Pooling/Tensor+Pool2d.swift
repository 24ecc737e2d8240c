extension Tensor where Scalar: FloatScalar {
  /// The greatest element of every window.
  ///
  /// The gradient goes to that element, the first where several are greatest.
  ///
  /// ```swift
  /// x.maxPool2d(2)                    // x: [64, 28, 28, 6]  ->  [64, 14, 14, 6]
  /// ```
  ///
  /// - Parameter stride: That of the windows; the window where it is not given.
  /// - Precondition: images `[N, H, W, C]`; no window lies in the padding alone.
  @specialized(where Scalar == Float)
  public func maxPool2d(
    _ window: Extent, stride: Extent? = nil, padding: Padding = .valid
  ) -> Tensor {
    let pool = Pool2D(
      shape, window: window, stride: stride ?? window, padding: padding, countsPadding: false,
      "maxPool2d")
    let x = contiguousValue
    let places = Tensor<Int32>(shape: pool.resultShape) { _ in }
    let y = withUnsafePointer(to: pool.sizes) { sizes in
      Tensor(shape: pool.resultShape) {
        Scalar._maxPool2d(sizes, x.start, $0, UnsafeMutablePointer(mutating: places.start))
      }
    }
    guard isRecorded else { return y }
    let place = outline
    return y.recorded { g, back in
      back.add(to: place) { g.applying(pool.picking(places).transposed) }
    }
  }

  /// The average of every window.
  ///
  /// - Parameters:
  ///   - stride: That of the windows; the window where it is not given.
  ///   - countsPadding: Whether the zeros around the image count as elements.
  /// - Precondition: images `[N, H, W, C]`; no window lies in the padding alone.
  @specialized(where Scalar == Float)
  public func averagePool2d(
    _ window: Extent, stride: Extent? = nil, padding: Padding = .valid, countsPadding: Bool = false
  ) -> Tensor {
    applying(
      Pool2D(
        shape, window: window, stride: stride ?? window, padding: padding,
        countsPadding: countsPadding, "averagePool2d"
      ).average(Scalar.self))
  }

  /// The average of every channel over the whole image.
  ///
  /// ```swift
  /// x.globalAveragePool2d()           // x: [32, 8, 8, 64]  ->  [32, 64]
  /// ```
  public func globalAveragePool2d() -> Tensor {
    precondition(rank == 4, "globalAveragePool2d: \(shape): images [N, H, W, C] are due")
    return averagePool2d(Extent(height: shape[1], width: shape[2]))
      .reshaped(to: [shape[0], shape[3]])
  }

  /// The greatest element of every channel over the whole image: `[N, C]`.
  public func globalMaxPool2d() -> Tensor {
    precondition(rank == 4, "globalMaxPool2d: \(shape): images [N, H, W, C] are due")
    return maxPool2d(Extent(height: shape[1], width: shape[2]))
      .reshaped(to: [shape[0], shape[3]])
  }

  /// Averages over windows of nearly equal size, so many that the result has the size asked for.
  ///
  /// Output i of n averages rows ⌊i·H/n⌋ ..< ⌈(i+1)·H/n⌉, and likewise columns.
  ///
  /// ```swift
  /// x.adaptiveAveragePool2d(to: 7)    // x: [32, 10, 15, 64]  ->  [32, 7, 7, 64]
  /// ```
  ///
  /// - Precondition: images `[N, H, W, C]`, not empty.
  public func adaptiveAveragePool2d(to size: Extent) -> Tensor {
    precondition(
      rank == 4 && size.height > 0 && size.width > 0 && shape[1] > 0 && shape[2] > 0,
      "adaptiveAveragePool2d: no windows of \(shape) for a result of \(size)")
    if shape[1] % size.height == 0, shape[2] % size.width == 0 {
      return averagePool2d(
        Extent(height: shape[1] / size.height, width: shape[2] / size.width))
    }
    // One matrix averages rows, another columns.
    let (n, h, w, c) = (shape[0], shape[1], shape[2], shape[3])
    let rows = Tensor.averaging(h, to: size.height).matmul(reshaped(to: [n, h, w * c]))
    return Tensor.averaging(w, to: size.width)
      .matmul(rows.reshaped(to: [n * size.height, w, c]))
      .reshaped(to: [n, size.height, size.width, c])
  }

  /// The matrix that averages `length` numbers to `count`.
  private static func averaging(_ length: Int, to count: Int) -> Tensor {
    var matrix = Tensor(repeating: 0, shape: [count, length])
    matrix.withMutableElements { elements in
      for i in 0..<count {
        let window = i * length / count..<((i + 1) * length + count - 1) / count
        for j in window { elements[i * length + j] = 1 / Scalar(window.count) }
      }
    }
    return matrix
  }
}
