import ErgonTensor
import RealModule
import Testing

@Suite("Random numbers")
struct RandomTests {
  @Test("the same seed gives the same numbers, and a state goes on where it stood")
  func reproducible() {
    var a = RandomStream(seed: 3)
    var b = RandomStream(seed: 3)
    #expect(Tensor<Float>.normal([5], using: &a) == Tensor<Float>.normal([5], using: &b))
    var c = RandomStream(state: a.state)
    #expect(Tensor<Double>.uniform([7], using: &a) == Tensor<Double>.uniform([7], using: &c))
    #expect(a == c)
    #expect(a.next() == c.next() && a != b)
  }

  @Test("drawing in parts is drawing at once")
  func parts() {
    var a = RandomStream(seed: 9)
    var b = a
    let whole = Tensor<Float>.uniform([37], using: &a)
    let parts = [3, 1, 33].map { Tensor<Float>.uniform([$0], using: &b) }
    #expect(whole == Tensor.concatenated(parts))
  }

  @Test("streams split off or named are independent and repeatable")
  func streams() {
    var a = RandomStream(seed: 1)
    var children = (0..<3).map { _ in a.split() }
    children += [a.stream(named: "dropout"), a.stream(named: "data"), RandomStream(seed: 2)]
    let first = children.map { child in
      var child = child
      return child.next()
    }
    #expect(Set(first).count == first.count)
    _ = a.next()
    #expect(a.stream(named: "data") == children[4])
    // No correlation between neighbouring seeds.
    var x = RandomStream(seed: 1)
    var y = RandomStream(seed: 2)
    let u = Tensor<Double>.normal([20_000], using: &x)
    let v = Tensor<Double>.normal([20_000], using: &y)
    #expect(abs((u * v).mean().scalar) < 0.03)
  }

  struct Distribution: Sendable, CustomTestStringConvertible {
    let name: String
    let mean: Double
    let variance: Double
    let draw: @Sendable (Int, inout RandomStream) -> Tensor<Double>
    var testDescription: String { name }
  }

  /// Variance of the normal distribution cut off at two deviations.
  static let truncatedVariance: Double = {
    let density = Double.exp(-2) / (2 * .pi).squareRoot()
    return 1 - 4 * density / .erf(2.0.squareRoot())
  }()

  static let distributions: [Distribution] = [
    .init(name: "uniform", mean: 0.5, variance: 1 / 12) { .uniform([$0], using: &$1) },
    .init(name: "uniform in a range", mean: 1, variance: 3) {
      .uniform([$0], in: -2..<4, using: &$1)
    },
    .init(name: "normal", mean: 3, variance: 4) {
      .normal([$0], mean: 3, deviation: 2, using: &$1)
    },
    .init(name: "truncated normal", mean: 1, variance: 9 * truncatedVariance) {
      .truncatedNormal([$0], mean: 1, deviation: 3, using: &$1)
    },
    .init(name: "exponential", mean: 0.5, variance: 0.25) {
      .exponential([$0], rate: 2, using: &$1)
    },
    .init(name: "Gumbel", mean: 0.5772156649, variance: .pi * .pi / 6) {
      .gumbel([$0], using: &$1)
    },
    .init(name: "Laplace", mean: -1, variance: 2 * 9) {
      .laplace([$0], mean: -1, scale: 3, using: &$1)
    },
    .init(name: "gamma below 1", mean: 0.6, variance: 1.2) {
      .gamma([$0], alpha: 0.3, scale: 2, using: &$1)
    },
    .init(name: "gamma", mean: 5, variance: 5) { .gamma([$0], alpha: 5, using: &$1) },
    .init(name: "beta", mean: 0.4, variance: 0.04) {
      .beta([$0], alpha: 2, beta: 3, using: &$1)
    },
    .init(name: "beta below 1", mean: 0.2, variance: 0.16 / 1.5) {
      .beta([$0], alpha: 0.1, beta: 0.4, using: &$1)
    },
    .init(name: "Student's t", mean: 0, variance: 10 / 8) {
      .studentT([$0], degrees: 10, using: &$1)
    },
    .init(name: "Poisson, few", mean: 3.5, variance: 3.5) {
      Tensor(Tensor<Int32>.poisson([$0], rate: 3.5, using: &$1))
    },
    .init(name: "Poisson, many", mean: 40, variance: 40) {
      Tensor(Tensor<Int32>.poisson([$0], rate: 40, using: &$1))
    },
    .init(name: "Bernoulli", mean: 0.3, variance: 0.21) {
      Tensor(Tensor<Bool>.bernoulli([$0], probability: 0.3, using: &$1))
    },
    .init(name: "integers", mean: 2, variance: 2) {
      Tensor(Tensor<Int32>.integers([$0], in: 0..<5, using: &$1))
    },
    .init(name: "Dirichlet", mean: 0.25, variance: 0.25 * 0.75 / 5) {
      Tensor.dirichlet([$0], alpha: [1, 3], using: &$1)[.all, 0]
    },
    .init(name: "categorical", mean: 1.1, variance: 2.7 - 1.21) { count, random in
      let logits = Tensor<Double>([0.5, 0.1, 0.2, 0.2]).log()
      return Tensor(
        Tensor.categorical(logits: logits.broadcast(to: [count, 4]), using: &random))
    },
  ]

  @Test("mean and variance are the distribution's", arguments: distributions)
  func moments(_ distribution: Distribution) {
    var random = RandomStream(seed: 11)
    let count = 40_000
    let x = distribution.draw(count, &random)
    let mean = x.mean().scalar
    let error = (distribution.variance / Double(count)).squareRoot()
    #expect(abs(mean - distribution.mean) < 4.5 * error, "mean \(mean)")
    // The variance of a variance is (μ₄ - σ⁴) / n.
    let squares = (x - distribution.mean).squared()
    let spread = (squares.variance().scalar / Double(count)).squareRoot()
    #expect(
      abs(squares.mean().scalar - distribution.variance) < 4.5 * spread,
      "variance \(squares.mean().scalar)")
  }

  @Test("the bounds of distributions hold")
  func bounds() {
    var random = RandomStream(seed: 5)
    let uniform = Tensor<Float>.uniform([100_000], in: -1..<2, using: &random)
    #expect(uniform.min().scalar >= -1 && uniform.max().scalar < 2)
    let truncated = Tensor<Float>.truncatedNormal([50_000], bound: 1, using: &random)
    #expect(truncated.abs().max().scalar <= 1)
    #expect(Tensor<Float>.gumbel([100_000], using: &random).allFinite)
    #expect(Tensor<Float>.exponential([100_000], using: &random).allFinite)
    let shares = Tensor<Double>.dirichlet([100], alpha: [0.001, 0.001, 1e-5], using: &random)
    #expect(shares.sum(axes: [1]).isApproximatelyEqual(to: .ones([100])))
  }

  @Test("a permutation has every number once, in every order alike")
  func permutation() {
    var random = RandomStream(seed: 8)
    let p = Tensor<Int32>.permutation(100, using: &random)
    #expect(p.values.sorted() == Array(0..<100) && p.values != Array(0..<100))
    var counts: [[Int32]: Int] = [:]
    for _ in 0..<6000 {
      counts[Tensor<Int32>.permutation(3, using: &random).values, default: 0] += 1
    }
    #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 1000) < 150 })
  }
}
