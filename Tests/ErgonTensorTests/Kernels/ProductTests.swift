import CErgonKernels
import Testing

@Suite("Matrix products")
struct ProductTests {
  /// m, n, k: around the tiles of every instruction set, the narrow ways, and the cuts of k.
  static let sizes: [[Int]] = [
    [1, 1, 1], [2, 3, 4], [3, 1, 7], [5, 5, 5], [6, 16, 3], [7, 17, 33], [8, 12, 16], [13, 31, 9],
    [14, 32, 15], [15, 33, 17], [16, 48, 64], [29, 65, 31], [4, 100, 35], [1, 130, 67],
    [100, 4, 35], [130, 1, 67], [9, 40, 70], [64, 10, 84], [17, 7, 400], [5, 33, 800],
    [3, 0, 5], [0, 3, 5], [3, 5, 0], [20, 20, 0],
  ]

  static func check<Scalar: ProductScalar>(_ p: ProductCase<Scalar>) {
    let inputs = p.inputs()
    let reference = p.reference(inputs)
    KernelMachine.onEach { isa, threads in
      let fault = p.fault(in: p.run(inputs), inputs, reference)
      #expect(fault == nil, "instruction set \(isa.rawValue), \(threads) threads")
    }
  }

  /// Every form of the case, in both element types.
  static func checkForms(_ size: [Int], _ change: (inout ProductCase<Float>) -> Void = { _ in }) {
    for form in 0..<4 {
      var p = ProductCase<Float>(m: size[0], n: size[1], k: size[2])
      p.transposeA = form & 1 != 0
      p.transposeB = form & 2 != 0
      change(&p)
      check(p)
      check(
        ProductCase<Double>(
          transposeA: p.transposeA, transposeB: p.transposeB, m: p.m, n: p.n, k: p.k,
          alpha: Double(p.alpha), beta: Double(p.beta), hasBias: p.hasBias,
          activation: p.activation, padding: p.padding, batch: p.batch, sharesB: p.sharesB))
    }
  }

  @Test("agree with three loops in Double, however the operands lie", arguments: sizes)
  func forms(size: [Int]) {
    Self.checkForms(size)
    Self.checkForms(size) { $0.padding = 3 }
  }

  @Test("scale, and add to what is there", arguments: sizes)
  func scaled(size: [Int]) {
    Self.checkForms(size) {
      $0.alpha = 0.25
      $0.beta = 1
    }
    Self.checkForms(size) {
      $0.alpha = -1.5
      $0.beta = 0.5
      $0.hasBias = true
      $0.padding = 1
    }
  }

  @Test(
    "add a bias and apply an activation",
    arguments: [
      EK_NO_ACTIVATION, EK_ACTIVATE_RELU, EK_ACTIVATE_SQUARED_RELU, EK_ACTIVATE_SIGMOID,
      EK_ACTIVATE_TANH, EK_ACTIVATE_SILU, EK_ACTIVATE_GELU, EK_ACTIVATE_GELU_TANH,
    ])
  func activation(activation: ek_activation) {
    for size in [[15, 33, 17], [2, 50, 40], [50, 2, 40], [7, 5, 800]] {
      Self.checkForms(size) {
        $0.hasBias = true
        $0.activation = activation
      }
    }
  }

  @Test("large enough for packing, threads and several pieces")
  func large() {
    Self.checkForms([97, 161, 130])
    Self.check(ProductCase<Float>(m: 150, n: 200, k: 410, hasBias: true))
    Self.check(ProductCase<Float>(m: 100, n: 530, k: 30))
    Self.check(ProductCase<Double>(m: 90, n: 517, k: 20))
    Self.check(ProductCase<Float>(m: 30, n: 40, k: 1100, hasBias: true))
    Self.check(ProductCase<Float>(transposeB: true, m: 150, n: 200, k: 410, padding: 5))
    Self.check(ProductCase<Float>(m: 2, n: 2100, k: 300))
    Self.check(ProductCase<Float>(transposeB: true, m: 11, n: 700, k: 300))
    Self.check(ProductCase<Float>(m: 2100, n: 3, k: 300))
    Self.check(ProductCase<Double>(transposeA: true, m: 170, n: 90, k: 300))
  }

  @Test("a batch, with an operand of its own or a shared one", arguments: [false, true])
  func batched(sharesB: Bool) {
    for size in [[3, 5, 7], [16, 33, 20], [1, 40, 9], [40, 64, 30]] {
      Self.checkForms(size) {
        $0.batch = 5
        $0.sharesB = sharesB
      }
      Self.checkForms(size) {
        $0.batch = 3
        $0.sharesB = sharesB
        $0.beta = 1
        $0.padding = 2
      }
    }
  }

  @Test("infinity and NaN arrive where they belong, through ReLU too")
  func specialValues() {
    KernelMachine.onEach { isa, _ in
      for (m, n) in [(20, 40), (2, 40), (40, 2)] {
        var p = ProductCase<Float>(m: m, n: n, k: 5, activation: EK_ACTIVATE_RELU)
        p.hasBias = true
        var inputs = p.inputs()
        inputs.a[1 * 5 + 2] = .nan
        inputs.bias[1] = .infinity
        let c = p.run(inputs)
        #expect((0..<n).allSatisfy { c[n + $0].isNaN }, "instruction set \(isa.rawValue)")
        #expect(c[1] == .infinity)
        #expect(!c[0].isNaN)
      }
    }
  }

  @Test("the same bits every time, and with any number of threads")
  func determinism() {
    for p in [
      ProductCase<Float>(m: 200, n: 300, k: 500),
      ProductCase<Float>(transposeB: true, m: 12, n: 900, k: 700),
      ProductCase<Float>(m: 2, n: 5000, k: 60),
      ProductCase<Float>(m: 20, n: 30, k: 40, batch: 40),
    ] {
      let inputs = p.inputs()
      var first: [ek_isa.RawValue: [Float]] = [:]
      KernelMachine.onEach { isa, threads in
        for _ in 0..<2 {
          let c = p.run(inputs)
          #expect(c == first[isa.rawValue, default: c], "\(p), \(threads) threads")
          first[isa.rawValue] = c
        }
      }
    }
  }
}
