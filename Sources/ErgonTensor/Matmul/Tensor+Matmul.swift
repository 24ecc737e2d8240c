extension Tensor where Scalar: FloatScalar {
  /// The matrix product.
  ///
  /// The last two axes are matrices, those before them a batch that broadcasts. A vector on the
  /// left is a row, on the right a column, and its axis is gone from the result.
  ///
  /// ```swift
  /// a.matmul(b)          // a: [8, 2, 3], b: [3, 4]  ->  [8, 2, 4]
  /// a.matmul(v)          // a: [2, 3], v: [3]  ->  [2]
  /// a.transposed().matmul(a)                 // no copy is made of the transpose
  /// ```
  ///
  /// - Precondition: inner lengths that agree, batches that broadcast.
  /// - Cost: 2 · batch · m · n · k operations; reads each side once.
  @specialized(where Scalar == Float)
  public func matmul(_ other: Tensor) -> Tensor {
    precondition(
      rank > 0 && other.rank > 0,
      "matmul: \(shape) x \(other.shape): a scalar has no rows; use *")
    let a = rank == 1 ? reshaped(to: Shape([1, count])) : self
    let b = other.rank == 1 ? other.reshaped(to: Shape([other.count, 1])) : other
    precondition(
      a.shape[-1] == b.shape[-2],
      """
      matmul: \(shape) x \(other.shape): inner sizes \(a.shape[-1]) and \(b.shape[-2]) differ
      """)
    let y = Tensor.matrixProduct(a, b)
    guard rank == 1 || other.rank == 1 else { return y }
    var lengths = y.shape.lengths
    if other.rank == 1 { lengths.removeLast() }
    if rank == 1 { lengths.remove(at: lengths.count - (other.rank == 1 ? 1 : 2)) }
    return y.reshaped(lengths)
  }

  /// The product of matrices, recorded.
  private static func matrixProduct(
    _ a: Tensor, transposingLeft: Bool = false, _ b: Tensor, transposingRight: Bool = false
  ) -> Tensor {
    let y = product(
      a, transposingLeft: transposingLeft, b, transposingRight: transposingRight)
    guard records(a, b) else { return y }
    // Each gradient needs the other's values alone.
    let left = b.node == nil ? a.outline : a
    let right = a.node == nil ? b.outline : b
    return y.recorded { g, back in
      // With op(a) op(b) = y: the gradient of op(a) is g op(b)ᵀ, that of a its transpose where op
      // transposes; likewise for b.
      back.add(to: left) {
        let slope =
          transposingLeft
          ? matrixProduct(right, transposingLeft: transposingRight, g, transposingRight: true)
          : matrixProduct(g, right, transposingRight: !transposingRight)
        return slope.summed(to: left.shape)
      }
      back.add(to: right) {
        if right.rank == 2, left.rank > 2, !transposingLeft {
          // The sum over the batch is part of one long product.
          let (x, g) = (left.asRows, g.asRows)
          return transposingRight
            ? matrixProduct(g, transposingLeft: true, x)
            : matrixProduct(x, transposingLeft: true, g)
        }
        let slope =
          transposingRight
          ? matrixProduct(g, transposingLeft: true, left, transposingRight: transposingLeft)
          : matrixProduct(left, transposingLeft: !transposingLeft, g)
        return slope.summed(to: right.shape)
      }
    }
  }

  /// All axes but the last in one.
  var asRows: Tensor {
    rank == 2 ? self : reshaped(to: [shape.product(0..<rank - 1), shape[-1]])
  }
}
