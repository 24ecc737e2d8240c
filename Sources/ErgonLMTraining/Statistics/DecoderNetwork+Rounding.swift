import ErgonLM
import ErgonNN
import ErgonTensor

extension DecoderNetwork {
  /// A ternary network from the weights as they are: what rounding makes of a model that has not
  /// learned with it, or that has learned with another threshold.
  ///
  /// Activations are rounded too. Embedding, norms and head stay what they are, and so does this
  /// network; the result has no adapters, which are merged before.
  ///
  /// ```swift
  /// twin.ternarized()                        // post-training rounding of a full-precision model
  /// network.ternarized(threshold: 1.5)       // more zeros than it learned with
  /// ```
  ///
  /// - Parameter threshold: Scales the mean magnitude of a matrix: above 1 more weights become 0.
  public func ternarized(threshold: Float = 1) -> DecoderNetwork {
    var configuration = configuration
    configuration.roundsToTernary = true
    var random = RandomStream(seed: 0)
    let rounded = DecoderNetwork(
      configuration, tiesHead: head == nil, initializer: .zeros, random: &random)
    let targets = Dictionary(
      uniqueKeysWithValues: rounded.parameters().map { ($0.name, $0.variable) })
    for parameter in parameters() { targets[parameter.name]?.value = parameter.variable.value }
    for (source, target) in zip(projections, rounded.projections) {
      target.projection.weight = source.projection.mergedWeight.rounded(threshold: threshold)
      target.projection.bias = source.projection.bias
    }
    return rounded
  }
}

extension Tensor where Scalar == Float {
  /// Trits times a scale such that rounding finds the same trits and the same scale again.
  ///
  /// Rounding takes the mean magnitude for the scale, zeros among it; so each other weight has to
  /// weigh for them too.
  fileprivate func rounded(threshold: Float) -> Tensor {
    withoutRecording {
      let (values, _) = ternarized(threshold: threshold)
      let others = values.withElements { $0.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } }
      return others == 0 ? values : values * (Float(values.count) / Float(others))
    }
  }
}
