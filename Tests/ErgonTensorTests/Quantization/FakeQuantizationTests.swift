import ErgonTensor
import Testing

@Suite struct FakeQuantizationTests {
  @Test("halves of the mean become zero, more than half a trit: rounding is to even")
  func ties() {
    // The mean magnitude is 1, so that ±0.5 lies half-way.
    let w = Tensor<Float>([0.5, -0.5, 0.75, -2.25], shape: [2, 2])
    #expect(w.ternaryStraightThrough().values == [0, 0, 1, -1])
  }

  @Test("zeros stay zeros, and nothing becomes NaN of them")
  func zeros() {
    let zeros = Tensor<Float>(repeating: 0, shape: [3, 5])
    #expect(zeros.ternaryStraightThrough().values.allSatisfy { $0 == 0 })
    #expect(zeros.int8StraightThrough().values.allSatisfy { $0 == 0 })
  }

  @Test("a row is rounded to 127 steps of its greatest magnitude")
  func rows() {
    let x = Tensor<Float>([127, 0.5, 1.5, -63.4, 2, 0, 0, -1], shape: [2, 4])
    let y = x.int8StraightThrough().values
    #expect(Array(y[..<4]) == [127, 0, 2, -63])
    #expect(y[4] == 2 && y[7] == -64 / 63.5)
  }

  @Test("what is no number shows in all of its row, and in no other")
  func notFinite() {
    let x = Tensor<Float>([1, .nan, 3, 4, 1, .infinity], shape: [3, 2])
    let y = x.int8StraightThrough().values
    #expect(y[0].isNaN && y[1].isNaN && y[4].isNaN && y[5].isNaN)
    #expect(y[2] == 95 / (127 / Float(4)))
    #expect(y[3] == 4)
  }

  @Test("gradients pass both roundings as if they were not there, also beyond the mean")
  func straightThrough() {
    let w = Tensor<Float>([0.1, -3, 0.2, 0.4], shape: [2, 2])
    let x = Tensor<Float>([1, 2, -3, 4], shape: [2, 2])
    let g = gradient(at: [w, x]) { places in
      (places[1].int8StraightThrough().matmul(places[0].ternaryStraightThrough())).sum()
    }
    // dL/dw = x̂ᵀ 1, with the rounded input; dL/dx = 1 ŵᵀ, with the rounded weight.
    let (xq, wq) = (x.int8StraightThrough(), w.ternaryStraightThrough())
    let ones = Tensor<Float>(repeating: 1, shape: [2, 2])
    #expect(g[0] == xq.transposed().matmul(ones))
    #expect(g[1] == ones.matmul(wq.transposed()))
  }
}
