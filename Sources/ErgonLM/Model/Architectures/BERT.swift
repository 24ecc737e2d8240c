extension Architecture {
  /// BERT and the sentence encoders made of it: embedded positions and segments, every token sees
  /// every other, LayerNorm after each half of a layer.
  ///
  /// Reference: Devlin et al. 2018, arXiv:1810.04805.
  static let bert = Architecture(
    name: "bert", ggufNames: ["bert"], modelTypes: ["bert"],
    outerNames: [
      "token_embd": ["embeddings.word_embeddings"],
      "position_embd": ["embeddings.position_embeddings"],
      "token_types": ["embeddings.token_type_embeddings"],
      "token_embd_norm": ["embeddings.LayerNorm"],
    ],
    layerNames: [
      "attn_q": ["encoder.layer.#.attention.self.query"],
      "attn_k": ["encoder.layer.#.attention.self.key"],
      "attn_v": ["encoder.layer.#.attention.self.value"],
      "attn_output": ["encoder.layer.#.attention.output.dense"],
      "attn_output_norm": ["encoder.layer.#.attention.output.LayerNorm"],
      "ffn_up": ["encoder.layer.#.intermediate.dense"],
      "ffn_down": ["encoder.layer.#.output.dense"],
      "layer_output_norm": ["encoder.layer.#.output.LayerNorm"],
    ],
    prefixes: ["", "bert."],
    configure: { (reader, configuration) throws(LMError) in
      typealias Key = MetadataReader.Key
      let epsilon = try reader.number(
        Key("attention.layer_norm_epsilon", "layer_norm_eps"), in: 0...1)
      configuration.normEpsilon = Float(epsilon ?? 1e-12)
      configuration.activation = .gelu
      if let name = reader.string(Key("hidden_act", "hidden_act")) {
        guard let known = Activation(huggingFace: name) else {
          throw reader.unsupported("the activation '\(name)'")
        }
        configuration.activation = known
      }
      let positions = reader.string(Key("position_embedding_type", "position_embedding_type"))
      guard positions == nil || positions == "absolute" else {
        throw reader.unsupported("position embeddings '\(positions ?? "")'")
      }
      configuration.isEncoder = true
      let types = try reader.integer(Key("token_type_count", "type_vocab_size"), in: 1...1 << 16)
      let rows = reader.file["token_types.weight"]?.shape.first
      configuration.tokenTypes = types ?? max(1, rows ?? 2)
      switch try reader.integer(Key("pooling_type", "pooling_type"), in: 0...4) {
      case 1: configuration.pooling = .mean
      case 2: configuration.pooling = .first
      case 3: configuration.pooling = .last
      default: break
      }
    },
    tensors: { c in
      let hidden = c.hiddenSize
      var needs = [
        TensorNeed("token_embd.weight", [c.vocabularySize, hidden]),
        TensorNeed("position_embd.weight", [c.contextLength, hidden]),
        TensorNeed("token_types.weight", [c.tokenTypes, hidden]),
        TensorNeed("token_embd_norm.weight", [hidden]),
        TensorNeed("token_embd_norm.bias", [hidden]),
      ]
      for layer in 0..<c.layers {
        for (name, rows, columns) in [
          ("attn_q", c.querySize, hidden), ("attn_k", c.keyValueSize, hidden),
          ("attn_v", c.keyValueSize, hidden), ("attn_output", hidden, c.querySize),
          ("ffn_up", c.feedForwardSize, hidden), ("ffn_down", hidden, c.feedForwardSize),
        ] {
          needs.append(TensorNeed("blk.\(layer).\(name).weight", [rows, columns]))
          needs.append(TensorNeed("blk.\(layer).\(name).bias", [rows]))
        }
        for name in ["attn_output_norm", "layer_output_norm"] {
          needs.append(TensorNeed("blk.\(layer).\(name).weight", [hidden]))
          needs.append(TensorNeed("blk.\(layer).\(name).bias", [hidden]))
        }
      }
      return needs
    })
}
