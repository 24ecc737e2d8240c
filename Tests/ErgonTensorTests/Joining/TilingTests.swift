import ErgonTensor
import Testing

@Suite("Tiling, padding, diagonals and windows")
struct TilingTests {
  let x = Tensor<Int32>([[1, 2, 3], [4, 5, 6]])

  @Test("arrays and elements are repeated")
  func repeating() {
    #expect(x.tiled(2, 1).values == [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
    #expect(x.tiled(1, 2).values == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
    #expect(x.tiled(3, 1, 1).shape == [3, 2, 3])
    #expect(x.repeated(2, axis: 1).values == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6])
    #expect(x.repeated(2, axis: 0).values == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
    #expect(x.repeated(0, axis: 0).shape == [0, 3])
    #expect(x.rolled(by: 1, axis: 1).values == [3, 1, 2, 6, 4, 5])
    #expect(x.rolled(by: -4, axis: 1).values == [2, 3, 1, 5, 6, 4])
  }

  @Test("padding of each kind")
  func padding() {
    let widths = [(before: 0, after: 1), (before: 1, after: 0)]
    #expect(x.padded(widths).values == [0, 1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0])
    #expect(x.padded(widths, with: .constant(9)).values == [9, 1, 2, 3, 9, 4, 5, 6, 9, 9, 9, 9])
    let row = [(before: 0, after: 0), (before: 2, after: 2)]
    #expect(x.padded(row, with: .reflect)[0].values == [3, 2, 1, 2, 3, 2, 1])
    #expect(x.padded(row, with: .edge)[0].values == [1, 1, 1, 2, 3, 3, 3])
    #expect(x.padded(row, with: .circular)[0].values == [2, 3, 1, 2, 3, 1, 2])
  }

  @Test("diagonals and triangles, beside the middle too")
  func diagonals() {
    #expect(x.diagonal().values == [1, 5])
    #expect(x.diagonal(offset: 1).values == [2, 6])
    #expect(x.diagonal(offset: -1).values == [4])
    #expect(x.diagonal(offset: 5).count == 0)
    #expect(x.transposed().diagonal(offset: -1).values == [2, 6])
    #expect(Tensor<Int32>([7, 8]).diagonalMatrix().values == [7, 0, 0, 8])
    #expect(x.diagonalMatrix().shape == [2, 3, 3])
    #expect(x.lowerTriangle().values == [1, 0, 0, 4, 5, 0])
    #expect(x.upperTriangle(offset: 1).values == [0, 2, 3, 0, 0, 6])
    #expect(x.lowerTriangle(offset: -1).values == [0, 0, 0, 4, 0, 0])
  }

  @Test("windows slide")
  func windows() {
    let y = Tensor<Int32>.arange(5).windows(length: 3, axis: 0)
    #expect(y == Tensor([[0, 1, 2], [1, 2, 3], [2, 3, 4]]))
    #expect(x.windows(length: 2, step: 2, axis: 1).shape == [2, 1, 2])
    #expect(x.windows(length: 2, axis: 0).shape == [1, 3, 2])
  }

  @Test("gradients meet central differences, to second order")
  func gradients() {
    let x = [samples([3, 4])]
    let widths = [(before: 1, after: 2), (before: 0, after: 2)]
    expectGradient(at: x, order: 2) { $0[0].tiled(2, 3).squared() }
    expectGradient(at: x, order: 2) { $0[0].repeated(2, axis: 0).squared() }
    expectGradient(at: x, order: 2) { $0[0].rolled(by: 3, axis: 1).squared() }
    expectGradient(at: x, order: 2) { $0[0].padded(widths, with: .constant(2)).squared() }
    expectGradient(at: x, order: 2) { $0[0].padded(widths, with: .reflect).squared() }
    expectGradient(at: x, order: 2) { $0[0].padded(widths, with: .edge).squared() }
    expectGradient(at: x, order: 2) { $0[0].padded(widths, with: .circular).squared() }
    expectGradient(at: x, order: 2) { $0[0].diagonal(offset: 1).squared() }
    expectGradient(at: x, order: 2) { $0[0].diagonalMatrix().squared() }
    expectGradient(at: x, order: 2) { $0[0].lowerTriangle().squared() }
    expectGradient(at: x, order: 2) { $0[0].windows(length: 3, axis: 1).squared() }
  }
}
