import ErgonNN
import ErgonTensor
import Testing

@Suite("Layers give the values and gradients that PyTorch gives")
struct GoldenLayerTests {
  /// A layer with a case's weights, and the case's value and gradients.
  private func expect(
    _ name: String, _ model: some Layer, tolerance: Float = 1e-5
  ) throws {
    let inputs = Golden.inputs(of: name)
    let x = try #require(inputs.first { $0.name == "x" })
    let state = Dictionary(
      uniqueKeysWithValues: inputs.filter { $0.name != "x" }.map { ($0.name, $0.variable.value) })
    try model.load(state)
    Golden.expect(name, in: model.parameters() + [x], tolerance: tolerance) {
      model(x.variable.value, .inference)
    }
  }

  @Test("a gated recurrent unit")
  func gru() throws {
    var random = RandomStream(seed: 1)
    try expect("layer/gru", GRU(3, 4, random: &random))
  }

  @Test("a long short-term memory, whose two biases are one")
  func lstm() throws {
    var random = RandomStream(seed: 1)
    let name = "layer/lstm"
    let model = LSTM(3, 4, random: &random)
    let bias = Golden.tensor(name + "/in.inputBias") + Golden.tensor(name + "/in.stateBias")
    try model.load([
      "inputWeight": Golden.tensor(name + "/in.inputWeight"),
      "stateWeight": Golden.tensor(name + "/in.stateWeight"), "bias": bias,
    ])
    let x = NamedVariable(name: "x", variable: Variable(Golden.tensor(name + "/in.x")))
    let parameters = model.parameters().map {
      $0.name == "bias" ? NamedVariable(name: "inputBias", variable: $0.variable) : $0
    }
    Golden.expect(name, in: parameters + [x]) { model(x.variable.value, .inference) }
  }

  @Test("a causal transformer block")
  func block() throws {
    var random = RandomStream(seed: 1)
    // Gradients cancel in it: those of the keys' biases to zero.
    try expect(
      "layer/block", TransformerBlock(6, heads: 2, hidden: 10, isCausal: true, random: &random),
      tolerance: 1e-4)
  }

  @Test("an embedding, whose repeated rows add their gradients up")
  func embedding() throws {
    var random = RandomStream(seed: 1)
    let layer = Embedding(5, 3, random: &random)
    try layer.load(["weight": Golden.tensor("layer/embedding/in.weight")])
    Golden.expect("layer/embedding", in: layer.parameters()) {
      layer(Golden.integers("layer/embedding/of.tokens"))
    }
  }

  @Test("batch normalisation of two batches, and the running moments it is left with")
  func batchNorm() {
    let layer = BatchNorm(3)
    let pass = Pass.training(RandomStream(seed: 1))
    for step in 0..<2 {
      Golden.expect(layer(Golden.tensor("batchNorm/x\(step)"), pass), "batchNorm/y\(step)")
    }
    Golden.expect(layer.runningMean, "batchNorm/mean")
    Golden.expect(layer.runningVariance, "batchNorm/variance")
  }

  @Test("one step of LeNet-5: loss, logits, gradients, and the loss after it")
  func leNet() throws {
    var random = RandomStream(seed: 1)
    let model = LeNet5(random: &random)
    let parameters = model.parameters()
    // The weights of make_golden.py: features.1 and features.3 are pools without any.
    for parameter in parameters {
      let shape = parameter.variable.value.shape
      let root = Double(shape.count / shape[-1]).squareRoot()
      let isBias = parameter.name.hasSuffix("bias")
      let values = (0..<shape.count).map { (i: Int) -> Float in
        if isBias { return Float(i % 7 - 3) / 16 }
        let whole = (37 * i) % 101 - 50
        return Float(Double(whole) / (50 * root))
      }
      parameter.variable.value = Tensor(values, shape: shape)
    }
    let images = Golden.tensor("lenet/images")
    let labels = Golden.integers("lenet/labels")
    func loss(_ model: LeNet5) -> Tensor<Float> {
      crossEntropy(model(images, .training(RandomStream(seed: 1))), labels)
    }
    Golden.expect(model(images), "lenet/logits")
    let (value, gradients) = valueAndGradient(of: parameters) { loss(model) }
    Golden.expect(value, "lenet/loss")
    for (parameter, gradient) in zip(parameters, gradients) {
      let name = parameter.name
      let flat = gradient.reshaped(gradient.count)
      Golden.expect(
        gradient.count > 1000 ? flat.slice(axis: 0, by: 29) : flat, "lenet/some.\(name)")
      Golden.expect(
        gradient.reshaped(-1, gradient.shape[-1]).sum(axes: [0]), "lenet/sum.\(name)")
    }
    SGD(parameters, rate: 0.1).step(gradients)
    Golden.expect(loss(model), "lenet/after")
  }
}
