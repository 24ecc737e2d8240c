extension Architecture {
  /// BitNet b1.58: ternary matrices, int8 activations, norms before the output matrices of attention
  /// and feed-forward.
  ///
  /// The 700M to 3B models (`bitnet`, `BitnetForCausalLM`) gate with SiLU, 2B-4T (`bitnet-b1.58`,
  /// and `bitnet-25` as some converters write it) with the square of ReLU. Matrices in full
  /// precision are what training keeps, and are rounded, unless the file says that they are not.
  ///
  /// Reference: Ma et al. 2024, arXiv:2402.17764; Ma et al. 2025, arXiv:2504.12285.
  static let bitNet = Architecture(
    name: "bitnet-b1.58", ggufNames: ["bitnet", "bitnet-25", "bitnet-b1.58"],
    modelTypes: ["bitnet"],
    outerNames: decoderOuterNames, layerNames: decoderLayerNames, prefixes: decoderPrefixes,
    configure: { (reader, configuration) throws(LMError) in
      configuration.activation =
        !reader.isHuggingFace && reader.architecture == "bitnet" ? .silu : .squaredRelu
      try configuration.readDecoder(reader, pairing: .halves)
      _ = try quantizesOnline(reader)
      configuration.hasSubNorms = true
      let key = ModelConfiguration.keepsWeightsKey
      configuration.roundsToTernary = reader.boolean(.init(key, key)) != true
    },
    tensors: decoderTensors)
}
