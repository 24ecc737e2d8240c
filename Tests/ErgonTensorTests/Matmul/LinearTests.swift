import ErgonTensor
import Testing

@Suite("Fully connected layers")
struct LinearTests {
  @Test("equal product, bias and activation apart", arguments: Activation.allCases)
  func values(_ activation: Activation) {
    for shape: Shape in [[5, 3], [3], [2, 4, 3], [0, 3]] {
      let x = Samples.double(shape)
      let (w, b) = (Samples.double([3, 7], seed: 1), Samples.double([7], seed: 2))
      let y = x.linear(w, bias: b, activation: activation)
      let apart = (x.matmul(w) + b).activated(by: activation)
      #expect(y.shape == apart.shape)
      for (got, due) in zip(y.values, apart.values) { #expect(abs(got - due) < 1e-13) }
    }
  }

  @Test("have exact gradients of first and second order", arguments: Activation.allCases)
  func gradients(_ activation: Activation) {
    for x in [Samples.double([5, 3]), Samples.double([3]), Samples.strided([2, 4, 3])] {
      let (w, b) = (Samples.strided([3, 7], seed: 1), Samples.double([7], seed: 2))
      let withBias = gradCheck(at: [x, w, b], secondOrder: true) {
        $0[0].linear($0[1], bias: $0[2], activation: activation)
      }
      #expect(withBias.passed, "\(withBias)")
      let without = gradCheck(at: [x, w], secondOrder: true) {
        $0[0].linear($0[1], activation: activation)
      }
      #expect(without.passed, "\(without)")
    }
  }

  @Test("leave a shared gradient as it was")
  func sharedGradient() {
    let (x, w) = (Samples.double([4, 3]), Samples.double([3, 3], seed: 1))
    let check = gradCheck(at: [x, w]) { p in
      let y = p[0].linear(p[1], activation: .relu)
      let z = p[0].linear(p[1], activation: .tanh)
      // The gradient of a sum is one array handed to both layers and to y again.
      return (y + z + y).squared()
    }
    #expect(check.passed, "\(check)")
  }
}
