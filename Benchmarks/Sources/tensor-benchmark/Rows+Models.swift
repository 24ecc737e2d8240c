import ErgonNN
import ErgonTensor

/// What is timed, by name: each makes a closure that is one call.
///
/// `Peers/tensor_torch.py` has the same ones.
enum Rows {
  static var all: [String: () -> () -> Void] { models.merging(operations) { $1 } }

  static var models: [String: () -> () -> Void] {
    [
      "lenet-step": { leNetStep(batch: 64) },
      "lenet-inference-1": { leNetInference(batch: 1) },
      "lenet-inference-256": { leNetInference(batch: 256) },
      "mlp-step": mlpStep,
      "decoder-step": decoderStep,
      "resnet-step": resNetStep,
      "adamw": adamW,
    ]
  }

  static func leNetStep(batch: Int) -> () -> Void {
    var random = RandomStream(seed: 1)
    let model = LeNet5(random: &random)
    return step(
      model, SGD(model, rate: 0.01, momentum: 0.9),
      .normal([batch, 28, 28, 1], using: &random), .integers([batch], in: 0..<10, using: &random))
  }

  private static func leNetInference(batch: Int) -> () -> Void {
    var random = RandomStream(seed: 1)
    let model = LeNet5(random: &random)
    let images = Tensor<Float>.normal([batch, 28, 28, 1], using: &random)
    return { _ = model(images) }
  }

  private static func mlpStep() -> () -> Void {
    var random = RandomStream(seed: 1)
    let model = MLP([784, 256, 10], random: &random)
    return step(
      model, SGD(model, rate: 0.01, momentum: 0.9), .normal([64, 784], using: &random),
      .integers([64], in: 0..<10, using: &random))
  }

  private static func resNetStep() -> () -> Void {
    var random = RandomStream(seed: 1)
    let model = ResNet20(random: &random)
    return step(
      model, SGD(model, rate: 0.01, momentum: 0.9), .normal([32, 32, 32, 3], using: &random),
      .integers([32], in: 0..<10, using: &random))
  }

  private static func step(
    _ model: some Layer, _ optimizer: some Optimizer, _ images: Tensor<Float>,
    _ labels: Tensor<Int32>
  ) -> () -> Void {
    {
      let (_, gradients) = valueAndGradient(of: optimizer.parameters) {
        crossEntropy(model(images, .training(RandomStream(seed: 2))), labels)
      }
      optimizer.step(gradients)
    }
  }

  private static func decoderStep() -> () -> Void {
    var random = RandomStream(seed: 1)
    let model = TransformerDecoder(random: &random)
    let optimizer = AdamW(model, rate: 3e-4)
    let tokens = Tensor<Int32>.integers([8, 256], in: 0..<4096, using: &random)
    let following = Tensor<Int32>.integers([8, 256], in: 0..<4096, using: &random)
    return {
      let (_, gradients) = valueAndGradient(of: optimizer.parameters) {
        crossEntropy(model(tokens, .training(RandomStream(seed: 2))), following)
      }
      optimizer.step(gradients)
    }
  }

  /// One step on the decoder's parameters alone.
  private static func adamW() -> () -> Void {
    var random = RandomStream(seed: 1)
    let optimizer = AdamW(TransformerDecoder(random: &random), rate: 3e-4)
    let gradients = optimizer.parameters.map {
      Tensor<Float>.normal($0.variable.value.shape, deviation: 1e-3, using: &random)
    }
    return { optimizer.step(gradients) }
  }
}
