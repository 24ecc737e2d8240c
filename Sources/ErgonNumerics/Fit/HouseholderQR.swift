/// The orthogonal factorisation of a tall matrix given by its columns.
struct HouseholderQR {
  /// Reflection vectors from the diagonal down, R above it.
  private var columns: [[Double]]
  private var diagonal: [Double]

  /// `nil` when a column is, to rounding, a mixture of the ones before it.
  init?(_ matrix: [[Double]]) {
    columns = matrix
    diagonal = []
    for k in columns.indices {
      let before = Self.norm(matrix[k], from: 0)
      let norm = Self.norm(columns[k], from: k)
      guard norm > before * 1e-12, norm > 0 else { return nil }
      // The sign that avoids a difference of nearly equal numbers.
      let alpha = columns[k][k] > 0 ? -norm : norm
      columns[k][k] -= alpha
      diagonal.append(alpha)
      let vector = columns[k]
      for j in (k + 1)..<max(k + 1, columns.count) {
        Self.reflect(&columns[j], by: vector, from: k)
      }
    }
  }

  /// The least-squares solution and the sum of squares it leaves.
  mutating func solve(_ y: [Double]) -> (solution: [Double], residual: Double) {
    var rotated = y
    for k in columns.indices { Self.reflect(&rotated, by: columns[k], from: k) }
    let p = columns.count
    let left = Self.norm(rotated, from: p)
    return (backSubstitute(Array(rotated.prefix(p))), left * left)
  }

  /// (AᵀA)⁻¹ = R⁻¹R⁻ᵀ.
  func inverseGram() -> [[Double]] {
    let p = columns.count
    let inverse = (0..<p).map { k in  // column k of R⁻¹
      backSubstitute((0..<p).map { $0 == k ? 1 : 0 })
    }
    return (0..<p).map { i in
      (0..<p).map { j in inverse.reduce(0) { $0 + $1[i] * $1[j] } }
    }
  }

  private func backSubstitute(_ right: [Double]) -> [Double] {
    var x = right
    for k in stride(from: x.count - 1, through: 0, by: -1) {
      for j in (k + 1)..<max(k + 1, x.count) { x[k] -= columns[j][k] * x[j] }
      x[k] /= diagonal[k]
    }
    return x
  }

  private static func reflect(_ x: inout [Double], by vector: [Double], from start: Int) {
    var (dot, square) = (0.0, 0.0)
    for i in start..<vector.count {
      dot += vector[i] * x[i]
      square += vector[i] * vector[i]
    }
    let factor = 2 * dot / square
    for i in start..<vector.count { x[i] -= factor * vector[i] }
  }

  private static func norm(_ x: [Double], from start: Int) -> Double {
    // Scaled, so that squares neither overflow nor vanish.
    let largest = x[start...].reduce(0) { max($0, abs($1)) }
    guard largest > 0 else { return 0 }
    return largest
      * x[start...].reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
  }
}
