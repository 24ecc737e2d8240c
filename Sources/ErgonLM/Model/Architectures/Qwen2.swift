extension Architecture {
  /// Qwen2 and Qwen2.5: Llama with biases of queries, keys and values.
  static let qwen2 = Architecture(
    name: "qwen2", ggufNames: ["qwen2"], modelTypes: ["qwen2"],
    outerNames: decoderOuterNames, layerNames: decoderLayerNames, prefixes: decoderPrefixes,
    configure: { (reader, configuration) throws(LMError) in
      try configuration.readDecoder(reader, pairing: .halves)
      configuration.hasProjectionBiases = true
    },
    tensors: decoderTensors)
}
