public import ErgonLM
public import ErgonNN
public import ErgonTensor

/// A language model that can learn: a decoder of Llama's shape whose matrices are ternary where its
/// configuration says so.
///
/// Embedding, norms and head stay in full precision. The weights are what ErgonLM opens and runs,
/// so that what has been learned is served without another step than rounding.
///
/// ```swift
/// let configuration = ModelConfiguration.decoder(
///   vocabulary: 512, width: 256, layers: 4, heads: 8, keyValueHeads: 2, feedForward: 512)
/// let network = DecoderNetwork(configuration, random: &random)
/// let logits = network(tokens, pass)         // tokens: [8, 256]  ->  [8, 256, 512]
/// ```
///
/// - Cost: 2 operations a weight and token, and 4 · width · context / 2 a layer and token for
///   attention.
/// - Reference: Ma et al., "The era of 1-bit LLMs", 2024, with the norms before the last matrices
///   that its released models have; Touvron et al., "LLaMA", 2023, for the rest.
public struct DecoderNetwork: Module {
  public let configuration: ModelConfiguration
  /// `[vocabulary, width]`.
  public let embedding: Embedding
  public let layers: [DecoderLayer]
  public let outputNorm: RMSNorm
  /// `[width, vocabulary]`; the embedding is the head where there is none.
  public let head: Projection?
  /// Whether only the layers' inputs are kept for the gradient, and their insides computed again.
  public var checkpointsActivations = false

  init(
    configuration: ModelConfiguration, embedding: Embedding, layers: [DecoderLayer],
    outputNorm: RMSNorm, head: Projection?
  ) {
    self.configuration = configuration
    self.embedding = embedding
    self.layers = layers
    self.outputNorm = outputNorm
    self.head = head
  }

  /// A network that has learned nothing: normal weights of deviation 0.02.
  ///
  /// - Precondition: the configuration is a decoder's, without rotary scaling.
  public init(
    _ configuration: ModelConfiguration, tiesHead: Bool = true,
    initializer: Initializer = .normal(deviation: 0.02), random: inout RandomStream
  ) {
    let c = configuration
    func matrix(_ inputs: Int, _ outputs: Int, isTernary: Bool) -> Projection {
      let weight = initializer(
        Initializer.Target(shape: [inputs, outputs], fanIn: inputs, fanOut: outputs), &random)
      let bias: Tensor<Float>? = nil
      return Projection(weight: weight, bias: bias, isTernary: isTernary)
    }
    embedding = Embedding(
      c.vocabularySize, c.hiddenSize, initializer: initializer, random: &random)
    let rotary = c.rotaryTable
    layers = (0..<c.layers).map { _ in
      func norm(_ size: Int) -> RMSNorm { RMSNorm(size, epsilon: c.normEpsilon) }
      func inner(_ inputs: Int, _ outputs: Int) -> Projection {
        matrix(inputs, outputs, isTernary: c.roundsToTernary)
      }
      return DecoderLayer(
        attentionNorm: norm(c.hiddenSize), query: inner(c.hiddenSize, c.querySize),
        key: inner(c.hiddenSize, c.keyValueSize), value: inner(c.hiddenSize, c.keyValueSize),
        queryNorm: c.hasQueryKeyNorms ? norm(c.headSize) : nil,
        keyNorm: c.hasQueryKeyNorms ? norm(c.headSize) : nil,
        attentionSubNorm: c.hasSubNorms ? norm(c.querySize) : nil,
        output: inner(c.querySize, c.hiddenSize),
        feedForwardNorm: norm(c.hiddenSize), gate: inner(c.hiddenSize, c.feedForwardSize),
        up: inner(c.hiddenSize, c.feedForwardSize),
        feedForwardSubNorm: c.hasSubNorms ? norm(c.feedForwardSize) : nil,
        down: inner(c.feedForwardSize, c.hiddenSize),
        configuration: c, rotary: rotary, activation: c.gateActivation)
    }
    outputNorm = RMSNorm(c.hiddenSize, epsilon: c.normEpsilon)
    head = tiesHead ? nil : matrix(c.hiddenSize, c.vocabularySize, isTernary: false)
    self.configuration = c
  }

  /// The logits of the token after each: `[n, steps, vocabulary]` from `[n, steps]`.
  public func callAsFunction(_ tokens: Tensor<Int32>, _ pass: Pass) -> Tensor<Float> {
    logits(of: hidden(tokens, pass), pass)
  }

  /// What the head reads: `[n, steps, width]` from `[n, steps]`.
  public func hidden(_ tokens: Tensor<Int32>, _ pass: Pass) -> Tensor<Float> {
    precondition(
      tokens.rank == 2 && tokens.shape[1] <= configuration.contextLength,
      "DecoderNetwork: tokens \(tokens.shape): [n, steps] of at most "
        + "\(configuration.contextLength) steps is due")
    var x = embedding(tokens)
    for layer in layers {
      x = checkpointsActivations && pass.isTraining ? Checkpointed(layer)(x, pass) : layer(x, pass)
    }
    return outputNorm(x, pass)
  }

  private func logits(of hidden: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
    if let head { return head(hidden, pass) }
    let weight = embedding.weight
    pass.count(multiplyAdds: hidden.count * weight.shape[0])
    return hidden.linear(weight.transposed())
  }

  /// The matrices of the layers by name, for statistics and adapters.
  public var projections: [(name: String, projection: Projection)] {
    layers.enumerated().flatMap { index, layer in
      [
        ("query", layer.query), ("key", layer.key), ("value", layer.value),
        ("output", layer.output), ("gate", layer.gate), ("up", layer.up), ("down", layer.down),
      ].map { ("layers.\(index).\($0.0)", $0.1) }
    }
  }
}

extension ModelConfiguration {
  /// - Precondition: positions are not scaled.
  var rotaryTable: RotaryTable<Float> {
    precondition(rotary.scaling == .none, "DecoderNetwork: scaled positions")
    return RotaryTable(size: headSize, positions: contextLength, base: rotary.base)
  }

  var gateActivation: ErgonTensor.Activation {
    switch activation {
    case .silu: .silu
    case .gelu: .gelu
    case .geluTanh: .geluTanh
    case .relu: .relu
    case .squaredRelu: .squaredReLU
    }
  }
}
