import ErgonNN
import ErgonTensor
import Testing

@Suite("Ready models")
struct ModelTests {
  @Test("LeNet-5 has 61,706 parameters and 416,520 multiply-adds an image")
  func leNet() {
    var random = RandomStream(seed: 1)
    let model = LeNet5(random: &random)
    #expect(model.parameterCount == 61_706)
    #expect(
      model.parameters().map(\.name) == [
        "features.0.weight", "features.0.bias", "features.2.weight", "features.2.bias",
        "classifier.0.weight", "classifier.0.bias", "classifier.1.weight", "classifier.1.bias",
        "classifier.2.weight", "classifier.2.bias",
      ])
    let pass = Pass.inference
    #expect(model(ramp([3, 28, 28, 1]), pass).shape == [3, 10])
    #expect(pass.multiplyAdds == 3 * 416_520)
  }

  @Test("an MLP flattens its input and ends without an activation")
  func mlp() {
    var random = RandomStream(seed: 1)
    let model = MLP([784, 256, 10], random: &random)
    #expect(model.parameterCount == 784 * 256 + 256 + 2560 + 10)
    let y = model(ramp([5, 28, 28, 1]))
    #expect(y.shape == [5, 10])
    #expect(y.values.contains { $0 < 0 })
  }

  @Test("ResNet-20 has 272,474 parameters, learns and infers")
  func resNet() {
    var random = RandomStream(seed: 1)
    let model = ResNet20(random: &random)
    #expect(model.parameterCount == 272_474)
    #expect(model.buffers().count == 2 * 21)
    let x = ramp([2, 32, 32, 3])
    let pass = Pass.training(RandomStream(seed: 2))
    #expect(model(x, pass).shape == [2, 10])
    #expect(model(x).allFinite)
    let labels = Tensor<Int32>([3, 7])
    let (_, gradients) = valueAndGradient(of: model) {
      crossEntropy(model(x, Pass.training(RandomStream(seed: 2))), labels)
    }
    #expect(gradients.count == 65)
    #expect(gradients.allSatisfy { $0.values.contains { $0 != 0 } })
  }

  @Test("an MLP learns what no line can tell apart")
  func ring() throws {
    var random = RandomStream(seed: 2)
    let points = Tensor<Float>.uniform([256, 2], in: -1..<1, using: &random)
    let labels = Tensor<Int32>(
      points.squared().sum(axes: [1]).values.map { $0 < 0.6 ? 1 : 0 })
    let batches = (0..<8).map { index in
      Batch(
        inputs: points[(index * 32)..<(index * 32 + 32)],
        targets: labels[(index * 32)..<(index * 32 + 32)])
    }
    let model = MLP([2, 32, 2], random: &random)
    let history = try train(
      model, on: { _ in batches }, loss: { crossEntropy($0, $1) }, metrics: [.accuracy],
      optimizer: Adam(model, rate: 0.01), epochs: 60)
    #expect(history.epochs.last!.training.figures["accuracy"]! > 0.97)
    // Forward and twice as much back, two operations a multiply-add.
    #expect(history.counts.operations == 60 * 256 * 3 * 2 * (2 * 32 + 32 * 2))
  }
}
