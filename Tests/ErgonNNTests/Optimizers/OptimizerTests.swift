import ErgonNN
import ErgonTensor
import Testing

@Suite("Optimisers")
struct OptimizerTests {
  private func variable(_ values: [Float], _ name: String = "p") -> NamedVariable {
    NamedVariable(name: name, variable: Variable(Tensor(values)))
  }

  private func expectClose(
    _ variable: NamedVariable, _ expected: [Float], _ tolerance: Float = 1e-6,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let values = variable.variable.value.values
    #expect(values.count == expected.count, sourceLocation: sourceLocation)
    for (value, expected) in zip(values, expected) {
      #expect(abs(value - expected) <= tolerance, sourceLocation: sourceLocation)
    }
  }

  @Test("plain descent steps against the gradient")
  func sgd() {
    let p = variable([1, 2])
    let optimizer = SGD([p], rate: 0.1)
    optimizer.step([Tensor([10, -10])])
    expectClose(p, [0, 3])
    #expect(optimizer.memory.isEmpty)
    #expect(optimizer.steps == 1)
  }

  @Test("momentum and weight decay follow their formula over two steps")
  func momentum() {
    let p = variable([1])
    let optimizer = SGD([p], rate: 0.1, momentum: 0.9, weightDecay: 0.5)
    optimizer.step([Tensor([1])])
    // g = 1 + 0.5, v = 1.5
    expectClose(p, [0.85])
    optimizer.step([Tensor([1])])
    // g = 1 + 0.425, v = 1.35 + 1.425
    expectClose(p, [0.85 - 0.2775])
    #expect(optimizer.memory.map(\.name) == ["velocity.p"])
  }

  @Test("Nesterov's momentum looks one step ahead")
  func nesterov() {
    let p = variable([0])
    let optimizer = SGD([p], rate: 1, momentum: 0.5, nesterov: true)
    optimizer.step([Tensor([1])])
    // v = 1, step = 1 + 0.5
    expectClose(p, [-1.5])
    optimizer.step([Tensor([1])])
    // v = 1.5, step = 1 + 0.75
    expectClose(p, [-3.25])
  }

  @Test("the first step of Adam is as long as the rate, whatever the gradient's size")
  func adam() {
    let p = variable([0, 0])
    let optimizer = Adam([p], rate: 0.1)
    optimizer.step([Tensor([1e-3, -1e3])])
    expectClose(p, [-0.1, 0.1], 1e-4)
    #expect(optimizer.memory.map(\.name) == ["mean.p", "square.p"])
  }

  @Test("Adam and AdamW follow their formulas over ten steps", arguments: [false, true])
  func adamSteps(isDecoupled: Bool) {
    let p = variable([0.5])
    let optimizer: any Optimizer =
      isDecoupled
      ? AdamW([p], rate: 0.01, weightDecay: 0.1) : Adam([p], rate: 0.01, weightDecay: 0.1)
    var (x, m, v) = (0.5, 0.0, 0.0)
    for t in 1...10 {
      let slope = Double(t) * 0.3 - 1
      optimizer.step([Tensor([Float(slope)])])
      var g = slope
      if isDecoupled { x -= 0.01 * 0.1 * x } else { g += 0.1 * x }
      m = 0.9 * m + 0.1 * g
      v = 0.999 * v + 0.001 * g * g
      let (c1, c2) = (1 - power(0.9, t), 1 - power(0.999, t))
      x -= 0.01 * (m / c1) / ((v / c2).squareRoot() + 1e-8)
    }
    expectClose(p, [Float(x)], 2e-6)
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  @Test("the first group whose pattern matches sets rate and decay")
  func groups() {
    let a = variable([1], "a.weight")
    let b = variable([1], "a.bias")
    let optimizer = SGD(
      [a, b], rate: 0.1, weightDecay: 1,
      groups: [ParameterGroup("*.bias", rate: 0.5, weightDecay: 0), ParameterGroup("*", rate: 9)])
    optimizer.step([Tensor([0]), Tensor([1])])
    expectClose(a, [1 - 9])
    expectClose(b, [0.5])
  }

  @Test("a schedule's factors scale rate and decay")
  func factors() {
    let p = variable([1])
    SGD([p], rate: 1, weightDecay: 1)
      .step([Tensor([2])], StepFactors(rate: 0.25, weightDecay: 0))
    expectClose(p, [0.5])
  }

  @Test("every rule finds the minimum of a quadratic", arguments: 0..<5)
  func minimum(rule: Int) {
    let p = variable([3, -4])
    let target = Tensor<Float>([1, 2])
    let optimizer: any Optimizer =
      switch rule {
      case 0: SGD([p], rate: 0.2)
      case 1: SGD([p], rate: 0.05, momentum: 0.8)
      case 2: SGD([p], rate: 0.05, momentum: 0.8, nesterov: true)
      case 3: Adam([p], rate: 0.1)
      default: AdamW([p], rate: 0.1, weightDecay: 0)
      }
    for _ in 0..<400 {
      let (_, gradients) = valueAndGradient(of: [p]) {
        (p.variable.value - target).squared().sum()
      }
      optimizer.step(gradients)
    }
    expectClose(p, [1, 2], 1e-3)
  }

  @Test("saved memory and step count make the next step the same", arguments: [false, true])
  func memory(isAdam: Bool) {
    func make(_ p: NamedVariable) -> any Optimizer {
      isAdam ? Adam([p], rate: 0.1) : SGD([p], rate: 0.1, momentum: 0.9)
    }
    let p = variable([1, -2, 3])
    let first = make(p)
    for step in 1...3 { first.step([Tensor([1, Float(step), -1])]) }
    let q = variable(p.variable.value.values)
    let second = make(q)
    for (from, to) in zip(first.memory, second.memory) { to.variable.value = from.variable.value }
    second.steps = first.steps
    first.step([Tensor([0.3, 0.2, 0.1])])
    second.step([Tensor([0.3, 0.2, 0.1])])
    #expect(p.variable.value.values == q.variable.value.values)
  }

  @Test("clipping by norm scales all gradients by one factor, and only when they are too long")
  func clipNorm() {
    var gradients = [Tensor<Float>([3, 0]), Tensor<Float>([4])]
    #expect(GradientClipping.norm(10).clip(&gradients) == 5)
    #expect(gradients.map(\.values) == [[3, 0], [4]])
    #expect(GradientClipping.norm(1).clip(&gradients) == 5)
    #expect(abs(gradients[0].values[0] - 0.6) < 1e-6)
    #expect(abs(gradients[1].values[0] - 0.8) < 1e-6)
  }

  @Test("clipping by value moves every element into its bounds")
  func clipValue() {
    var gradients = [Tensor<Float>([3, -0.5, -7])]
    GradientClipping.value(1).clip(&gradients)
    #expect(gradients[0].values == [1, -0.5, -1])
  }

  @Test("a weight average lags behind, can stand in for the weights, and settles")
  func average() {
    let p = variable([0])
    let average = WeightAverage([p], decay: 0.75)
    p.variable.value = Tensor([4])
    average.update()
    #expect(average.applied { p.variable.value.values } == [1])
    #expect(p.variable.value.values == [4])
    average.update()
    #expect(average.averages[0].name == "average.p")
    #expect(average.averages[0].variable.value.values == [1.75])
    average.settle()
    #expect(p.variable.value.values == [1.75])
  }

  @Test("steps in place take no new memory")
  func flat() {
    let p = variable([Float](repeating: 1, count: 1000))
    let gradient = Tensor<Float>(repeating: 0.1, shape: [1000])
    let optimizer = Adam([p], rate: 0.1)
    let place = p.variable.value.withElements { $0.baseAddress }
    for _ in 0..<10 { optimizer.step([gradient]) }
    #expect(p.variable.value.withElements { $0.baseAddress } == place)
  }

  @Test("gradients of another number or shape stop the program")
  func mismatch() async {
    await #expect(processExitsWith: .failure) {
      SGD([NamedVariable(name: "p", variable: Variable(Tensor([1])))], rate: 1).step([])
    }
    await #expect(processExitsWith: .failure) {
      SGD([NamedVariable(name: "p", variable: Variable(Tensor([1])))], rate: 1)
        .step([Tensor([1, 2])])
    }
  }
}
