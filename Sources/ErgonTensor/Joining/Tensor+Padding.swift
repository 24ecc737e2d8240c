/// What stands around an array that is padded.
public enum PaddingContent<Scalar: TensorScalar>: Sendable {
  /// One value.
  case constant(Scalar)
  /// The elements mirrored at the edge, which is not repeated.
  case reflect
  /// The elements at the edge.
  case edge
  /// The elements of the other end.
  case circular
}

extension Tensor where Scalar: NumericScalar {
  /// This array with so many elements more before and after it along each axis.
  ///
  /// ```swift
  /// x.padded([(0, 0), (1, 2)])                     // x: [4, 5]  ->  [4, 8]
  /// x.padded([(1, 1), (1, 1)], with: .reflect)     // x: [4, 5]  ->  [6, 7]
  /// ```
  ///
  /// - Precondition: one pair an axis, none negative; what is mirrored or taken from the other
  ///   end fits in the axis.
  public func padded(
    _ widths: [(before: Int, after: Int)], with padding: PaddingContent<Scalar> = .constant(0)
  ) -> Tensor {
    precondition(
      widths.count == rank && widths.allSatisfy { $0.before >= 0 && $0.after >= 0 },
      "pad: \(widths) for \(shape)")
    if case .constant(let value) = padding {
      var lengths = layout.shape.axes
      var corner = Axes()
      for (axis, width) in widths.enumerated() {
        lengths[axis] += width.before + width.after
        corner[axis] = width.before
      }
      let whole = Shape(lengths, rank: rank)
      return placed(
        at: Selection(block: shape, at: corner, of: whole), in: whole, around: value)
    }
    var y = self
    for (axis, width) in widths.enumerated() where width.before + width.after > 0 {
      let length = shape[axis]
      let sources = (-width.before..<length + width.after).map { place in
        Int32(padding.source(of: place, length))
      }
      for source in sources {
        precondition(
          source >= 0 && source < length,
          "pad: \(width.before) and \(width.after) are too many around axis \(axis) of \(shape)")
      }
      y = y.gathering(Tensor<Int32>(sources), axis: axis)
    }
    return y
  }
}

extension PaddingContent {
  /// Where along an axis the element at a place outside comes from.
  fileprivate func source(of place: Int, _ length: Int) -> Int {
    switch self {
    case .constant: place
    case .reflect: place < 0 ? -place : place >= length ? 2 * (length - 1) - place : place
    case .edge: Swift.min(Swift.max(place, 0), length - 1)
    case .circular: place < 0 ? place + length : place >= length ? place - length : place
    }
  }
}
