import ErgonTensor
import Testing

@Suite("Subscripts")
struct SubscriptTests {
  let x = Tensor<Int32>.arange(24).reshaped(2, 3, 4)

  @Test("positions, ranges, steps and new axes name parts")
  func reading() {
    #expect(x[1].shape == [3, 4] && x[1].values == Array(12..<24))
    #expect(x[-1, 0].values == [12, 13, 14, 15])
    #expect(x[1, 2, 3].scalar == 23)
    #expect(x[.all, 1, 2].values == [6, 18])
    #expect(x[.ellipsis, -1].values == [3, 7, 11, 15, 19, 23])
    #expect(x[0, 1..., 2..<4].values == [6, 7, 10, 11])
    #expect(x[0, ..<1, ...1].values == [0, 1])
    #expect(x[0, 0, 1...2].values == [1, 2])
    #expect(x[0, 0, (-3)...(-1)].values == [1, 2, 3])
    #expect(x[0, 0, .every(2)].values == [0, 2])
    #expect(x[0, 0, .every(-1)].values == [3, 2, 1, 0])
    #expect(x[0, 0, .every(-3)].values == [3, 0])
    #expect(x[0, 0, .slice(from: -1, to: 0, by: -2)].values == [3, 1])
    #expect(x[0, 0, .slice(to: -1)].values == [0, 1, 2])
    #expect(x[.newAxis, 0, .newAxis, .ellipsis].shape == [1, 1, 3, 4])
    #expect(x[.ellipsis].shape == x.shape)
    #expect(x[0, 0, 4...].shape == [0])
    #expect(x[1..<2].shape == [1, 3, 4])
    #expect(x.slice(axis: 1, from: 1, to: 3).shape == [2, 2, 4])
    #expect(x.flipped(axes: [0, 2])[0, 0].values == [15, 14, 13, 12])
  }

  @Test("assignment changes this value alone")
  func assignment() {
    var y = x
    y[0] = Tensor([1, 2, 3, 4])
    #expect(y[0].values == [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4])
    y[1, 1..., 0] = 0
    #expect(y[1].values == [12, 13, 14, 15, 0, 17, 18, 19, 0, 21, 22, 23])
    y[.ellipsis, .every(-2)] = Tensor([[7], [8], [9]])
    #expect(y[1].values == [12, 7, 14, 7, 0, 8, 18, 8, 0, 9, 22, 9])
    y[0, 0, 0] += 5
    #expect(y[0, 0, 0].scalar == 6)
    y[1] *= 2
    #expect(y[1, 0].values == [24, 14, 28, 14])
    #expect(x.values == Array(0..<24))
    var view = x.transposed(0, 2)
    view[0, 0, 0] = 100
    #expect(view.shape == [4, 3, 2] && view[0, 0, 0].scalar == 100 && x[0, 0, 0].scalar == 0)
  }

  @Test("a view shares its memory")
  func views() {
    let big = Tensor<Float>.zeros([1000, 8])
    let start = big.withElements { $0.baseAddress! }
    #expect(big[10].withElements { $0.baseAddress! } == start + 80)
    #expect(big[5..<10].isContiguous)
    #expect(!big[.all, 0].isContiguous)
  }

  @Test("gradients of parts meet central differences, to second order")
  func gradients() {
    let x = [samples([3, 4, 2])]
    expectGradient(at: x, order: 2) { $0[0][1].squared() }
    expectGradient(at: x, order: 2) { $0[0][1..., .every(-1), 0].squared() }
    expectGradient(at: x, order: 2) { ($0[0][.newAxis, .ellipsis, 1] * $0[0][0, 0, 0]).squared() }
    expectGradient(at: x, order: 2) { $0[0].flipped().squared() }
    expectGradient(at: x, order: 2) { $0[0].slice(axis: 1, from: 1, by: 2).squared() }
    expectGradient(at: x, order: 2) { $0[0].expandingAxis(at: 1).squared() }
    expectGradient(at: x, order: 2) { $0[0][.all, 0...0].squeezed().squared() }
    expectGradient(at: x, order: 2) {
      $0[0].movingAxis(from: 0, to: 2).flattened(from: 1).squared()
    }
  }

  @Test("axes are added, removed and merged")
  func axes() {
    #expect(x.expandingAxis(at: -1).shape == [2, 3, 4, 1])
    #expect(x.expandingAxis(at: 0).shape == [1, 2, 3, 4])
    #expect(x.expandingAxis(at: 1).squeezed().shape == [2, 3, 4])
    #expect(x[0..<1, .all, 0..<1].squeezed(axes: [-1]).shape == [1, 3])
    #expect(x.flattened().shape == [24])
    #expect(x.flattened(from: 1).shape == [2, 12])
    #expect(x.flattened(from: 0, through: 1).shape == [6, 4])
    #expect(x.movingAxis(from: -1, to: 0).shape == [4, 2, 3])
    #expect(x[.all, 1].flattened().values == [4, 5, 6, 7, 16, 17, 18, 19])
  }

  @Test("what lies outside is refused")
  func outside() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>.zeros([2, 3])[2] }
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Float>.zeros([2, 3])[0, 1..<5]
    }
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>.zeros([2])[0, 0] }
    await #expect(processExitsWith: .failure) {
      _ = gradient(at: Tensor<Float>.zeros([2])) { x in
        var y = x
        y[0] = Tensor(1)
        return y.sum()
      }
    }
  }
}
