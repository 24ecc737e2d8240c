/// How an image of another size gets its elements.
public enum Interpolation: Sendable, Hashable {
  /// The nearest element.
  case nearest
  /// Between the four nearest, by distance. Elements are squares whose centres lie half an element
  /// in; with `alignCorners` the outermost centres of both images coincide.
  case bilinear(alignCorners: Bool = false)
}

extension Tensor where Scalar: FloatScalar {
  /// Images of another size.
  ///
  /// ```swift
  /// x.resized2d(to: 64, .bilinear())    // x: [8, 32, 48, 3]  ->  [8, 64, 64, 3]
  /// ```
  ///
  /// - Precondition: images `[N, H, W, C]`, not empty.
  public func resized2d(to size: Extent, _ interpolation: Interpolation = .bilinear()) -> Tensor {
    precondition(
      rank == 4 && size.height > 0 && size.width > 0 && shape[1] > 0 && shape[2] > 0,
      "resized2d: \(shape) to \(size)")
    let (isBilinear, alignsCorners) =
      switch interpolation {
      case .nearest: (false, false)
      case .bilinear(let alignCorners): (true, alignCorners)
      }
    let (n, h, w, c) = (shape[0], shape[1], shape[2], shape[3])
    let (imageShape, resultShape) = (shape, [n, size.height, size.width, c] as Shape)
    return applying(
      LinearMap(
        forward: { x in
          let x = x.contiguousValue
          return Tensor(shape: resultShape) {
            Scalar._resize2d(
              isBilinear, alignsCorners, n, h, w, c, size.height, size.width, x.start, $0)
          }
        },
        transpose: { g in
          let g = g.contiguousValue
          return Tensor(shape: imageShape) {
            Scalar._resize2dGradient(
              isBilinear, alignsCorners, n, h, w, c, size.height, size.width, g.start, $0)
          }
        }))
  }
}
