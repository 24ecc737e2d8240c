public import ErgonTensor

/// While learning, leaves each element out with a probability and scales up the rest, so that the
/// expectation stays.
///
/// - Reference: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout", 2014.
public struct Dropout: Layer {
  public let probability: Float

  /// - Precondition: the probability is in `0 ..< 1`.
  public init(_ probability: Float) {
    precondition(
      probability >= 0 && probability < 1, "Dropout: a probability of \(probability)")
    self.probability = probability
  }

  public func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    guard pass.isTraining, probability > 0 else { return x }
    return x.dropout(probability: probability, using: &pass.random)
  }
}
