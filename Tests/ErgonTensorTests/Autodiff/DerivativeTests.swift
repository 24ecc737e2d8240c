import ErgonTensor
import Testing

@Suite("Jacobians, custom gradients and checkpoints")
struct DerivativeTests {
  let x = Samples.double([3])
  let w = Samples.double([3, 2], seed: 1)

  @Test("a Jacobian has the axes of the value, then those of the argument")
  func jacobians() {
    let linear = jacobian(at: x) { $0.matmul(w) }
    #expect(linear.shape == [2, 3])
    #expect(linear.values == w.transposed().values)
    let square = jacobian(at: Samples.double([2, 2])) { $0.squared() }
    #expect(square.shape == [2, 2, 2, 2])
    #expect(jacobian(at: x) { $0.sum() }.shape == [3])
  }

  @Test("a Hessian of a quadratic form is its symmetric matrix, and agrees with its products")
  func hessians() {
    let m = Samples.double([3, 3], seed: 2)
    let form = { (x: Tensor<Double>) in (x.matmul(m) * x).sum() }
    let h = hessian(at: x, form)
    let due = m + m.transposed()
    for (a, b) in zip(h.values, due.values) { #expect(abs(a - b) < 1e-14) }
    let v = Samples.double([3], seed: 3)
    let product = hessianVectorProduct(at: x, vector: v) { $0.squared().squared().sum() }
    for (i, value) in product.values.enumerated() {
      #expect(abs(value - 12 * x.values[i] * x.values[i] * v.values[i]) < 1e-12)
    }
  }

  @Test("a Jacobian can be differentiated")
  func jacobianGradient() {
    let check = gradCheck(at: [x], secondOrder: true) {
      jacobian(at: $0[0]) { $0.squared() * $0 }.squared()
    }
    #expect(check.passed, "\(check)")
  }

  @Test("a vector-Jacobian product needs no scalar")
  func products() {
    let g = Samples.double([2], seed: 2)
    let (value, slope) = vectorJacobianProduct(at: x, cotangent: g) { $0.matmul(w) }
    #expect(value.values == x.matmul(w).values)
    for (a, b) in zip(slope.values, w.matmul(g).values) { #expect(abs(a - b) < 1e-15) }
  }

  @Test("a custom gradient replaces the recorded one, to second order")
  func custom() {
    func cube(_ x: Tensor<Double>) -> Tensor<Double> {
      withCustomGradient(of: [x]) {
        #expect(!$0[0].isRecorded)
        return $0[0] * $0[0] * $0[0]
      } pullback: { g, x in
        [g * x[0] * x[0] * 3]
      }
    }
    let check = gradCheck(at: [x], secondOrder: true) { cube($0[0]).squared() }
    #expect(check.passed, "\(check)")
    let other = gradient(at: x) { x in
      withCustomGradient(of: [x]) {
        $0[0]
      } pullback: { _, _ in
        [nil]
      }.sum()
    }
    #expect(other.values == [0, 0, 0])
  }

  @Test("a checkpoint has the plain gradient bit for bit, in captured tensors too")
  func checkpoint() {
    let layer = { (x: Tensor<Double>, w: Tensor<Double>) in x.matmul(w).tanh() * x.sum() }
    let input = Samples.double([4, 3])
    let plain = valueAndGradient(at: [input, w]) { layer($0[0] * 2, $0[1]).squared().sum() }
    var runs = 0
    let again = valueAndGradient(at: [input, w]) { p in
      checkpointed(p[0] * 2) {
        runs += 1
        return layer($0, p[1])
      }.squared().sum()
    }
    #expect(runs == 2)
    #expect(again.value.values == plain.value.values)
    for (a, b) in zip(again.gradients, plain.gradients) { #expect(a.values == b.values) }
  }

  @Test("checkpoints nest, and have gradients of gradients")
  func nestedCheckpoints() {
    let input = Samples.double([2, 3])
    let check = gradCheck(at: [input, w], secondOrder: true) { p in
      checkpointed(p[0]) { x in
        let inner = checkpointed([x, x * 2]) { ($0[0] * $0[1]).matmul(p[1]).sigmoid() }
        return (inner * x.sum()).squared()
      }
    }
    #expect(check.passed, "\(check)")
  }

  @Test("a check fails and names the element where a gradient is wrong")
  func wrong() {
    let check = gradCheck(at: [x]) { p in
      let factor = Tensor<Double>([1, 1, 2])
      return withCustomGradient(of: p) {
        $0[0] * 3
      } pullback: { g, _ in
        [g * 3 * factor]
      }
    }
    #expect(!check.passed)
    #expect(check.place == [2] && check.order == 1)
    #expect("\(check)".contains("element [2]"))
    let second = gradCheck(at: [x], secondOrder: true) { p in
      withCustomGradient(of: p) {
        $0[0].squared()
      } pullback: { g, x in
        [g * x[0].stoppingGradient * 2]
      }
    }
    #expect(!second.passed && second.order == 2)
  }
}
