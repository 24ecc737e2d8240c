extension Tensor {
  /// The diagonal of the last two axes, or one beside it, as a view.
  ///
  /// ```swift
  /// x.diagonal()               // x: [8, 3, 4]  ->  [8, 3]
  /// x.diagonal(offset: 1)      // above it      ->  [8, 3]
  /// ```
  public func diagonal(offset: Int = 0) -> Tensor {
    precondition(rank >= 2, "diagonal: \(shape) has no two axes")
    let y = Tensor(storage: storage, layout: layout.diagonal(offset))
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in
      back.add(to: x) { g.onDiagonal(offset, of: x.shape) }
    }
  }

  /// Square matrices with the vectors of the last axis on their diagonal and nothing else.
  ///
  /// ```swift
  /// v.diagonalMatrix()         // v: [8, 3]  ->  [8, 3, 3]
  /// ```
  public func diagonalMatrix() -> Tensor {
    precondition(rank >= 1, "diagonalMatrix: a scalar is not a vector")
    return onDiagonal(0, of: Shape(shape.lengths + [shape[-1]]))
  }

  /// An array of nothing but this one on a diagonal; the transpose of ``diagonal(offset:)``.
  private func onDiagonal(_ offset: Int, of shape: Shape) -> Tensor {
    let y = Tensor(repeating: Scalar._zero, shape: shape)
    let target = y.layout.diagonal(offset)
    let value = layout.isContiguous ? self : copied()
    let place = y.storage.bytes.assumingMemoryBound(to: Scalar.self) + target.offset
    target.shape.axes.withPointer { lengths in
      target.strides.withPointer { strides in
        Scalar._spread(target.shape.rank, lengths, value.start, strides, place)
      }
    }
    guard isRecorded else { return y }
    let x = outline
    return y.recorded { g, back in back.add(to: x) { g.diagonal(offset: offset) } }
  }
}

extension Layout {
  /// The diagonal of the last two axes, `shift` columns to the right.
  fileprivate func diagonal(_ shift: Int) -> Layout {
    let (row, column) = (shape.rank - 2, shape.rank - 1)
    let rows = shape.axes[row] - Swift.max(-shift, 0)
    let columns = shape.axes[column] - Swift.max(shift, 0)
    var lengths = shape.axes
    var strides = strides
    let length = Swift.max(Swift.min(rows, columns), 0)
    let start =
      length == 0
      ? 0 : shift >= 0 ? shift * strides[column] : -shift * strides[row]
    strides[row] += strides[column]
    strides[column] = 0
    lengths[row] = length
    lengths[column] = 0
    return Layout(
      shape: Shape(lengths, rank: shape.rank - 1), strides: strides, offset: offset + start)
  }
}

extension Tensor where Scalar: NumericScalar {
  /// The matrices of the last two axes with zeros above a diagonal.
  public func lowerTriangle(offset: Int = 0) -> Tensor {
    replacing(with: 0, where: columnsPastDiagonal .> Int32(clamping: offset))
  }

  /// The matrices of the last two axes with zeros below a diagonal.
  public func upperTriangle(offset: Int = 0) -> Tensor {
    replacing(with: 0, where: columnsPastDiagonal .< Int32(clamping: offset))
  }

  /// How far to the right of the diagonal each place of a matrix is.
  private var columnsPastDiagonal: Tensor<Int32> {
    precondition(rank >= 2, "triangle: \(shape) has no two axes")
    return Tensor<Int32>.arange(shape[-1]) - Tensor<Int32>.arange(shape[-2]).expandingAxis(at: 1)
  }

  /// Windows that slide along an axis, on a new last axis.
  ///
  /// ```swift
  /// x.windows(length: 3, axis: 1)      // x: [8, 10]  ->  [8, 8, 3]
  /// ```
  ///
  /// - Precondition: a window fits in the axis.
  public func windows(length: Int, step: Int = 1, axis: Int) -> Tensor {
    let axis = shape.resolve(axis, for: "windows")
    precondition(
      length > 0 && step > 0 && length <= shape[axis],
      "windows: of \(length), \(step) apart, along axis \(axis) of \(shape)")
    let starts = Tensor<Int32>.arange((shape[axis] - length) / step + 1) * Int32(step)
    let places = starts.expandingAxis(at: 1) + Tensor<Int32>.arange(length)
    return gathering(places, axis: axis).movingAxis(from: axis + 1, to: -1)
  }
}
