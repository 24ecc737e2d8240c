/// What can stand in the way of a factorisation, each as "what: where: what to do".
///
/// `matrix` counts the matrices of the leading axes in row-major order, from 0.
public enum LinearAlgebraError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The factor's diagonal is exactly zero at `row`, counted from 0.
  case singular(operation: String, matrix: Int, row: Int)
  /// The leading minor of this order is not positive.
  case notPositiveDefinite(operation: String, matrix: Int, order: Int)
  case notConverged(operation: String, matrix: Int)
  /// An element is infinite or not a number.
  case notFinite(operation: String, matrix: Int)

  public var description: String {
    switch self {
    case .singular(let operation, let matrix, let row):
      "singular matrix: \(operation), matrix \(matrix), row \(row): "
        + "use leastSquares, or add to the diagonal"
    case .notPositiveDefinite(let operation, let matrix, let order):
      "not positive definite: \(operation), matrix \(matrix), leading minor \(order): "
        + "add to the diagonal, or use an eigendecomposition"
    case .notConverged(let operation, let matrix):
      "did not converge: \(operation), matrix \(matrix): scale the matrix, or use Double"
    case .notFinite(let operation, let matrix):
      "not finite: \(operation), matrix \(matrix): look for NaN and infinity in its elements"
    }
  }
}
