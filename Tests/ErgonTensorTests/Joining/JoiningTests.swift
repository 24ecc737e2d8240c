import ErgonTensor
import Testing

@Suite("Joining, splitting and making")
struct JoiningTests {
  @Test("concatenation along each axis, of views too")
  func concatenation() {
    let a = Tensor<Int32>([[1, 2], [3, 4]])
    let b = Tensor<Int32>([[5, 6]])
    #expect(Tensor.concatenated([a, b]).values == [1, 2, 3, 4, 5, 6])
    #expect(
      Tensor.concatenated([a.transposed(), a[.all, 1...]], axis: -1).values == [1, 3, 2, 2, 4, 4])
    #expect(Tensor.stacked([a, a * 10], axis: -1).values == [1, 10, 2, 20, 3, 30, 4, 40])
    #expect(Tensor.stacked([a, a]).shape == [2, 2, 2])
    #expect(Tensor.concatenated([Tensor([true]), Tensor([false])]).values == [true, false])
  }

  @Test("splitting undoes it")
  func splitting() {
    let x = Tensor<Int32>.arange(12).reshaped(2, 6)
    let parts = x.split(3, axis: 1)
    #expect(parts.map(\.shape) == [[2, 2], [2, 2], [2, 2]])
    #expect(Tensor.concatenated(parts, axis: 1).values == x.values)
    #expect(x.split(lengths: [1, 0, 5], axis: -1).map(\.shape) == [[2, 1], [2, 0], [2, 5]])
    #expect(x.chunked(length: 4, axis: 1).map(\.shape) == [[2, 4], [2, 2]])
  }

  @Test("gradients meet central differences")
  func gradients() {
    let p = [samples([2, 3]), samples([2, 1], seed: 4)]
    expectGradient(at: p, order: 2) {
      Tensor.concatenated([$0[0], $0[1], $0[0]], axis: 1).squared()
    }
    expectGradient(at: p, order: 2) {
      Tensor.stacked($0[0].split(3, axis: 1) + [$0[1]], axis: 1).squared()
    }
  }

  @Test("arrays are made of nothing")
  func making() {
    #expect(Tensor<Float>.zeros([2, 1]).values == [0, 0])
    #expect(Tensor<UInt8>.ones(like: Tensor([4, 5])).values == [1, 1])
    #expect(Tensor<Float>.identity(2, columns: 3).values == [1, 0, 0, 0, 1, 0])
    #expect(Tensor<Int32>.arange(0, 10, step: 3).values == [0, 3, 6, 9])
    #expect(Tensor<Float>.arange(1, 0, step: -0.25).values == [1, 0.75, 0.5, 0.25])
    #expect(Tensor<Double>.arange(3).values == [0, 1, 2])
    #expect(Tensor<Int32>.arange(3, 3).count == 0)
    #expect(Tensor<Double>.linspace(0, 1, count: 5).values == [0, 0.25, 0.5, 0.75, 1])
    #expect(Tensor<Double>.linspace(2, 9, count: 1).values == [2])
    let grid = Tensor<Float>.grid([Tensor([1, 2]), Tensor([3, 4, 5])])
    #expect(grid[0].values == [1, 1, 1, 2, 2, 2] && grid[1].values == [3, 4, 5, 3, 4, 5])
  }
}
