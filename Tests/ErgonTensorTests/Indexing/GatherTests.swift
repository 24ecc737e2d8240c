import ErgonTensor
import Testing

@Suite("Gathering and scattering")
struct GatherTests {
  @Test("positions name parts of an axis, in any shape")
  func gathering() {
    let x = Tensor<Int32>.arange(12).reshaped(3, 4)
    #expect(x.gathering(Tensor([2, 0])).values == [8, 9, 10, 11, 0, 1, 2, 3])
    #expect(x.gathering(Tensor([3, 3, 0]), axis: -1).values == [3, 3, 0, 7, 7, 4, 11, 11, 8])
    let indices = Tensor<Int32>([[1, 2], [0, 0]])
    #expect(x.gathering(indices).shape == [2, 2, 4])
    #expect(x.transposed().gathering(Tensor(1), axis: 0).values == [1, 5, 9])
    #expect(x.gathering(Tensor<Int32>([])).shape == [0, 4])
  }

  @Test("scattering adds up what meets")
  func scattering() {
    let x = Tensor<Float>([[1, 2], [3, 4], [5, 6]])
    let sums = Tensor<Float>.zeros([2, 2]).scatterAdding(x, at: Tensor([1, 0, 1]))
    #expect(sums.values == [3, 4, 6, 8])
    let start = Tensor<Float>.ones([3, 4])
    #expect(
      start.scatterAdding(x, at: Tensor([0, 0]), axis: 1).values
        == [4, 1, 1, 1, 8, 1, 1, 1, 12, 1, 1, 1])
    #expect(start.values.allSatisfy { $0 == 1 })
  }

  @Test("elements are taken and put along an axis")
  func along() {
    let x = Tensor<Float>([[1, 2, 3], [4, 5, 6]])
    let places = Tensor<Int32>([[2, 0], [1, 1]])
    #expect(x.takingAlong(axis: 1, places).values == [3, 1, 5, 5])
    #expect(x.takingAlong(axis: 0, Tensor([[1, 0, 1]])).values == [4, 2, 6])
    #expect(
      Tensor<Float>.zeros([2, 3]).puttingAlong(axis: 1, places, adding: x[.all, ..<2]).values
        == [2, 0, 1, 0, 9, 0])
  }

  @Test("masks pick elements and rows")
  func masks() {
    let x = Tensor<Double>([[1, -2, 3], [-4, 5, -6]])
    #expect(x[x .> 0].values == [1, 3, 5])
    #expect(x[Tensor([false, true])].values == [-4, 5, -6])
    #expect((x .> 0).positions == Tensor<Int32>([[0, 0], [0, 2], [1, 1]]))
    #expect(x[x .> 9].count == 0)
  }

  @Test("gradients meet central differences, to second order")
  func gradients() {
    let x = samples([3, 4])
    let rows = Tensor<Int32>([2, 0, 2])
    expectGradient(at: [x], order: 2) { $0[0].gathering(rows).squared() }
    expectGradient(at: [x], order: 2) { $0[0].gathering(rows, axis: 1).squared() }
    expectGradient(at: [x, samples([3, 4], seed: 2)], order: 2) {
      $0[0].scatterAdding($0[1], at: rows).squared()
    }
    let places = Tensor<Int32>([[3, 0], [1, 1], [2, 3]])
    expectGradient(at: [x], order: 2) { $0[0].takingAlong(axis: 1, places).squared() }
    expectGradient(at: [x, samples([3, 2], seed: 2)], order: 2) {
      $0[0].puttingAlong(axis: 1, places, adding: $0[1]).squared()
    }
    expectGradient(at: [x], order: 2) { $0[0][x .> 0].squared() }
  }

  @Test("classes become rows with a one")
  func oneHot() {
    #expect(Tensor<Float>.oneHot(Tensor([2, 0]), count: 3).values == [0, 0, 1, 1, 0, 0])
    #expect(Tensor<Int32>.oneHot(Tensor([[1], [0]]), count: 2).shape == [2, 1, 2])
  }

  @Test("a position outside is refused", arguments: [-1, 3, .max, .min])
  func outside(_ position: Int32) async {
    await #expect(processExitsWith: .failure) { [position] in
      _ = Tensor<Float>.zeros([3]).gathering(Tensor([0, position]))
    }
  }
}
