import ErgonTensor
import Testing

@Suite("Comparisons and masks")
struct MaskTests {
  @Test("comparisons meet their definition and broadcast")
  func comparisons() {
    let a = Tensor<Int32>([[1, 2, 3], [3, 2, 1]])
    let b = Tensor<Int32>([2, 2, 2])
    #expect((a .== b).values == [false, true, false, false, true, false])
    #expect((a .!= b).values == [true, false, true, true, false, true])
    #expect((a .< b).values == [true, false, false, false, false, true])
    #expect((a .<= 2).values == [true, true, false, false, true, true])
    #expect((a .> 2).values == [false, false, true, true, false, false])
    #expect((a.transposed() .>= 3).values == [false, true, false, false, true, false])
  }

  @Test("masks combine and reduce")
  func masks() {
    let a = Tensor([[true, false, true], [false, false, true]])
    let b = Tensor([true, true, false])
    #expect((a .& b).values == [true, false, false, false, false, false])
    #expect((a .| b).values == [true, true, true, true, true, true])
    #expect((a .^ b).values == [false, true, true, true, true, true])
    #expect((.!a).values == [false, true, false, true, true, false])
    #expect(!a.all() && a.any() && a.trueCount() == 3)
    #expect(a.all(axes: [0]).values == [false, false, true])
    #expect(a.any(axes: [1], keepingAxes: true).shape == [2, 1])
    #expect(a.trueCount(axes: [1]).values == [2, 1])
    let empty = Tensor<Bool>([])
    #expect(empty.all() && !empty.any())
  }

  @Test("not-a-number and infinity are found")
  func special() {
    let x = Tensor<Float>([1, .nan, .infinity, -.infinity])
    #expect(x.isNaN.values == [false, true, false, false])
    #expect(x.isFinite.values == [true, false, false, false])
    #expect(!x.allFinite && Tensor<Float>([1]).allFinite)
  }

  @Test("selection broadcasts all three and passes gradients to what was chosen")
  func selection() {
    let mask = Tensor([[true], [false]])
    let a = Tensor<Double>([1, 2, 3])
    #expect(Tensor.select(mask, a, Tensor(9)).values == [1, 2, 3, 9, 9, 9])
    #expect(a.replacing(with: 0, where: a .> 1).values == [1, 0, 0])
    expectGradient(at: [samples([3]), samples([2, 3], seed: 3)], order: 2) {
      Tensor.select(mask, $0[0] * $0[0], $0[1] * $0[0])
    }
    #expect(Tensor.select(mask, Tensor([true]), Tensor([false])).values == [true, false])
  }
}
