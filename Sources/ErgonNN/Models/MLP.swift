public import ErgonTensor

/// Full layers one after the other, with an activation between them.
///
/// ```swift
/// let model = MLP([784, 256, 10], random: &random)
/// model(x)                                   // [n, …] of 784 elements each  ->  [n, 10]
/// ```
public struct MLP: Layer {
  public let layers: [Linear]

  /// - Parameter widths: Of the input, of what lies between, and of the output.
  public init(
    _ widths: [Int], activation: Activation = .relu, initializer: Initializer = .fanInUniform,
    random: inout RandomStream
  ) {
    precondition(widths.count > 1, "MLP: widths \(widths) name no layer")
    var layers: [Linear] = []
    for (index, (inputs, outputs)) in zip(widths, widths.dropFirst()).enumerated() {
      layers.append(
        Linear(
          inputs, outputs, activation: index < widths.count - 2 ? activation : .none,
          initializer: initializer, random: &random))
    }
    self.layers = layers
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    var x = x.rank == 2 ? x : x.reshaped(x.shape[0], -1)
    for layer in layers { x = layer(x, pass) }
    return x
  }
}
