public import ErgonTensor

/// The residual network of 20 layers for 32 x 32 images: 272,474 parameters for ten classes.
///
/// Three stages of three blocks, with 16, 32 and 64 channels. Where the size halves, the way past
/// the body is a 1 x 1 convolution.
///
/// ```swift
/// let model = ResNet20(random: &random)
/// model(images)                              // [32, 32, 32, 3]  ->  [32, 10]
/// ```
///
/// - Reference: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2016,
///   section 4.2.
public struct ResNet20: Layer {
  public let stem: Sequential
  public let blocks: [Residual]
  public let classifier: Linear

  public init(classes: Int = 10, random: inout RandomStream) {
    func convolution(_ inputs: Int, _ outputs: Int, _ kernel: Extent, _ stride: Extent) -> Conv2d {
      Conv2d(
        inputs, outputs, kernel: kernel, stride: stride,
        padding: .symmetric(Extent(kernel.height / 2)), bias: false, initializer: .kaimingNormal,
        random: &random)
    }
    stem = Sequential(convolution(3, 16, 3, 1), BatchNorm(16, activation: .relu))
    var blocks: [Residual] = []
    var inputs = 16
    for outputs in [16, 32, 64] {
      for _ in 0..<3 {
        let stride: Extent = inputs == outputs ? 1 : 2
        let body = Sequential(
          convolution(inputs, outputs, 3, stride), BatchNorm(outputs, activation: .relu),
          convolution(outputs, outputs, 3, 1), BatchNorm(outputs))
        let shortcut =
          inputs == outputs
          ? nil : Sequential(convolution(inputs, outputs, 1, stride), BatchNorm(outputs))
        blocks.append(Residual(body, shortcut: shortcut, activation: .relu))
        inputs = outputs
      }
    }
    self.blocks = blocks
    classifier = Linear(64, classes, random: &random)
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    var x = stem(x, pass)
    for block in blocks { x = block(x, pass) }
    return classifier(x.globalAveragePool2d(), pass)
  }
}
