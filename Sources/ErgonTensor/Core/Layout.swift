/// Where the elements of a view lie in its storage.
struct Layout: Sendable {
  var shape: Shape
  /// Steps in elements; 0 repeats, negative ones walk backwards.
  var strides: Axes
  /// The place of the first element.
  var offset: Int
  /// Whether the elements lie in row-major order without gaps.
  var isContiguous: Bool

  /// Row-major from the beginning of the storage.
  init(contiguous shape: Shape, offset: Int = 0) {
    self.shape = shape
    strides = shape.contiguousStrides
    self.offset = offset
    isContiguous = true
  }

  init(shape: Shape, strides: Axes, offset: Int) {
    self.shape = shape
    self.strides = strides
    self.offset = offset
    var step = 1
    var contiguous = true
    for axis in stride(from: shape.rank - 1, through: 0, by: -1) where shape.axes[axis] != 1 {
      if strides[axis] != step { contiguous = false }
      step *= shape.axes[axis]
    }
    isContiguous = contiguous || shape.count == 0
  }

  /// Strides that read this view as `target`, to which it broadcasts.
  func strides(broadcastTo target: Shape) -> Axes {
    var result = Axes()
    let missing = target.rank - shape.rank
    for axis in 0..<shape.rank where shape.axes[axis] != 1 || target.axes[axis + missing] == 1 {
      result[axis + missing] = strides[axis]
    }
    return result
  }
}
