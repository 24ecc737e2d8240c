extension Tensor where Scalar: FloatScalar {
  /// exp(scale · x) divided by its sum along an axis: positive numbers that sum to 1.
  ///
  /// ```swift
  /// logits.softmax()              // logits: [64, 10]  ->  [64, 10]
  /// ```
  ///
  /// - Parameter scale: What elements are multiplied by first, an inverse temperature.
  /// - Accuracy: The greatest element is subtracted first, so that nothing overflows.
  @specialized(where Scalar == Float)
  public func softmax(axis: Int = -1, scale: Scalar = 1) -> Tensor {
    alongLastAxis(axis, "softmax") { x in
      let dense = x.contiguousValue
      let (rows, columns) = dense.rowsAndColumns
      let y = Tensor(shape: x.shape) { Scalar._softmax(rows, columns, scale, dense.start, $0) }
      guard x.isRecorded else { return y }
      let place = x.outline
      return y.recordedWithResult { y, g, back in
        back.add(to: place) {
          if back.isRecorded {
            let weighted = g * y
            return (weighted - y * weighted.sum(axes: [-1], keepingAxes: true)) * scale
          }
          let g = g.contiguousValue
          return Tensor(shape: y.shape) {
            Scalar._softmaxGradient(rows, columns, scale, y.start, g.start, $0)
          }
        }
      }
    }
  }

  /// The logarithm of the softmax along an axis, exact where that underflows.
  ///
  /// ```swift
  /// logits.logSoftmax()           // logits: [64, 10]  ->  [64, 10]
  /// ```
  @specialized(where Scalar == Float)
  public func logSoftmax(axis: Int = -1) -> Tensor {
    alongLastAxis(axis, "logSoftmax") { x in
      let dense = x.contiguousValue
      let (rows, columns) = dense.rowsAndColumns
      let y = Tensor(shape: x.shape) { Scalar._logSoftmax(rows, columns, dense.start, $0) }
      guard x.isRecorded else { return y }
      let place = x.outline
      return y.recordedWithResult { y, g, back in
        back.add(to: place) {
          if back.isRecorded { return g - y.exp() * g.sum(axes: [-1], keepingAxes: true) }
          let g = g.contiguousValue
          return Tensor(shape: y.shape) {
            Scalar._logSoftmaxGradient(rows, columns, y.start, g.start, $0)
          }
        }
      }
    }
  }

  /// A function of rows applied along any axis, which is moved to the end and back.
  func alongLastAxis(
    _ axis: Int, _ operation: StaticString, _ function: (Tensor) -> Tensor
  ) -> Tensor {
    let axis = shape.resolve(axis, for: operation)
    guard axis != rank - 1 else { return function(self) }
    return function(transposed(axis, -1)).transposed(axis, -1)
  }

  /// The number of rows along the last axis, and their length.
  var rowsAndColumns: (rows: Int, columns: Int) {
    let columns = shape.axes[rank - 1]
    return (columns == 0 ? 0 : count / columns, columns)
  }
}
