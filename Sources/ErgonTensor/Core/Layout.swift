/// Where the elements of a view lie in its storage.
///
/// Most arrays are contiguous, and their strides follow from the shape; only other views keep
/// theirs. That makes an array small enough to be copied without a call.
struct Layout: Sendable {
  var shape: Shape
  /// The place of the first element.
  var offset: Int
  private var kept: KeptStrides?

  /// Row-major without gaps.
  @inline(__always)
  init(contiguous shape: Shape, offset: Int = 0) {
    self.shape = shape
    self.offset = offset
    kept = nil
  }

  init(shape: Shape, strides: Axes, offset: Int) {
    self.init(contiguous: shape, offset: offset)
    if !shape.isContiguous(strides) { kept = KeptStrides(strides) }
  }

  /// Whether the elements lie in row-major order without gaps.
  @inline(__always)
  var isContiguous: Bool { kept == nil }

  /// Steps in elements; 0 repeats, negative ones walk backwards.
  var strides: Axes { kept?.axes ?? shape.contiguousStrides }

  /// Strides that read this view as `target`, to which it broadcasts.
  func strides(broadcastTo target: Shape) -> Axes {
    let strides = strides
    var result = Axes()
    let missing = target.rank - shape.rank
    for axis in 0..<shape.rank where shape.axes[axis] != 1 || target.axes[axis + missing] == 1 {
      result[axis + missing] = strides[axis]
    }
    return result
  }
}

private final class KeptStrides: Sendable {
  let axes: Axes
  init(_ axes: Axes) { self.axes = axes }
}

extension Shape {
  /// Whether strides are those of row-major order without gaps.
  fileprivate func isContiguous(_ strides: Axes) -> Bool {
    if count == 0 { return true }
    var step = 1
    for axis in stride(from: rank - 1, through: 0, by: -1) where axes[axis] != 1 {
      if strides[axis] != step { return false }
      step *= axes[axis]
    }
    return true
  }
}
