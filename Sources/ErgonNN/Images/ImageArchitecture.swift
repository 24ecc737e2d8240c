public import ErgonTensor

/// A network for images that has a name.
public enum ImageArchitecture: String, Sendable, Hashable, CaseIterable {
  /// ``LeNet5``, for 28 x 28 grey images.
  case lenet
  /// An ``MLP`` with one layer of 256 between, for images of any size.
  case mlp
  /// ``ResNet20``, for images in colour.
  case resnet20

  /// What it is, in a line.
  public var summary: String {
    switch self {
    case .lenet: "LeNet-5: two convolutions, three full layers; 28 x 28 grey"
    case .mlp: "one hidden layer of 256; any size"
    case .resnet20: "residual network of 20 layers; colour, 32 x 32 or near it"
    }
  }

  /// A new network.
  ///
  /// - Throws: ``NNError/unfitImages(network:reason:)`` where images of this form do not fit.
  public func network(
    height: Int, width: Int, channels: Int, classes: Int, random: inout RandomStream
  ) throws(NNError) -> any Layer {
    let given = "images are \(height) x \(width) with \(channels) channels"
    switch self {
    case .lenet:
      guard (height, width, channels) == (28, 28, 1) else {
        throw .unfitImages(network: rawValue, reason: "\(given), not 28 x 28 with 1")
      }
      return LeNet5(classes: classes, random: &random)
    case .mlp:
      return MLP([height * width * channels, 256, classes], random: &random)
    case .resnet20:
      guard channels == 3, height >= 8, width >= 8 else {
        throw .unfitImages(network: rawValue, reason: "\(given), not at least 8 x 8 with 3")
      }
      return ResNet20(classes: classes, random: &random)
    }
  }
}
