import ErgonNN
import ErgonTensor
import Testing

/// Numbers that repeat nothing.
func ramp(_ shape: Shape, _ step: Float = 0.37) -> Tensor<Float> {
  Tensor(
    (0..<shape.count).map { i in
      let x = Float(i) * step
      return (x - x.rounded(.down)) * 2 - 1
    }, shape: shape)
}

/// Whether two lists of numbers agree within a tolerance.
func isClose(_ a: [Float], _ b: [Float], _ tolerance: Float = 1e-5) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

@Suite("Layers")
struct LayerTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (inout RandomStream) -> any Layer
    let input: Shape
    let output: Shape
    /// Multiply-adds of the forward run.
    let products: Int

    init(
      _ name: String, _ input: Shape, _ output: Shape, _ products: Int,
      _ make: @escaping @Sendable (inout RandomStream) -> any Layer
    ) {
      testDescription = name
      self.make = make
      self.input = input
      self.output = output
      self.products = products
    }
  }

  static let cases = [
    Case("linear", [3, 5], [3, 4], 60) { Linear(5, 4, activation: .gelu, random: &$0) },
    Case("linear without a bias, of sequences", [2, 3, 5], [2, 3, 4], 120) {
      Linear(5, 4, bias: false, random: &$0)
    },
    Case("convolution", [2, 6, 5, 4], [2, 3, 3, 6], 2 * 9 * 6 * 9 * 2) {
      Conv2d(4, 6, kernel: 3, stride: 2, padding: .symmetric(1), groups: 2, random: &$0)
    },
    Case("convolution of sequences", [2, 9, 3], [2, 9, 4], 2 * 9 * 4 * 15) {
      Conv1d(3, 4, kernel: 5, padding: .same, activation: .tanh, random: &$0)
    },
    Case("transposed convolution", [2, 3, 4, 5], [2, 6, 8, 3], 2 * 12 * 5 * 12) {
      ConvTranspose2d(5, 3, kernel: 2, stride: 2, random: &$0)
    },
    Case("batch norm", [4, 3, 3, 5], [4, 3, 3, 5], 0) { _ in BatchNorm(5, activation: .relu) },
    Case("layer norm", [2, 3, 8], [2, 3, 8], 0) { _ in LayerNorm(8) },
    Case("layer norm without a bias", [2, 3, 8], [2, 3, 8], 0) { _ in LayerNorm(8, bias: false) },
    Case("RMS norm", [2, 3, 8], [2, 3, 8], 0) { _ in RMSNorm(8) },
    Case("group norm", [2, 3, 3, 6], [2, 3, 3, 6], 0) { _ in GroupNorm(groups: 3, channels: 6) },
    Case("maxima", [2, 6, 6, 3], [2, 3, 3, 3], 0) { _ in MaxPool2d(2) },
    Case("averages", [2, 6, 6, 3], [2, 5, 5, 3], 0) { _ in AveragePool2d(2, stride: 1) },
    Case("global average", [2, 6, 6, 3], [2, 3], 0) { _ in GlobalAveragePool() },
    Case("flatten", [2, 6, 6, 3], [2, 108], 0) { _ in Flatten() },
    Case("activation", [2, 3], [2, 3], 0) { _ in Activation.silu },
    Case("residual", [3, 4], [3, 4], 48) {
      Residual(Linear(4, 4, random: &$0), activation: .relu)
    },
    Case("residual with a shortcut", [3, 4], [3, 2], 48) {
      Residual(Linear(4, 2, random: &$0), shortcut: Linear(4, 2, random: &$0))
    },
    Case("LSTM", [2, 5, 3], [2, 5, 4], 10 * (3 + 4) * 16) { LSTM(3, 4, random: &$0) },
    Case("GRU", [2, 5, 3], [2, 5, 4], 10 * (3 + 4) * 12) { GRU(3, 4, random: &$0) },
  ]

  @Test("shapes, products counted and gradients of every parameter", arguments: cases)
  func everyLayer(_ test: Case) {
    var random = RandomStream(seed: 3)
    let layer = test.make(&random)
    let x = ramp(test.input)
    let pass = Pass.training(RandomStream(seed: 4))
    #expect(layer(x, pass).shape == test.output)
    #expect(pass.multiplyAdds == UInt64(test.products))
    let weights = ramp(test.output, 0.61)
    let parameters = layer.parameters()
    let (_, gradients) = valueAndGradient(of: parameters) {
      (layer(x, Pass.training(RandomStream(seed: 4))) * weights).sum()
    }
    #expect(gradients.count == parameters.count)
    for (parameter, gradient) in zip(parameters, gradients) {
      #expect(gradient.shape == parameter.variable.value.shape)
      #expect(
        gradient.values.contains { $0 != 0 }, "no gradient reaches \(parameter.name)")
    }
    // The input's gradient flows, too.
    let slope = gradient(at: x) {
      (layer($0, Pass.training(RandomStream(seed: 4))) * weights).sum()
    }
    #expect(slope.values.contains { $0 != 0 })
  }

  @Test("linear is a product, a sum and an activation")
  func linear() {
    let layer = Linear(
      weight: Tensor([[1, 2], [3, 4], [5, 6]]), bias: Tensor([-20, 1]), activation: .relu)
    #expect(layer(Tensor([[1, 0, -1], [2, 2, 2]])).values == [0, 0, 0, 25])
  }

  @Test("a convolution agrees with its sum written out")
  func convolution() {
    var random = RandomStream(seed: 1)
    let layer = Conv2d(2, 4, kernel: 3, padding: .symmetric(1), groups: 2, random: &random)
    let x = ramp([1, 4, 5, 2])
    let (xs, ws, bs) = (x.values, layer.weight.values, layer.bias!.values)
    var expected: [Float] = []
    for row in 0..<4 {
      for column in 0..<5 {
        for channel in 0..<4 {
          var sum = bs[channel]
          for i in 0..<3 {
            for j in 0..<3 {
              let (r, c) = (row + i - 1, column + j - 1)
              guard (0..<4).contains(r), (0..<5).contains(c) else { continue }
              // Two outputs to a group of one input.
              sum += xs[(r * 5 + c) * 2 + channel / 2] * ws[(i * 3 + j) * 4 + channel]
            }
          }
          expected.append(sum)
        }
      }
    }
    #expect(isClose(layer(x).values, expected))
  }

  @Test("batch norm learns with the batch's moments and infers with the running ones")
  func batchNorm() {
    let norm = BatchNorm(2, momentum: 0.5, epsilon: 0)
    let x = Tensor<Float>([[1, 10], [3, 30], [5, 20]])
    let y = norm(x, Pass.training(RandomStream(seed: 0)))
    let root = (3.0 as Float / 2).squareRoot()
    #expect(isClose(y.values, [-root, -root, 0, root, root, 0]))
    #expect(isClose(norm.runningMean.values, [1.5, 10]))
    // The unbiased variances are 4 and 100.
    #expect(isClose(norm.runningVariance.values, [2.5, 50.5]))
    let z = norm(Tensor([[4, 10]]))
    #expect(isClose(z.values, [2.5 / (2.5 as Float).squareRoot(), 0]))
    #expect(norm.runningMean.values[0] == 1.5)
  }

  @Test("dropout keeps the expectation, and everything in inference")
  func dropout() {
    let dropout = Dropout(0.25)
    let x = Tensor<Float>(repeating: 3, shape: [100, 100])
    #expect(dropout(x) == x)
    let pass = Pass.training(RandomStream(seed: 5))
    let y = dropout(x, pass).values
    #expect(Set(y) == [0, 4])
    #expect(abs(y.reduce(0, +) / 10_000 - 3) < 0.06)
    // The next draw is another, the same seed the same.
    #expect(dropout(x, pass).values != y)
    #expect(dropout(x, Pass.training(RandomStream(seed: 5))).values == y)
  }

  @Test("an LSTM agrees with its equations written out, and goes on from its state")
  func lstm() {
    var random = RandomStream(seed: 6)
    let layer = LSTM(2, 3, random: &random)
    let x = ramp([1, 4, 2])
    let (wx, wh, b) = (layer.inputWeight.values, layer.stateWeight.values, layer.bias.values)
    var (h, c) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3))
    var expected: [Float] = []
    for step in 0..<4 {
      let gates = (0..<12).map { g in
        b[g] + (0..<2).reduce(Float(0)) { $0 + x.values[step * 2 + $1] * wx[$1 * 12 + g] }
          + (0..<3).reduce(Float(0)) { $0 + h[$1] * wh[$1 * 12 + g] }
      }
      let sigmoid = Tensor<Float>(gates).sigmoid().values
      let tanh = Tensor<Float>(gates).tanh().values
      for k in 0..<3 {
        c[k] = sigmoid[3 + k] * c[k] + sigmoid[k] * tanh[6 + k]
        h[k] = sigmoid[9 + k] * Tensor<Float>(c[k]).tanh().scalar
      }
      expected += h
    }
    let (outputs, last) = layer.run(x, .inference)
    #expect(isClose(outputs.values, expected))
    #expect(isClose(last.cell.values, c))
    let (_, half) = layer.run(x[.all, 0..<2], .inference)
    #expect(isClose(layer.run(x[.all, 2..<4], from: half, .inference).last.hidden.values, h))
  }

  @Test("a GRU agrees with its equations written out")
  func gru() {
    var random = RandomStream(seed: 7)
    let layer = GRU(2, 3, random: &random)
    let x = ramp([1, 3, 2])
    let (wx, wh) = (layer.inputWeight.values, layer.stateWeight.values)
    let (bx, bh) = (layer.inputBias.values, layer.stateBias.values)
    var h = [Float](repeating: 0, count: 3)
    for step in 0..<3 {
      let i = (0..<9).map { g in
        bx[g] + (0..<2).reduce(Float(0)) { $0 + x.values[step * 2 + $1] * wx[$1 * 9 + g] }
      }
      let s = (0..<9).map { g in bh[g] + (0..<3).reduce(Float(0)) { $0 + h[$1] * wh[$1 * 9 + g] } }
      let gates = Tensor<Float>((0..<6).map { i[$0] + s[$0] }).sigmoid().values
      let new = Tensor<Float>((0..<3).map { i[6 + $0] + gates[$0] * s[6 + $0] }).tanh().values
      h = (0..<3).map { (1 - gates[3 + $0]) * new[$0] + gates[3 + $0] * h[$0] }
    }
    #expect(isClose(layer.run(x, .inference).last.values, h))
  }

  @Test("an embedding looks up rows, and repeated rows add up their gradients")
  func embedding() {
    var random = RandomStream(seed: 8)
    let layer = Embedding(4, 2, random: &random)
    layer.weight = Tensor([[0, 1], [2, 3], [4, 5], [6, 7]])
    let indices = Tensor<Int32>([[3, 0], [3, 1]])
    #expect(layer(indices).values == [6, 7, 0, 1, 6, 7, 2, 3])
    let (_, gradients) = valueAndGradient(of: layer) { layer(indices).sum() }
    #expect(gradients[0].values == [1, 1, 1, 1, 0, 0, 2, 2])
  }

  @Test("a sequence is built from parts, loops and choices")
  func builder() {
    var random = RandomStream(seed: 9)
    let isDeep = true
    let model = Sequential {
      Flatten()
      for _ in 0..<2 { Linear(4, 4, activation: .relu, random: &random) }
      if isDeep { Linear(4, 3, random: &random) } else { Activation.relu }
    }
    #expect(model.layers.count == 4)
    #expect(
      model.parameters().map(\.name).filter { $0.hasSuffix("weight") }
        == ["1.weight", "2.weight", "3.weight"])
    #expect(model(ramp([5, 2, 2])).shape == [5, 3])
  }
}
