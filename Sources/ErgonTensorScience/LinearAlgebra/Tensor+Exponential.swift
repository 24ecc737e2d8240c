public import ErgonTensor

extension Tensor where Scalar: ScienceScalar {
  /// The matrix exponential I + A + A²/2! + …, in operations that record their gradients.
  ///
  /// - Throws: ``LinearAlgebraError/notFinite(operation:matrix:)`` where an element is not finite.
  /// - Cost: six products and a solution a matrix, and a product for each halving of a large one.
  /// - Reference: N. J. Higham, The scaling and squaring method for the matrix exponential
  ///   revisited, 2005: the approximant of order 13.
  public func exponential() throws(LinearAlgebraError) -> Tensor {
    let identity = identities(for: "exponential")
    let columns = ColumnMajor(self, for: "exponential")
    try columns.checkFinite(for: "exponential")
    // Up to this norm the approximant is right to the last place of a Double.
    let excess = columns.largestNorm() / 5.371920351148152
    let halvings = excess > 1 ? Int(excess.exponent) + 1 : 0
    let x = self * Scalar(sign: .plus, exponent: Scalar.Exponent(-halvings), significand: 1)
    let b = Self.coefficients
    let x2 = x.matmul(x)
    let x4 = x2.matmul(x2)
    let x6 = x4.matmul(x2)
    let odd = x.matmul(
      x6.matmul(x6 * b[13] + x4 * b[11] + x2 * b[9]) + x6 * b[7] + x4 * b[5] + x2 * b[3]
        + identity * b[1])
    let even =
      x6.matmul(x6 * b[12] + x4 * b[10] + x2 * b[8]) + x6 * b[6] + x4 * b[4] + x2 * b[2]
      + identity * b[0]
    var result = try (even - odd).solve(even + odd)
    for _ in 0..<halvings { result = result.matmul(result) }
    return result
  }

  private static var coefficients: [Scalar] {
    // b[k] = 13! (26 - k)! / (26! k! (13 - k)!), from the last one back.
    var b = [Double](repeating: 1, count: 14)
    for k in stride(from: 12, through: 0, by: -1) {
      b[k] = b[k + 1] * Double((k + 1) * (26 - k)) / Double(13 - k)
    }
    // Scaled so that the first is 1, which the quotient does not see.
    return b.map { Scalar($0 / b[0]) }
  }
}

extension ColumnMajor where S: ScienceScalar {
  /// The largest sum of absolute values of a column.
  fileprivate func largestNorm() -> Double {
    var largest = 0.0
    withMatrices { start in
      for column in 0..<count * columns {
        var sum = 0.0
        for row in 0..<rows { sum += Double(abs(start[column * rows + row])) }
        largest = max(largest, sum)
      }
    }
    return largest
  }
}
