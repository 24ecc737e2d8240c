import ErgonTensor
import RealModule
import Testing

@Suite("Softmax")
struct SoftmaxTests {
  static let shapes: [Shape] = [[1], [7], [3, 1], [4, 5], [2, 3, 17], [0, 3]]

  @Test("is positive, sums to 1 and knows only differences", arguments: shapes)
  func invariants(_ shape: Shape) {
    let x = Samples.double(shape)
    let y = x.softmax()
    #expect(y.values.allSatisfy { $0 > 0 })
    for sum in y.sum(axes: [-1]).values { #expect(abs(sum - 1) < 1e-14) }
    for (a, b) in zip(y.values, (x + 1000).softmax().values) { #expect(abs(a - b) < 1e-12) }
    for (a, b) in zip(y.values, x.logSoftmax().exp().values) { #expect(abs(a - b) < 1e-14) }
  }

  @Test("is exp over its sum, along any axis", arguments: [0, 1, 2, -1])
  func axes(_ axis: Int) {
    let x = Samples.double([3, 4, 5])
    let exponentials = (x * 0.5).exp()
    let due = exponentials / exponentials.sum(axes: [axis], keepingAxes: true)
    let y = x.softmax(axis: axis, scale: 0.5)
    for (a, b) in zip(y.values, due.values) { #expect(abs(a - b) < 1e-14) }
  }

  @Test("has exact gradients of first and second order", arguments: shapes)
  func gradients(_ shape: Shape) {
    let x = Samples.double(shape)
    let softmax = gradCheck(at: [x], secondOrder: true) { $0[0].softmax(scale: 1.5).squared() }
    #expect(softmax.passed, "\(softmax)")
    let logarithm = gradCheck(at: [x], secondOrder: true) { $0[0].logSoftmax().squared() }
    #expect(logarithm.passed, "\(logarithm)")
    guard shape.rank > 1 else { return }
    let first = gradCheck(at: [x], secondOrder: true) { $0[0].softmax(axis: 0).squared() }
    #expect(first.passed, "\(first)")
  }

  @Test("does not overflow")
  func extremes() {
    let x = Tensor<Float>([1e30, -1e30, 1e30])
    #expect(x.softmax().values == [0.5, 0, 0.5])
    #expect(x.logSoftmax().values[0] == -Float.log(2))
  }
}
