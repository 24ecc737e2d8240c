import ErgonNN
import ErgonTensor
import Testing

@Suite("Losses")
struct LossTests {
  private let x = Tensor<Float>([[0.5, -2], [3, 0.1]])
  private let y = Tensor<Float>([[0, 1], [1, 0]])

  @Test("regression losses follow their formulas")
  func regression() {
    // Distances 0.5, 3, 2, 0.1.
    #expect(isClose([meanSquaredError(x, y).scalar], [(0.25 + 9 + 4 + 0.01) / 4]))
    #expect(isClose([meanAbsoluteError(x, y).scalar], [5.6 / 4]))
    #expect(isClose(huberLoss(x, y, reduction: .none).values, [0.125, 2.5, 1.5, 0.005]))
    #expect(isClose([huberLoss(x, y, delta: 2, reduction: .sum).scalar], [0.125 + 4 + 2 + 0.005]))
  }

  @Test("the slope of the Huber loss is bounded")
  func huberSlope() {
    let slope = gradient(at: x) { huberLoss($0, y, reduction: .sum) }
    #expect(isClose(slope.values, [0.5, -1, 1, 0.1]))
  }

  @Test(
    "the focal loss follows its formula", arguments: [0, 1, 2] as [Float], [nil, 0.25] as [Float?])
  func focal(focus: Float, balance: Float?) {
    let losses = focalLoss(logits: x, y, focus: focus, balance: balance, reduction: .none)
    let probabilities = x.sigmoid().values
    let expected = zip(probabilities, y.values).map { p, y -> Float in
      let truth = y == 1 ? p : 1 - p
      let weight = balance.map { y == 1 ? $0 : 1 - $0 } ?? 1
      let factor = (0..<Int(focus)).reduce(Float(1)) { product, _ in product * (1 - truth) }
      return -weight * factor * Tensor<Float>(truth).log().scalar
    }
    #expect(isClose(losses.values, expected))
  }

  @Test("extreme logits give finite losses and slopes")
  func extremes() {
    let extreme = Tensor<Float>([[200, -200], [-200, 200]])
    let slope = gradient(at: extreme) { focalLoss(logits: $0, y) }
    #expect(slope.allFinite)
    #expect(focalLoss(logits: extreme, y).scalar.isFinite)
  }

  @Test("the Dice loss compares masks case by case")
  func dice() {
    let p = Tensor<Float>([[1, 1, 0], [0, 0, 0]])
    let t = Tensor<Float>([[1, 0, 0], [0, 0, 0]])
    // (2 + 1) / (3 + 1) and 1 / 1.
    #expect(isClose(diceLoss(p, t, reduction: .none).values, [0.25, 0]))
    #expect(isClose([diceLoss(p, t, smoothing: 0.5).scalar], [(1 - 2.5 / 3.5) / 2]))
  }

  @Test("the divergence of a distribution from itself is zero, and nothing is 0 log 0")
  func divergence() {
    let t = Tensor<Float>([[0.25, 0.75, 0], [0.5, 0.25, 0.25]])
    let q = Tensor<Float>([[0.25, 0.5, 0.25], [0.5, 0.25, 0.25]])
    let losses = klDivergence(logProbabilities: q.log(), t, reduction: .none)
    #expect(isClose(losses.values, [0.75 * Tensor<Float>(1.5).log().scalar, 0]))
  }

  @Test("the contrastive loss is the cross-entropy of the partners")
  func contrastive() {
    let a = Tensor<Float>([[3, 0], [0, 0.5]])
    let b = Tensor<Float>([[2, 0], [0, 7]])
    // Similarities 1 and 0 over a temperature of 0.5.
    let expected = (1 + Tensor<Float>(-2).exp().scalar)
    #expect(
      isClose(
        [contrastiveLoss(a, b, temperature: 0.5).scalar], [Tensor<Float>(expected).log().scalar]))
    let swapped = contrastiveLoss(a, b.flipped(axes: [0]), temperature: 0.5, symmetric: false)
    #expect(isClose([swapped.scalar], [2 + Tensor<Float>(expected).log().scalar]))
  }

  @Test("pairs and triplets pull and push by distance")
  func pairs() {
    let a = Tensor<Float>([[0, 0], [0, 0], [0, 0]])
    let b = Tensor<Float>([[3, 4], [0.3, 0.4], [3, 4]])
    let losses = pairLoss(a, b, related: Tensor([1, 0, 0]), reduction: .none)
    #expect(isClose(losses.values, [25, 0.25, 0]))
    let triplets = tripletLoss(
      anchor: a, positive: b, negative: b.flipped(axes: [0]), margin: 0.5, reduction: .none)
    #expect(isClose(triplets.values, [0.5, 0.5, 0.5]))
    let apart = tripletLoss(
      anchor: a, positive: b, negative: Tensor(repeating: 0, shape: [3, 2]), reduction: .none)
    #expect(isClose(apart.values, [6, 1.5, 6]))
    // Equal rows have no direction to move in, and no slope that is not a number.
    let slope = gradient(at: a) { pairLoss($0, a, related: Tensor([0, 1, 0])) }
    #expect(slope.values.allSatisfy { $0 == 0 })
  }
}
