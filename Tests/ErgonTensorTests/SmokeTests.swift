import ErgonTensor
import Testing

@Suite("The first things anyone does with an array")
struct SmokeTests {
  @Test("a gradient of a gradient of x³ is 6x")
  func secondOrder() {
    let x = Tensor<Double>([1, -2, 3])
    let second = gradient(at: x) { x in
      gradient(at: x) { ($0 * $0 * $0).sum() }.sum()
    }
    #expect(second.values == [6, -12, 18])
  }

  @Test("a broadcast sum passes its gradient to both shapes")
  func broadcast() {
    let a = Tensor<Float>([[1, 2, 3], [4, 5, 6]])
    let b = Tensor<Float>([10, 20, 30])
    let (value, gradients) = valueAndGradient(at: [a, b]) { p in (p[0] * p[1]).sum() }
    #expect(value.scalar == 10 + 40 + 90 + 40 + 100 + 180)
    #expect(gradients[0].values == [10, 20, 30, 10, 20, 30])
    #expect(gradients[1].values == [5, 7, 9])
  }
}
