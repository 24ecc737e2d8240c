import ErgonTensor

/// Matrices laid out column after column, as LAPACK reads them.
struct ColumnMajor<S: MatrixScalar> {
  let batch: [Int]
  let rows: Int
  let columns: Int
  /// `[batch..., columns, rows]`, contiguous.
  private var storage: Tensor<S>

  /// A copy of `[batch..., rows, columns]`.
  init(_ matrices: Tensor<S>, for operation: StaticString) {
    precondition(
      matrices.rank >= 2, "\(operation): \(matrices.shape) has no rows and columns")
    let lengths = matrices.shape.lengths
    batch = Array(lengths.dropLast(2))
    rows = lengths[lengths.count - 2]
    columns = lengths[lengths.count - 1]
    precondition(
      rows <= Int32.max && columns <= Int32.max,
      "\(operation): \(matrices.shape) is more than LAPACK counts")
    storage = matrices.stoppingGradient.transposed().contiguous()
  }

  init(batch: [Int], rows: Int, columns: Int) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    storage = Tensor(repeating: 0, shape: Shape(batch + [columns, rows]))
  }

  /// How many matrices there are.
  var count: Int { batch.reduce(1, *) }
  /// The smaller of rows and columns.
  var order: Int { min(rows, columns) }
  /// A view of `[batch..., rows, columns]`.
  var matrices: Tensor<S> { storage.transposed() }

  /// Changes the elements; matrix `i` begins at `i * rows * columns`.
  mutating func withMatrices<E>(
    _ body: (UnsafeMutablePointer<S>) throws(E) -> Void
  ) throws(E) {
    try storage.withMutableElements { elements throws(E) in
      if let start = elements.baseAddress { try body(start) }
    }
  }

  func withMatrices<E>(_ body: (UnsafePointer<S>) throws(E) -> Void) throws(E) {
    try storage.withElements { elements throws(E) in
      if let start = elements.baseAddress { try body(start) }
    }
  }

  /// Refuses what an iteration would not end on.
  func checkFinite(for operation: String) throws(LinearAlgebraError) {
    let size = max(rows * columns, 1)
    try withMatrices { start throws(LinearAlgebraError) in
      for place in 0..<count * rows * columns where !start[place].isFinite {
        throw .notFinite(operation: operation, matrix: place / size)
      }
    }
  }

  /// The first `count` columns of each matrix.
  func firstColumns(_ kept: Int) -> ColumnMajor {
    corner(rows: rows, columns: kept)
  }

  /// The first rows and columns of each matrix.
  func corner(rows keptRows: Int, columns keptColumns: Int) -> ColumnMajor {
    if keptRows == rows, keptColumns == columns { return self }
    var result = ColumnMajor(batch: batch, rows: keptRows, columns: keptColumns)
    let (rows, columns, count) = (rows, columns, count)
    withMatrices { from in
      result.withMatrices { to in
        for matrix in 0..<count {
          for column in 0..<keptColumns {
            let target = to + (matrix * keptColumns + column) * keptRows
            let source = from + (matrix * columns + column) * rows
            target.update(from: source, count: keptRows)
          }
        }
      }
    }
    return result
  }

  /// Each matrix with one triangle, its diagonal included, and zeros beside it.
  mutating func keepTriangle(lower: Bool, unit: Bool = false) {
    let (rows, columns, count) = (rows, columns, count)
    withMatrices { start in
      for matrix in 0..<count {
        S._lapack.keep_triangle(
          lower, unit, Int32(rows), Int32(columns), start + matrix * rows * columns)
      }
    }
  }
}

extension Tensor {
  /// Says that an operation passes no gradient on, rather than losing one in silence.
  func requireUnrecorded(for operation: StaticString) {
    precondition(
      !isRecorded, "\(operation): has no gradient; use stoppingGradient to treat it as a constant")
  }
}
