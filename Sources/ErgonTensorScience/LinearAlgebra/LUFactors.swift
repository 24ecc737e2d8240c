import ErgonTensor

/// Matrices as P L U, in the packed form that solves equations.
struct LUFactors<S: MatrixScalar>: Sendable {
  let factors: ColumnMajor<S>
  /// Row exchanges, `order` a matrix, counted from 1.
  let pivots: [Int32]
  /// For each matrix the first row whose diagonal element is zero, or nil.
  let singularRows: [Int?]

  init(_ matrices: Tensor<S>, for operation: StaticString) {
    var factors = ColumnMajor(matrices, for: operation)
    let (rows, columns, order, count) = (
      factors.rows, factors.columns, factors.order, factors.count
    )
    var pivots = [Int32](repeating: 0, count: count * order)
    var singularRows = [Int?](repeating: nil, count: count)
    factors.withMatrices { start in
      pivots.withUnsafeMutableBufferPointer { pivots in
        guard let first = pivots.baseAddress else { return }
        for matrix in 0..<count {
          let info = S._lapack.lu(
            Int32(rows), Int32(columns), start + matrix * rows * columns, first + matrix * order)
          if info > 0 { singularRows[matrix] = Int(info) - 1 }
        }
      }
    }
    self.factors = factors
    self.pivots = pivots
    self.singularRows = singularRows
  }

  func checkRegular(for operation: String) throws(LinearAlgebraError) {
    for (matrix, row) in singularRows.enumerated() {
      if let row { throw .singular(operation: operation, matrix: matrix, row: row) }
    }
  }

  /// The solution of op(A) X = B for `[batch..., n, k]`.
  func solve(_ right: Tensor<S>, transposed: Bool) -> Tensor<S> {
    var solution = ColumnMajor(right, for: "solve")
    let (n, columns, count) = (factors.rows, solution.columns, solution.count)
    factors.withMatrices { a in
      solution.withMatrices { b in
        pivots.withUnsafeBufferPointer { pivots in
          for matrix in 0..<count {
            _ = S._lapack.solve(
              transposed, Int32(n), Int32(columns), a + matrix * n * n,
              pivots.baseAddress! + matrix * n, b + matrix * n * columns)
          }
        }
      }
    }
    return solution.matrices
  }

  /// For each matrix the factors of its determinant, and whether the row exchanges turn the sign.
  func diagonals() -> [(elements: [S], isNegative: Bool)] {
    let n = factors.rows
    var result: [(elements: [S], isNegative: Bool)] = []
    for matrix in 0..<factors.count {
      var elements: [S] = []
      factors.withMatrices { start in
        elements = (0..<n).map { start[(matrix * n + $0) * n + $0] }
      }
      let exchanges = (0..<n).count { Int(pivots[matrix * n + $0]) != $0 + 1 }
      result.append((elements, exchanges % 2 == 1))
    }
    return result
  }
}
