import ErgonTensor
import RealModule
import Testing

@Suite("Cross-entropy")
struct LossTests {
  let logits = Samples.double([5, 4])
  let labels = Tensor<Int32>([2, 0, -1, 3, 0])

  /// The losses of the rows by their definition.
  func naive(_ smoothing: Double) -> [Double] {
    (0..<5).map { row in
      let label = Int(labels.values[row])
      guard label >= 0 else { return 0 }
      let x = (0..<4).map { logits.values[row * 4 + $0] }
      let total = Double.log(x.reduce(0) { $0 + .exp($1) })
      return (0..<4).reduce(0) { sum, c in
        let target = smoothing / 4 + (c == label ? 1 - smoothing : 0)
        return sum + target * (total - x[c])
      }
    }
  }

  @Test("spreads a smoothed share by the weight of each class, as PyTorch does")
  func smoothedAndWeighted() {
    // F.cross_entropy(x, tensor([0, 2]), weight=w, label_smoothing=0.3) of PyTorch 2.15, Double.
    let x = Tensor<Double>([[1, 2, 3], [0.5, -1, 2]])
    let (loss, slope) = valueAndGradient(at: x) {
      crossEntropy($0, Tensor([0, 2]), smoothing: 0.3, weights: Tensor([1, 2, 3]))
    }
    #expect(abs(loss.scalar - 0.9328570636880047) < 1e-14)
    let due = [
      -0.17074006371962636, 0.029536753092809228, 0.14120331062681704, 0.09332101469452474,
      -0.023599013042285975, -0.06972200165223878,
    ]
    for (a, b) in zip(slope.values, due) { #expect(abs(a - b) < 1e-14) }
  }

  @Test("of no classes is nothing where no label counts")
  func noClasses() {
    let none = crossEntropy(
      Tensor<Float>.zeros([3, 0]), Tensor([-1, -1, -1]), reduction: .none)
    #expect(none.values == [0, 0, 0])
  }

  @Test("is -log of the label's probability, over the rows that count", arguments: [0, 0.1, 0.9])
  func values(_ smoothing: Double) {
    let due = naive(smoothing)
    let each = crossEntropy(logits, labels, smoothing: smoothing, reduction: .none)
    #expect(each.shape == [5])
    for (a, b) in zip(each.values, due) { #expect(abs(a - b) < 1e-13) }
    let sum = crossEntropy(logits, labels, smoothing: smoothing, reduction: .sum).scalar
    #expect(abs(sum - due.reduce(0, +)) < 1e-12)
    let mean = crossEntropy(logits, labels, smoothing: smoothing).scalar
    #expect(abs(mean - due.reduce(0, +) / 4) < 1e-12)
  }

  @Test("weighs classes, the mean by the sum of the weights")
  func weights() {
    let weights = Tensor<Double>([0.5, 2, 1, 3])
    let due = zip(naive(0), labels.values).map { $1 < 0 ? 0 : $0 * weights.values[Int($1)] }
    let mean = crossEntropy(logits, labels, weights: weights).scalar
    #expect(abs(mean - due.reduce(0, +) / (1 + 0.5 + 3 + 0.5)) < 1e-13)
  }

  @Test(
    "has exact gradients of first and second order", arguments: [0, 0.2],
    [.mean, .sum, .none] as [LossReduction])
  func gradients(_ smoothing: Double, _ reduction: LossReduction) {
    let plain = gradCheck(at: [logits], secondOrder: true) {
      crossEntropy($0[0], labels, smoothing: smoothing, reduction: reduction).squared()
    }
    #expect(plain.passed, "\(plain)")
    let weights = Tensor<Double>([0.5, 2, 1, 3])
    let weighted = gradCheck(at: [logits], secondOrder: true) {
      crossEntropy(
        $0[0], labels, smoothing: smoothing, weights: weights, reduction: reduction)
    }
    #expect(weighted.passed, "\(weighted)")
  }

  @Test("of yes and no is exact where logits are large, with exact gradients")
  func binary() {
    let x = Tensor<Float>([100, -100, 0])
    let t = Tensor<Float>([1, 1, 0.5])
    let each = binaryCrossEntropy(x, t, reduction: .none).values
    #expect(each[0] == 0 && each[1] == 100)
    #expect(abs(each[2] - .log(2)) < 1e-7)

    let (logits, targets) = (Samples.double([3, 4]), Samples.double([3, 4], seed: 1).sigmoid())
    let weight = Tensor<Double>([1, 2, 0.5, 3])
    for positiveWeight in [nil, weight] {
      let check = gradCheck(at: [logits], secondOrder: true) {
        binaryCrossEntropy($0[0], targets, positiveWeight: positiveWeight)
      }
      #expect(check.passed, "\(check)")
      let p = logits.sigmoid()
      let naive =
        -((positiveWeight ?? Tensor(1)) * targets * p.log() + (1 - targets) * (1 - p).log())
      let loss = binaryCrossEntropy(logits, targets, positiveWeight: positiveWeight).scalar
      #expect(abs(loss - naive.mean().scalar) < 1e-13)
    }
  }

  @Test("names a label that is no class")
  func label() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = crossEntropy(Tensor<Float>([[0, 1]]), Tensor<Int32>([2]))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("crossEntropy: label 2 is not in -1 ..< 2"))
  }
}
