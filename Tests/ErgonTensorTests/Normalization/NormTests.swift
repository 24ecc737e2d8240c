import ErgonTensor
import Testing

@Suite("Norms")
struct NormTests {
  static let shapes: [Shape] = [[2], [4, 5], [2, 3, 17], [1, 33]]

  @Test("layer norm gives rows mean 0 and variance 1, and exact gradients", arguments: shapes)
  func layer(_ shape: Shape) {
    let x = Samples.double(shape)
    let y = x.layerNorm(epsilon: 0)
    for mean in y.mean(axes: [-1]).values { #expect(abs(mean) < 1e-13) }
    for square in y.squared().mean(axes: [-1]).values { #expect(abs(square - 1) < 1e-12) }
    let (w, b) = (Samples.double([shape[-1]], seed: 1), Samples.double([shape[-1]], seed: 2))
    let check = gradCheck(at: [x, w, b], secondOrder: true) {
      $0[0].layerNorm(weight: $0[1], bias: $0[2], epsilon: 0.1).squared()
    }
    #expect(check.passed, "\(check)")
    let plain = gradCheck(at: [x], secondOrder: true) { $0[0].layerNorm(epsilon: 0.1).squared() }
    #expect(plain.passed, "\(plain)")
  }

  @Test("RMS norm gives rows a mean square of 1, and exact gradients", arguments: shapes)
  func rootMeanSquare(_ shape: Shape) {
    let x = Samples.double(shape)
    for square in x.rmsNorm(epsilon: 0).squared().mean(axes: [-1]).values {
      #expect(abs(square - 1) < 1e-12)
    }
    let w = Samples.double([shape[-1]], seed: 1)
    let check = gradCheck(at: [x, w], secondOrder: true) {
      $0[0].rmsNorm(weight: $0[1], epsilon: 0.1).squared()
    }
    #expect(check.passed, "\(check)")
  }

  @Test("batch norm gives channels mean 0 and variance 1, and exact gradients")
  func batch() {
    let x = Samples.double([3, 2, 2, 5])
    let result = x.batchNorm(epsilon: 0)
    for mean in result.output.mean(axes: [0, 1, 2]).values { #expect(abs(mean) < 1e-13) }
    for square in result.output.squared().mean(axes: [0, 1, 2]).values {
      #expect(abs(square - 1) < 1e-12)
    }
    for (a, b) in zip(result.mean.values, x.mean(axes: [0, 1, 2]).values) {
      #expect(abs(a - b) < 1e-13)
    }
    for (a, b) in zip(result.variance.values, x.variance(axes: [0, 1, 2]).values) {
      #expect(abs(a - b) < 1e-13)
    }
    let (w, b) = (Samples.double([5], seed: 1), Samples.double([5], seed: 2))
    let check = gradCheck(at: [x, w, b], secondOrder: true) {
      $0[0].batchNorm(weight: $0[1], bias: $0[2]).output.squared()
    }
    #expect(check.passed, "\(check)")
  }

  @Test("batch norm by given moments is affine, whatever the activation")
  func inference() {
    let x = Samples.double([2, 3, 4])
    let mean = Samples.double([4], seed: 1)
    let variance = Samples.double([4], seed: 2).squared() + 0.5
    let (w, b) = (Samples.double([4], seed: 3), Samples.double([4], seed: 4))
    let due = (((x - mean) / (variance + 1e-5).sqrt()) * w + b).relu()
    let y = x.batchNorm(mean: mean, variance: variance, weight: w, bias: b, activation: .relu)
    for (a, b) in zip(y.values, due.values) { #expect(abs(a - b) < 1e-13) }
    let check = gradCheck(at: [x, mean, variance, w, b], secondOrder: true) {
      $0[0].batchNorm(mean: $0[1], variance: $0[2], weight: $0[3], bias: $0[4], activation: .tanh)
    }
    #expect(check.passed, "\(check)")
  }

  @Test("group norm normalises each image's groups of channels", arguments: [1, 2, 3, 6])
  func group(_ groups: Int) {
    let x = Samples.double([2, 3, 2, 6])
    let y = x.groupNorm(groups: groups, epsilon: 0)
    let grouped = y.reshaped(2, 6, groups, 6 / groups)
    for mean in grouped.mean(axes: [1, 3]).values { #expect(abs(mean) < 1e-13) }
    for square in grouped.squared().mean(axes: [1, 3]).values { #expect(abs(square - 1) < 1e-12) }
    let (w, b) = (Samples.double([6], seed: 1), Samples.double([6], seed: 2))
    let check = gradCheck(at: [x, w, b], secondOrder: true) {
      $0[0].groupNorm(groups: groups, weight: $0[1], bias: $0[2], epsilon: 0.1).squared()
    }
    #expect(check.passed, "\(check)")
    #expect(
      x.instanceNorm(epsilon: 0.1).values == x.groupNorm(groups: 6, epsilon: 0.1).values)
  }
}

@Suite("Dropout")
struct DropoutTests {
  @Test("keeps the expectation, and draws the same for the same stream")
  func expectation() {
    let x = Tensor<Double>(repeating: 1, shape: [100, 100])
    var (first, second) = (RandomStream(seed: 1), RandomStream(seed: 1))
    let y = x.dropout(probability: 0.25, using: &first)
    #expect(y.values.allSatisfy { $0 == 0 || $0 == 1 / 0.75 })
    #expect(abs(y.mean().scalar - 1) < 0.03)
    #expect(x.dropout(probability: 0.25, using: &second).values == y.values)
    #expect(x.dropout(probability: 0.25, using: &second).values != y.values)
    #expect(x.dropout(probability: 0, using: &first).values == x.values)
  }

  @Test("has exact gradients of first and second order")
  func gradients() {
    let check = gradCheck(at: [Samples.strided([5, 7])], secondOrder: true) {
      var random = RandomStream(seed: 3)
      return $0[0].dropout(probability: 0.5, using: &random).squared()
    }
    #expect(check.passed, "\(check)")
  }

  @Test("inside a checkpoint draws the same again from a copy of the stream")
  func checkpoint() {
    let x = Samples.double([6, 5])
    let random = RandomStream(seed: 3)
    let block = { (x: Tensor<Double>) in
      var random = random
      return x.dropout(probability: 0.5, using: &random).squared()
    }
    let plain = gradient(at: x) { block($0).sum() }
    #expect(gradient(at: x) { checkpointed($0, block).sum() }.values == plain.values)
  }
}
