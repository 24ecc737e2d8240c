public import ErgonLM
import ErgonNN
public import ErgonTensor

// Fine-tuning with adapters of low rank: what is learned is small, the network beneath stays.
extension DecoderNetwork {
  /// A network over the same weights with an adapter beside the matrices whose name matches one of
  /// the patterns; only the adapters learn from now on.
  ///
  /// The weights are shared, not copied, and stay out of learning in this network and in the one
  /// that it comes from until `unfreeze()`. Adapters that there were go.
  ///
  /// ```swift
  /// let tuned = network.adapted(["*.query", "*.value"], rank: 8, alpha: 16, random: &random)
  /// try pretrain(tuned, on: answers, settings: .fullPrecision(steps: 200))
  /// try tuned.saveAdapters(to: "adapter/")
  /// ```
  ///
  /// Beside a ternary matrix the adapter is in full precision: it reads the same 8-bit numbers, and
  /// what it says is added to what the trits say.
  ///
  /// - Parameters:
  ///   - patterns: Of names as ``projections`` has them; `*` stands for any text.
  ///   - alpha: What the adapters' products are multiplied by, times the rank.
  /// - Precondition: a positive rank, and at least one matrix that matches.
  /// - Cost: rank · (in + out) numbers a matrix.
  public func adapted(
    _ patterns: [String] = ["*"], rank: Int, alpha: Float, random: inout RandomStream
  ) -> DecoderNetwork {
    let patterns = patterns.map(NamePattern.init)
    var found = false
    let network = mappingProjections { name, projection in
      var projection = projection
      projection.adapter = nil
      guard patterns.contains(where: { $0.matches(name) }) else { return projection }
      found = true
      let shape = projection.weight.shape
      projection.adapter = LowRankAdapter(
        inputs: shape[0], outputs: shape[1], rank: rank, alpha: alpha, random: &random)
      return projection
    }
    precondition(found, "adapted: no matrix matches the patterns")
    network.freeze()
    for (_, adapter) in network.adapters { adapter.unfreeze() }
    return network
  }

  /// The adapters by the names of their matrices.
  public var adapters: [(name: String, adapter: LowRankAdapter)] {
    projections.compactMap { entry in entry.projection.adapter.map { (entry.name, $0) } }
  }

  /// A network without adapters that says what this one says, in full precision.
  ///
  /// Of a ternary network the trits times their scale become the weights to which the adapters are
  /// added, and nothing is rounded any more: rounding again would undo most of what was learned. Its
  /// inputs are no longer rounded to 8 bits either, which changes what it says a little.
  ///
  /// - Throws: ``ErgonLM/LMError/request(what:reason:mend:)`` for a ternary network unless that is
  ///   asked for.
  public func merged(leavingTernary: Bool = false) throws(LMError) -> DecoderNetwork {
    let isTernary = configuration.roundsToTernary
    guard leavingTernary || !isTernary || adapters.isEmpty else {
      throw .request(
        what: "merging adapters into ternary matrices",
        reason: "rounding the sums would undo most of what the adapters learned",
        mend: "merge into full precision, or keep the adapters beside the matrices")
    }
    return withoutRecording {
      let weightOf = { (projection: Projection) -> Tensor<Float> in
        let weight =
          projection.isTernary ? projection.weight.ternaryStraightThrough() : projection.weight
        return projection.adapter.map { weight + $0.product } ?? weight
      }
      let keepsTrits = isTernary && adapters.isEmpty
      return copy(configuration: keepsTrits ? configuration : configuration.fullPrecisionTwin) {
        Projection(
          weight: keepsTrits ? $0.weight : weightOf($0), bias: $0.bias,
          isTernary: keepsTrits && $0.isTernary)
      }
    }
  }

  /// The same weights, each projection as `change` makes it of its name and what it was.
  func mappingProjections<E>(
    _ change: (String, Projection) throws(E) -> Projection
  ) throws(E) -> DecoderNetwork {
    var network = DecoderNetwork(
      configuration: configuration,
      embedding: embedding, layers: try mappingLayers(configuration, norm: { $0 }, change),
      outputNorm: outputNorm, head: head)
    network.checkpointsActivations = checkpointsActivations
    return network
  }

  /// A network with weights of its own, its projections made anew.
  private func copy(
    configuration: ModelConfiguration, _ make: (Projection) -> Projection
  ) -> DecoderNetwork {
    func own(_ norm: RMSNorm) -> RMSNorm {
      let copy = RMSNorm(norm.weight.count, epsilon: norm.epsilon)
      copy.weight = norm.weight
      return copy
    }
    var network = DecoderNetwork(
      configuration: configuration, embedding: Embedding(weight: embedding.weight),
      layers: mappingLayers(configuration, norm: own) { make($1) },
      outputNorm: own(outputNorm),
      head: head.map { Projection(weight: $0.weight, bias: $0.bias, isTernary: false) })
    network.checkpointsActivations = checkpointsActivations
    return network
  }

  private func mappingLayers<E>(
    _ configuration: ModelConfiguration, norm: (RMSNorm) -> RMSNorm,
    _ change: (String, Projection) throws(E) -> Projection
  ) throws(E) -> [DecoderLayer] {
    var mapped: [DecoderLayer] = []
    for (index, layer) in layers.enumerated() {
      func changed(_ name: String, _ projection: Projection) throws(E) -> Projection {
        try change("layers.\(index).\(name)", projection)
      }
      mapped.append(
        DecoderLayer(
          attentionNorm: norm(layer.attentionNorm), query: try changed("query", layer.query),
          key: try changed("key", layer.key), value: try changed("value", layer.value),
          queryNorm: layer.queryNorm.map(norm), keyNorm: layer.keyNorm.map(norm),
          attentionSubNorm: layer.attentionSubNorm.map(norm),
          output: try changed("output", layer.output),
          feedForwardNorm: norm(layer.feedForwardNorm), gate: try changed("gate", layer.gate),
          up: try changed("up", layer.up),
          feedForwardSubNorm: layer.feedForwardSubNorm.map(norm),
          down: try changed("down", layer.down), configuration: configuration,
          rotary: layer.rotary, activation: layer.activation))
    }
    return mapped
  }
}
