extension ModelConversion {
  /// GGUF's keys of a configuration.
  static func metadata(of c: ModelConfiguration) -> [String: MetadataValue] {
    // The two BitNets differ in what the gate goes through, and GGUF tells them apart by name.
    let name =
      c.architecture == "bitnet-b1.58" && c.activation == .silu ? "bitnet" : c.architecture
    var metadata: [String: MetadataValue] = ["general.architecture": .string(name)]
    func set(_ key: String, _ value: MetadataValue) { metadata["\(name).\(key)"] = value }
    func set(_ key: String, _ value: Int) { set(key, .unsigned(UInt64(value))) }
    set("vocab_size", c.vocabularySize)
    set("context_length", c.contextLength)
    set("embedding_length", c.hiddenSize)
    set("block_count", c.layers)
    set("feed_forward_length", c.feedForwardSize)
    set("attention.head_count", c.heads)
    if c.isEncoder {
      set("attention.layer_norm_epsilon", .number(Double(c.normEpsilon)))
      set("attention.causal", .boolean(false))
      set("token_type_count", c.tokenTypes)
      if let pooling = c.pooling {
        set("pooling_type", pooling == .mean ? 1 : pooling == .first ? 2 : 3)
      }
      return metadata
    }
    set("attention.head_count_kv", c.keyValueHeads)
    set("attention.key_length", c.headSize)
    set("attention.value_length", c.headSize)
    set("attention.layer_norm_rms_epsilon", .number(Double(c.normEpsilon)))
    set("rope.dimension_count", c.headSize)
    set("rope.freq_base", .number(c.rotary.base))
    if c.architecture.hasPrefix("bitnet"), !c.roundsToTernary {
      set(ModelConfiguration.keepsWeightsKey, .boolean(true))
    }
    switch c.rotary.scaling {
    case .none, .divided, .llama3: break  // Llama 3's factors are a tensor.
    case .linear(let factor):
      set("rope.scaling.type", .string("linear"))
      set("rope.scaling.factor", .number(factor))
    case .yarn(let factor, let original, let fast, let slow, let attention):
      set("rope.scaling.type", .string("yarn"))
      set("rope.scaling.factor", .number(factor))
      set("rope.scaling.original_context_length", original)
      set("rope.scaling.yarn_beta_fast", .number(fast))
      set("rope.scaling.yarn_beta_slow", .number(slow))
      set("rope.scaling.attn_factor", .number(attention / RotaryOptions.yarnAttention(factor)))
    }
    return metadata
  }
}
