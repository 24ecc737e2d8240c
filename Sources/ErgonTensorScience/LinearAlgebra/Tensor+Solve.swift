public import ComplexModule
public import ErgonTensor

extension Tensor where Scalar: ScienceScalar {
  /// The solution of A X = B for square A.
  ///
  /// Leading axes count matrices and broadcast.
  ///
  /// ```swift
  /// let x = try a.solve(b)        // a: [n, n], b: [n] or [n, k]  ->  x: b's shape
  /// ```
  ///
  /// - Throws: ``LinearAlgebraError/singular(operation:matrix:row:)`` where a pivot is zero.
  /// - Cost: about 2n³/3 + 2n²k operations a matrix; as many as the second part for a gradient.
  public func solve(_ right: Tensor) throws(LinearAlgebraError) -> Tensor {
    let (a, b) = solvable(right)
    let factors = LUFactors(a, for: "solve")
    try factors.checkRegular(for: "solve")
    let x = Self.solution(a, factors, b, transposed: false)
    return right.rank == 1 ? x.reshaped(to: x.shape.removing(axis: -1)) : x
  }

  /// The inverse of square matrices.
  ///
  /// To solve equations ``solve(_:)`` is cheaper and more accurate.
  ///
  /// - Throws: ``LinearAlgebraError/singular(operation:matrix:row:)`` where a pivot is zero.
  public func inverse() throws(LinearAlgebraError) -> Tensor {
    let identity = identities(for: "inverse")
    let factors = LUFactors(self, for: "inverse")
    try factors.checkRegular(for: "inverse")
    return Self.solution(self, factors, identity, transposed: false)
  }

  /// The solution of op(A) X = B from A's factors; A itself is only what a gradient goes to.
  ///
  /// With op(A) = A the gradients are B̄ = A⁻ᵀ X̄ and Ā = -B̄ Xᵀ.
  static func solution(
    _ a: Tensor, _ factors: LUFactors<Scalar>, _ b: Tensor, transposed: Bool
  ) -> Tensor {
    let x = factors.solve(b, transposed: transposed)
    guard records(a, b) else { return x }
    let (a, b) = (a.outline, b.outline)
    return x.recordedWithResult { x, g, back in
      let right = solution(a, factors, g, transposed: !transposed)
      back.add(to: b) { right }
      back.add(to: a) {
        transposed ? -x.matmul(right.transposed()) : -right.matmul(x.transposed())
      }
    }
  }
}

extension Tensor {
  /// The solution of A X = B for square complex A; it records no gradient.
  ///
  /// - Throws: ``LinearAlgebraError/singular(operation:matrix:row:)`` where a pivot is zero.
  public func solve<R: ScienceScalar>(
    _ right: Tensor
  ) throws(LinearAlgebraError) -> Tensor where Scalar == Complex<R> {
    requireUnrecorded(for: "solve")
    right.requireUnrecorded(for: "solve")
    let (a, b) = solvable(right)
    let factors = LUFactors(a, for: "solve")
    try factors.checkRegular(for: "solve")
    let x = factors.solve(b, transposed: false)
    return right.rank == 1 ? x.reshaped(to: x.shape.removing(axis: -1)) : x
  }

  /// The inverse of square complex matrices; it records no gradient.
  ///
  /// - Throws: ``LinearAlgebraError/singular(operation:matrix:row:)`` where a pivot is zero.
  public func inverse<R: ScienceScalar>() throws(LinearAlgebraError) -> Tensor
  where Scalar == Complex<R> {
    requireUnrecorded(for: "inverse")
    let identity = identities(for: "inverse")
    let factors = LUFactors(self, for: "inverse")
    try factors.checkRegular(for: "inverse")
    return factors.solve(identity, transposed: false)
  }
}

extension Tensor where Scalar: MatrixScalar {
  /// A and B with the same leading axes, B with columns.
  fileprivate func solvable(_ right: Tensor) -> (Tensor, Tensor) {
    precondition(
      rank >= 2 && shape[-1] == shape[-2], "solve: \(shape) is not square")
    precondition(
      right.rank >= 1 && right.shape[right.rank == 1 ? 0 : -2] == shape[-1],
      "solve: \(shape) and \(right.shape) differ in rows")
    let n = shape[-1]
    let columns = right.rank == 1 ? right.reshaped(n, 1) : right
    let mine = Shape(shape.lengths.dropLast(2))
    let theirs = Shape(columns.shape.lengths.dropLast(2))
    if mine == theirs { return (self, columns) }
    let batch = Shape.broadcast(mine, theirs, for: "solve").lengths
    return (
      broadcast(to: Shape(batch + [n, n])),
      columns.broadcast(to: Shape(batch + [n, columns.shape[-1]]))
    )
  }

  /// An identity matrix for each of these.
  func identities(for operation: StaticString) -> Tensor {
    precondition(
      rank >= 2 && shape[-1] == shape[-2], "\(operation): \(shape) is not square")
    return Tensor.identity(shape[-1]).broadcast(to: shape)
  }
}
