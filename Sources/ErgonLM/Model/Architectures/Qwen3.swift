extension Architecture {
  /// Qwen3: Llama with a norm of each head's queries and keys, and heads of a size of their own.
  static let qwen3 = Architecture(
    name: "qwen3", ggufNames: ["qwen3"], modelTypes: ["qwen3"],
    outerNames: decoderOuterNames, layerNames: decoderLayerNames, prefixes: decoderPrefixes,
    configure: { (reader, configuration) throws(LMError) in
      try configuration.readDecoder(reader, pairing: .halves)
      configuration.hasQueryKeyNorms = true
    },
    tensors: decoderTensors)
}
