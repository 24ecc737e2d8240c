import ErgonTensor
import Testing

@testable import ErgonLM

@Suite struct TernaryMatrixTests {
  @Test(
    arguments: TernaryMatrix.Layout.allCases, [(1, 1), (3, 5), (64, 64), (65, 100), (130, 321)])
  func `every layout keeps the trits and gives the integers of the definition`(
    layout: TernaryMatrix.Layout, size: (rows: Int, columns: Int)
  ) {
    var random = RandomStream(seed: UInt64(size.rows * 1000 + size.columns))
    let trits = (0..<size.rows * size.columns).map { _ in Int8.random(in: -1...1, using: &random) }
    let codes = (0..<3 * size.columns).map { _ in Int8.random(in: -128...127, using: &random) }
    let matrix = TernaryMatrix(
      trits: trits, rows: size.rows, columns: size.columns, scale: 1, layout: layout)
    #expect(matrix.trits == trits)
    #expect(
      matrix.product(codes: codes)
        == TernaryMatrix.plainProduct(
          trits: trits, rows: size.rows, columns: size.columns, codes: codes))
  }

  @Test func `a product of numbers is that of their 8-bit codes, scaled`() {
    let matrix = TernaryMatrix(trits: [1, 0, -1, 1, 1, 1], rows: 2, columns: 3, scale: 0.5)
    // Factors 127 / 4 and 127 / 1: codes 127, 64, -32 and 127, 0, 127.
    let y = matrix.multiply([4, 2, -1, 1, 0, 1])
    let scales: [Float] = [0.5 / (127 / 4), 0.5 / 127]
    let expected = [
      (127 + 32) * scales[0], (127 + 64 - 32) * scales[0],
      (127 - 127) * scales[1], (127 + 127) * scales[1],
    ]
    #expect(zip(y, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}
