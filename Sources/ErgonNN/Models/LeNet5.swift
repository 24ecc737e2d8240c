public import ErgonTensor

/// LeNet-5 for 28 x 28 images: two convolutions and three full layers, 61,706 parameters.
///
/// ```swift
/// let model = LeNet5(random: &random)
/// model(images)                              // [64, 28, 28, 1]  ->  [64, 10]
/// ```
///
/// - Reference: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
///   recognition", 1998, with ReLU, maxima for averages and full connections.
public struct LeNet5: Layer {
  public let features: Sequential
  public let classifier: Sequential

  public init(classes: Int = 10, random: inout RandomStream) {
    features = Sequential(
      Conv2d(
        1, 6, kernel: 5, padding: .symmetric(2), activation: .relu, random: &random),
      MaxPool2d(2),
      Conv2d(6, 16, kernel: 5, activation: .relu, random: &random),
      MaxPool2d(2))
    classifier = Sequential(
      Linear(16 * 5 * 5, 120, activation: .relu, random: &random),
      Linear(120, 84, activation: .relu, random: &random),
      Linear(84, classes, random: &random))
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    // [n, 28, 28, 1]  ->  [n, 5, 5, 16]  ->  [n, 400]  ->  [n, classes]
    let seen = features(x, pass)
    return classifier(seen.reshaped(x.shape[0], -1), pass)
  }
}
