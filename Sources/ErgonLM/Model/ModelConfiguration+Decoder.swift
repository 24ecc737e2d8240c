extension ModelConfiguration {
  /// A decoder to be trained: with norms before its last matrices of BitNet's shape, without them
  /// of Llama's.
  ///
  /// - Parameters:
  ///   - context: Tokens that it will read.
  ///   - keyValueHeads: As many as heads unless said.
  ///   - activation: Of the gate.
  ///   - hasSubNorms: Norms before the last matrices of attention and feed-forward; as ternary
  ///     matrices need them unless said.
  /// - Precondition: the sizes divide.
  public static func decoder(
    vocabulary: Int, context: Int = 512, width: Int, layers: Int, heads: Int,
    keyValueHeads: Int? = nil, feedForward: Int, activation: Activation = .squaredRelu,
    isTernary: Bool = true, hasSubNorms: Bool? = nil, rotaryBase: Double = 10_000
  ) -> ModelConfiguration {
    let keyValueHeads = keyValueHeads ?? heads
    precondition(
      heads > 0 && width % (2 * heads) == 0 && keyValueHeads > 0 && heads % keyValueHeads == 0,
      "decoder: width \(width), \(heads) heads and \(keyValueHeads) of keys do not divide")
    let hasSubNorms = hasSubNorms ?? isTernary
    var configuration = ModelConfiguration(
      architecture: hasSubNorms ? "bitnet-b1.58" : "llama",
      vocabularySize: vocabulary, contextLength: context, hiddenSize: width, layers: layers,
      feedForwardSize: feedForward, heads: heads, keyValueHeads: keyValueHeads,
      headSize: width / heads, normEpsilon: 1e-5, rotary: RotaryOptions(base: rotaryBase),
      activation: activation)
    configuration.hasSubNorms = hasSubNorms
    configuration.roundsToTernary = isTernary
    return configuration
  }

  /// The same model with matrices in full precision.
  public var fullPrecisionTwin: ModelConfiguration {
    var twin = self
    twin.roundsToTernary = false
    return twin
  }

  /// Numbers that training learns: vectors of tokens, matrices and norms.
  ///
  /// V d + L (2 d q + 2 d kv + 3 d f + 2 d [+ q + f with norms before the last matrices]) + d, and
  /// V d once more with a head of its own.
  public func trainableParameters(tiesHead: Bool = true) -> Int {
    let d = hiddenSize
    let matrices = 2 * d * querySize + 2 * d * keyValueSize + 3 * d * feedForwardSize
    let norms =
      2 * d + (hasSubNorms ? querySize + feedForwardSize : 0)
      + (hasQueryKeyNorms ? 2 * headSize : 0)
    return vocabularySize * d * (tiesHead ? 1 : 2) + layers * (matrices + norms) + d
  }
}
