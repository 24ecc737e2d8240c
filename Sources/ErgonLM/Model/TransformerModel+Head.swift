extension TransformerModel {
  /// The projection to the vocabulary, which reads the weights in place.
  static func makeHead(
    _ weights: ModelWeights, _ kind: LoadOptions.Head
  ) throws(LMError) -> any OutputHead {
    ExactHead(weights.outputMatrix, owner: weights)
  }
}
