public import ComplexModule
public import ErgonTensor

/// The factors of P A = L U.
public struct LUDecomposition<S: MatrixScalar>: Sendable {
  /// Unit lower triangular, `[..., m, min(m, n)]`.
  public let lower: Tensor<S>
  /// Upper triangular, `[..., min(m, n), n]`.
  public let upper: Tensor<S>
  /// Row `i` of L U is row `permutation[i]` of A, `[..., m]`.
  public let permutation: Tensor<Int32>
}

/// The factors of A = Q R.
public struct QRDecomposition<S: MatrixScalar>: Sendable {
  /// Orthonormal columns, `[..., m, min(m, n)]`.
  public let q: Tensor<S>
  /// Upper triangular, `[..., min(m, n), n]`.
  public let r: Tensor<S>
}

/// The factors of A = U diag(s) Vᴴ, with k = min(m, n).
public struct SingularValueDecomposition<S: MatrixScalar>: Sendable {
  /// Orthonormal columns, `[..., m, k]`.
  public let u: Tensor<S>
  /// The singular values, descending, `[..., k]`.
  public let values: Tensor<S.RealType>
  /// Orthonormal rows, `[..., k, n]`.
  public let vh: Tensor<S>
}

/// The eigenvalues of matrices and their eigenvectors, one a column.
public struct EigenDecomposition<Value: MatrixScalar, Vector: MatrixScalar>: Sendable {
  /// `[..., n]`.
  public let values: Tensor<Value>
  /// `[..., n, n]`; column `i` belongs to value `i` and has unit length.
  public let vectors: Tensor<Vector>
}

extension Tensor where Scalar: MatrixScalar {
  /// P A = L U by partial pivoting; a singular matrix has a zero on U's diagonal.
  ///
  /// - Cost: about 2n³/3 operations a matrix.
  public func lu() -> LUDecomposition<Scalar> {
    requireUnrecorded(for: "lu")
    let packed = LUFactors(self, for: "lu")
    let factors = packed.factors
    var lower = factors.firstColumns(factors.order)
    lower.keepTriangle(lower: true, unit: true)
    var upper = factors.corner(rows: factors.order, columns: factors.columns)
    upper.keepTriangle(lower: false)
    var permutation: [Int32] = []
    for matrix in 0..<factors.count {
      var order = Array(0..<Int32(factors.rows))
      for row in 0..<factors.order {
        order.swapAt(row, Int(packed.pivots[matrix * factors.order + row]) - 1)
      }
      permutation += order
    }
    return LUDecomposition(
      lower: lower.matrices, upper: upper.matrices,
      permutation: Tensor<Int32>(permutation, shape: Shape(factors.batch + [factors.rows])))
  }

  /// A = Q R by reflections, with as many columns in Q as the smaller side of A.
  ///
  /// - Cost: about 4mn² operations a matrix.
  public func qr() -> QRDecomposition<Scalar> {
    requireUnrecorded(for: "qr")
    var factors = ColumnMajor(self, for: "qr")
    let (rows, columns, order, count) = (
      factors.rows, factors.columns, factors.order, factors.count
    )
    var scales = [Scalar](repeating: 0, count: count * order)
    var q = ColumnMajor<Scalar>(batch: factors.batch, rows: rows, columns: order)
    scales.withUnsafeMutableBufferPointer { scales in
      guard let tau = scales.baseAddress else { return }
      factors.withMatrices { start in
        for matrix in 0..<count {
          _ = Scalar._lapack.qr(
            Int32(rows), Int32(columns), start + matrix * rows * columns, tau + matrix * order)
        }
      }
      q = factors.firstColumns(order)
      q.withMatrices { start in
        for matrix in 0..<count {
          _ = Scalar._lapack.q(
            Int32(rows), Int32(order), start + matrix * rows * order, tau + matrix * order)
        }
      }
    }
    var r = factors.corner(rows: order, columns: columns)
    r.keepTriangle(lower: false)
    return QRDecomposition(q: q.matrices, r: r.matrices)
  }

  /// A = U diag(s) Vᴴ by divide and conquer.
  ///
  /// - Throws: ``LinearAlgebraError`` where a matrix is not finite or the iteration does not end.
  public func svd() throws(LinearAlgebraError) -> SingularValueDecomposition<Scalar> {
    requireUnrecorded(for: "svd")
    let (u, values, vh) = try decomposed(withVectors: true)
    return SingularValueDecomposition(u: u.matrices, values: values, vh: vh.matrices)
  }

  func decomposed(
    withVectors vectors: Bool
  ) throws(LinearAlgebraError) -> (
    u: ColumnMajor<Scalar>, values: Tensor<Scalar.RealType>, vh: ColumnMajor<Scalar>
  ) {
    var work = ColumnMajor(self, for: "svd")
    try work.checkFinite(for: "svd")
    let (rows, columns, order, count) = (work.rows, work.columns, work.order, work.count)
    var u = ColumnMajor<Scalar>(batch: work.batch, rows: rows, columns: order)
    var vh = ColumnMajor<Scalar>(batch: work.batch, rows: order, columns: columns)
    var values = Tensor<Scalar.RealType>(repeating: 0, shape: Shape(work.batch + [order]))
    try work.withMatrices { a throws(LinearAlgebraError) in
      try u.withMatrices { u throws(LinearAlgebraError) in
        try vh.withMatrices { vh throws(LinearAlgebraError) in
          try values.withMutableElements { s throws(LinearAlgebraError) in
            for matrix in 0..<count {
              let info = Scalar._lapack.svd(
                vectors, Int32(rows), Int32(columns), a + matrix * rows * columns,
                s.baseAddress! + matrix * order, u + matrix * rows * order,
                vh + matrix * order * columns)
              if info != 0 { throw .notConverged(operation: "svd", matrix: matrix) }
            }
          }
        }
      }
    }
    return (u, values, vh)
  }

  /// The solution of least |A x - b|, of least |x| among those, and the rank of A.
  ///
  /// ```swift
  /// let (x, rank) = try a.leastSquares(b)     // a: [m, n], b: [m] or [m, k]  ->  x: [n] or [n, k]
  /// ```
  ///
  /// - Parameter cutoff: Singular values below this share of the largest count as zero; by default
  ///   the rounding error of the larger side.
  /// - Throws: ``LinearAlgebraError`` where a matrix is not finite or the iteration does not end.
  public func leastSquares(
    _ right: Tensor, cutoff: Double? = nil
  ) throws(LinearAlgebraError) -> (solution: Tensor, rank: Tensor<Int32>) {
    requireUnrecorded(for: "least squares")
    right.requireUnrecorded(for: "least squares")
    var work = ColumnMajor(self, for: "least squares")
    let isVector = right.rank == 1
    let sides = isVector ? right.reshaped(right.count, 1) : right
    precondition(
      sides.rank == rank && sides.shape.lengths.dropLast() == shape.lengths.dropLast(),
      "least squares: \(shape) and \(right.shape) differ in rows or leading axes")
    try work.checkFinite(for: "least squares")
    let (rows, columns, count) = (work.rows, work.columns, work.count)
    let wide = sides.shape[-1]
    let tall = rows > columns ? rows : columns
    // Rows of zeros below make room for a solution longer than b.
    var room = ColumnMajor<Scalar>(batch: work.batch, rows: tall, columns: wide)
    let given = ColumnMajor(sides, for: "least squares")
    try given.checkFinite(for: "least squares")
    given.withMatrices { from in
      room.withMatrices { to in
        for column in 0..<count * wide {
          (to + column * tall).update(from: from + column * rows, count: rows)
        }
      }
    }
    let share = cutoff ?? Double(Scalar.RealType.ulpOfOne) * Double(tall)
    var ranks = [Int32](repeating: 0, count: count)
    try work.withMatrices { a throws(LinearAlgebraError) in
      try room.withMatrices { b throws(LinearAlgebraError) in
        for matrix in 0..<count {
          let info = Scalar._lapack.least_squares(
            Int32(rows), Int32(columns), Int32(wide), a + matrix * rows * columns,
            b + matrix * tall * wide, share, &ranks[matrix])
          if info != 0 { throw .notConverged(operation: "least squares", matrix: matrix) }
        }
      }
    }
    let solution = room.corner(rows: columns, columns: wide).matrices
    return (
      isVector ? solution.reshaped(columns) : solution,
      Tensor<Int32>(ranks, shape: Shape(work.batch))
    )
  }

  /// Eigenvalues and right eigenvectors of square matrices, complex whatever the matrices are.
  ///
  /// - Throws: ``LinearAlgebraError`` where a matrix is not finite or the iteration does not end.
  public func eigen() throws(LinearAlgebraError)
    -> EigenDecomposition<Complex<Scalar.RealType>, Complex<Scalar.RealType>>
  {
    requireUnrecorded(for: "eigen")
    var work = ColumnMajor(self, for: "eigen")
    let (n, count) = (work.rows, work.count)
    precondition(n == work.columns, "eigen: \(shape) is not square")
    try work.checkFinite(for: "eigen")
    var vectors = ColumnMajor<Complex<Scalar.RealType>>(batch: work.batch, rows: n, columns: n)
    var values = Tensor<Complex<Scalar.RealType>>(repeating: 0, shape: Shape(work.batch + [n]))
    try work.withMatrices { a throws(LinearAlgebraError) in
      try vectors.withMatrices { v throws(LinearAlgebraError) in
        try values.withMutableElements { w throws(LinearAlgebraError) in
          for matrix in 0..<count {
            let info = Scalar._lapack.eigen(
              true, Int32(n), a + matrix * n * n, w.baseAddress! + matrix * n, v + matrix * n * n)
            if info != 0 { throw .notConverged(operation: "eigen", matrix: matrix) }
          }
        }
      }
    }
    return EigenDecomposition(values: values, vectors: vectors.matrices)
  }

  func hermitianEigen(
    for operation: StaticString
  ) throws(LinearAlgebraError) -> EigenDecomposition<Scalar.RealType, Scalar> {
    var vectors = ColumnMajor(self, for: operation)
    let (n, count) = (vectors.rows, vectors.count)
    precondition(n == vectors.columns, "\(operation): \(shape) is not square")
    try vectors.checkFinite(for: "\(operation)")
    var values = Tensor<Scalar.RealType>(repeating: 0, shape: Shape(vectors.batch + [n]))
    try vectors.withMatrices { a throws(LinearAlgebraError) in
      try values.withMutableElements { w throws(LinearAlgebraError) in
        for matrix in 0..<count {
          let info = Scalar._lapack.symmetric_eigen(
            true, Int32(n), a + matrix * n * n, w.baseAddress! + matrix * n)
          if info != 0 { throw .notConverged(operation: "\(operation)", matrix: matrix) }
        }
      }
    }
    return EigenDecomposition(values: values, vectors: vectors.matrices)
  }

  func choleskyFactor() throws(LinearAlgebraError) -> Tensor {
    var factors = ColumnMajor(self, for: "cholesky")
    let (n, count) = (factors.rows, factors.count)
    precondition(n == factors.columns, "cholesky: \(shape) is not square")
    try factors.withMatrices { a throws(LinearAlgebraError) in
      for matrix in 0..<count {
        let info = Scalar._lapack.cholesky(Int32(n), a + matrix * n * n)
        if info > 0 {
          throw .notPositiveDefinite(operation: "cholesky", matrix: matrix, order: Int(info))
        }
      }
    }
    factors.keepTriangle(lower: true)
    return factors.matrices
  }
}
