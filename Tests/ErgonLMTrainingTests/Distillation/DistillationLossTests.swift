import ErgonLMTraining
import ErgonTensor
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct DistillationLossTests {
  /// The loss by its definition, in double precision and without a trick.
  private func naive(
    _ student: [[Double]], _ teacher: [[Double]], _ targets: [Int], _ t: Double, _ hard: Double
  ) -> Double {
    func probabilities(_ x: [Double], _ t: Double) -> [Double] {
      let e = x.map { exp($0 / t) }
      return e.map { $0 / e.reduce(0, +) }
    }
    var sum = 0.0
    var counted = 0.0
    for (row, target) in targets.enumerated() where target >= 0 {
      let p = probabilities(teacher[row], t)
      let q = probabilities(student[row], t)
      let divergence = zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
      let surprise = -log(probabilities(student[row], 1)[target])
      sum += hard * surprise + (1 - hard) * t * t * divergence
      counted += 1
    }
    return sum / max(counted, 1)
  }

  private func rows(_ count: Int, _ columns: Int, seed: UInt64) -> Tensor<Double> {
    var random = RandomStream(seed: seed)
    return Tensor<Double>.normal([count, columns], using: &random) * 2
  }

  private func nested(_ x: Tensor<Double>) -> [[Double]] {
    let (values, columns) = (x.values, x.shape[-1])
    return stride(from: 0, to: values.count, by: columns).map {
      Array(values[$0..<($0 + columns)])
    }
  }

  @Test(
    "the loss is its definition, over odd sizes, temperatures, hard shares and uncounted places",
    arguments: [(1, 1.0, 0.0), (2, 2.5, 0.3), (17, 0.7, 1.0), (33, 1.0, 0.5), (513, 4.0, 0.1)])
  func definition(columns: Int, temperature: Double, hard: Double) {
    let student = rows(7, columns, seed: 1)
    let teacher = rows(7, columns, seed: 2)
    let targets = (0..<7).map { $0 == 3 ? -1 : ($0 * 5) % columns }
    let loss = distillationLoss(
      student, teacher: teacher, targets: Tensor(targets.map(Int32.init)),
      temperature: temperature, hardShare: hard
    ).scalar
    let wanted = naive(nested(student), nested(teacher), targets, temperature, hard)
    #expect(abs(loss - wanted) <= 1e-10 * max(1, wanted), "\(loss) instead of \(wanted)")
    let single = distillationLoss(
      Tensor<Float>(student), teacher: Tensor<Float>(teacher),
      targets: Tensor(targets.map(Int32.init)), temperature: Float(temperature),
      hardShare: Float(hard)
    ).scalar
    #expect(abs(Double(single) - wanted) <= 2e-5 * max(1, wanted))
  }

  @Test("the gradient agrees with differences of the loss")
  func gradient() {
    let teacher = rows(5, 9, seed: 4)
    let targets = Tensor<Int32>([0, 8, -1, 3, 3])
    for (temperature, hard) in [(1.0, 0.0), (2.0, 0.25), (0.5, 1.0)] {
      let check = gradCheck(at: [rows(5, 9, seed: 3)]) {
        distillationLoss(
          $0[0] * $0[0], teacher: teacher, targets: targets, temperature: temperature,
          hardShare: hard)
      }
      #expect(check.passed, "\(check)")
    }
  }

  @Test("a student that says what its teacher says has no loss and no slope")
  func agreement() {
    let teacher = Tensor<Float>(rows(6, 40, seed: 5))
    let targets = Tensor<Int32>(repeating: 1, shape: [6])
    let (loss, slope) = valueAndGradient(at: teacher + 3) {
      distillationLoss($0, teacher: teacher, targets: targets, temperature: 2)
    }
    #expect(abs(loss.scalar) < 1e-5)
    #expect(slope.values.allSatisfy { abs($0) < 1e-7 })
  }

  @Test("learning from the tokens alone is cross-entropy, bit for bit in the gradient's zeros")
  func crossEntropyAlone() {
    let student = Tensor<Float>(rows(6, 40, seed: 6))
    let targets = Tensor<Int32>([1, -1, 39, 0, 5, -1])
    let (loss, slope) = valueAndGradient(at: student) {
      distillationLoss($0, teacher: student * 0, targets: targets, hardShare: 1)
    }
    let (wanted, wantedSlope) = valueAndGradient(at: student) { crossEntropy($0, targets) }
    #expect(abs(loss.scalar - wanted.scalar) < 1e-6)
    let differences = zip(slope.values, wantedSlope.values).map { abs($0 - $1) }
    #expect(differences.max()! < 1e-7)
    #expect(slope.values[40..<80].allSatisfy { $0 == 0 })
  }

  @Test("the same bits come of any number of threads")
  func threads() {
    let student = Tensor<Float>(rows(65, 300, seed: 7))
    let teacher = Tensor<Float>(rows(65, 300, seed: 8))
    let targets = Tensor<Int32>(repeating: 2, shape: [65])
    let before = Compute.threads
    defer { Compute.threads = before }
    let results = [1, 2].map { threads in
      Compute.threads = threads
      return valueAndGradient(at: student) {
        distillationLoss($0, teacher: teacher, targets: targets, hardShare: 0.5)
      }
    }
    #expect(results[0].value.values == results[1].value.values)
    #expect(results[0].gradient.values == results[1].gradient.values)
  }
}
