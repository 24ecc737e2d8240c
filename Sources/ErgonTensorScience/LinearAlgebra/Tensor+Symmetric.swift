public import ComplexModule
public import ErgonTensor

extension Tensor where Scalar: ScienceScalar {
  /// The lower triangular L of A = L Lᵀ for symmetric positive definite A, of which the lower
  /// triangle is read.
  ///
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(operation:matrix:order:)``.
  /// - Cost: about n³/3 operations a matrix.
  /// - Reference: I. Murray, Differentiation of the Cholesky decomposition, 2016, for the gradient.
  public func cholesky() throws(LinearAlgebraError) -> Tensor {
    let factor = try choleskyFactor()
    guard isRecorded else { return factor }
    let a = outline
    return factor.recordedWithResult { l, g, back in
      back.add(to: a) {
        let transposed = l.transposed()
        // All below the diagonal and half of it.
        let inner = transposed.matmul(g) * Self.lowerMask(a.shape[-1], diagonal: 0.5)
        // A factor's diagonal is positive: there is a solution.
        let left = try! transposed.solve(inner)
        return Self.symmetrized(try! transposed.solve(left.transposed()).transposed())
      }
    }
  }

  /// Eigenvalues, ascending, and orthonormal eigenvectors of symmetric matrices, of which the lower
  /// triangle is read.
  ///
  /// The gradient of the vectors is undefined where two eigenvalues are equal, as is the sign of
  /// each.
  ///
  /// - Throws: ``LinearAlgebraError`` where a matrix is not finite or the iteration does not end.
  /// - Cost: about 9n³ operations a matrix.
  public func symmetricEigen() throws(LinearAlgebraError) -> EigenDecomposition<Scalar, Scalar> {
    let plain = try hermitianEigen(for: "symmetric eigen")
    guard isRecorded else { return plain }
    let a = self
    // What has converged once does so again.
    let again = { a.isRecorded ? try! a.symmetricEigen() : plain }
    return EigenDecomposition(
      values: plain.values.recorded { g, back in
        back.add(to: a) {
          let v = again().vectors
          return (v * Self.row(g)).matmul(v.transposed())
        }
      },
      vectors: plain.vectors.recorded { g, back in
        back.add(to: a) {
          let (values, v) = { ($0.values, $0.vectors) }(again())
          // gaps[i, j] = values[j] - values[i], with 1 on the diagonal, where the numerator is 0.
          let n = a.shape[-1]
          let diagonal = Self.identity(n)
          let gaps = Self.row(values) - Self.column(values) + diagonal
          let inner = v.transposed().matmul(g) * (1 - diagonal) / gaps
          return Self.symmetrized(v.matmul(inner).matmul(v.transposed()))
        }
      })
  }

  /// The singular values alone, descending, `[..., min(m, n)]`.
  ///
  /// - Throws: ``LinearAlgebraError`` where a matrix is not finite or the iteration does not end.
  public func singularValues() throws(LinearAlgebraError) -> Tensor {
    let a = self
    let plain = try stoppingGradient.decomposed(withVectors: isRecorded)
    guard isRecorded else { return plain.values }
    return plain.values.recorded { g, back in
      precondition(
        !a.isRecorded, "singular values: has no second gradient; take eigenvalues of AᵀA")
      back.add(to: a) { (plain.u.matrices * Self.row(g)).matmul(plain.vh.matrices) }
    }
  }

  private static func row(_ x: Tensor) -> Tensor {
    x.reshaped(x.shape.lengths.dropLast() + [1, x.shape[-1]])
  }
  private static func column(_ x: Tensor) -> Tensor { x.reshaped(x.shape.lengths + [1]) }

  private static func symmetrized(_ x: Tensor) -> Tensor { (x + x.transposed()) * 0.5 }

  private static func lowerMask(_ n: Int, diagonal: Scalar) -> Tensor {
    Tensor(shape: [n, n]) { out in
      for row in 0..<n {
        for column in 0..<n {
          (out + row * n + column).initialize(
            to: row == column ? diagonal : row > column ? 1 : 0)
        }
      }
    }
  }
}

extension Tensor {
  /// The lower triangular L of A = L Lᴴ for Hermitian positive definite A; it records no gradient.
  ///
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(operation:matrix:order:)``.
  public func cholesky<R: ScienceScalar>() throws(LinearAlgebraError) -> Tensor
  where Scalar == Complex<R> {
    requireUnrecorded(for: "cholesky")
    return try choleskyFactor()
  }

  /// Real eigenvalues, ascending, and orthonormal eigenvectors of Hermitian matrices, of which the
  /// lower triangle is read; it records no gradient.
  ///
  /// - Throws: ``LinearAlgebraError`` where a matrix is not finite or the iteration does not end.
  public func hermitianEigen<R: ScienceScalar>() throws(LinearAlgebraError)
    -> EigenDecomposition<R, Scalar> where Scalar == Complex<R>
  {
    requireUnrecorded(for: "Hermitian eigen")
    return try hermitianEigen(for: "Hermitian eigen")
  }

  /// The singular values of complex matrices, descending; it records no gradient.
  ///
  /// - Throws: ``LinearAlgebraError`` where a matrix is not finite or the iteration does not end.
  public func singularValues<R: ScienceScalar>() throws(LinearAlgebraError) -> Tensor<R>
  where Scalar == Complex<R> {
    requireUnrecorded(for: "singular values")
    return try decomposed(withVectors: false).values
  }
}
