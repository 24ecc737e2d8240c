extension Architecture {
  /// Llama 1 to 3 and what shares its shape; ternary ones too (Llama3-8B-1.58, Falcon3-1.58bit).
  ///
  /// GGUF and llama2.c files have the rows of queries and keys in an order that pairs neighbours;
  /// Hugging Face checkpoints pair one number of each half.
  static let llama = Architecture(
    name: "llama", ggufNames: ["llama"], modelTypes: ["llama"],
    outerNames: decoderOuterNames, layerNames: decoderLayerNames, prefixes: decoderPrefixes,
    configure: { (reader, configuration) throws(LMError) in
      try configuration.readDecoder(reader, pairing: reader.isHuggingFace ? .halves : .interleaved)
      configuration.roundsToTernary = try quantizesOnline(reader)
    },
    tensors: decoderTensors)
}
