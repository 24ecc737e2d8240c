extension ModelConfiguration {
  /// Reads what a file says of its model.
  ///
  /// - Throws: ``LMError`` where a key is missing, out of bounds, contradicts another, or the
  ///   architecture is not one of those that ``TransformerModel`` computes.
  public init(_ file: any ModelFile) throws(LMError) {
    let reader = try MetadataReader(file)
    let architecture = try Architecture.find(reader)
    self = try architecture.configuration(reader)
  }

  /// What every decoder and encoder says in the same words.
  init(common reader: MetadataReader, naming architecture: Architecture) throws(LMError) {
    typealias Key = MetadataReader.Key
    let hidden = try reader.require(Key("embedding_length", "hidden_size"), in: 1...1 << 20)
    let headKey = Key("attention.head_count", "num_attention_heads")
    let heads = try reader.require(headKey, in: 1...1 << 16)
    let keyValueKey = Key("attention.head_count_kv", "num_key_value_heads")
    let keyValueHeads = try reader.integer(keyValueKey, in: 1...1 << 16) ?? heads
    guard heads % keyValueHeads == 0 else {
      throw reader.malformed(
        keyValueKey, "\(heads) query heads cannot share \(keyValueHeads) key heads evenly")
    }
    let sizeKey = Key("attention.key_length", "head_dim")
    let stated = try reader.integer(sizeKey, in: 1...1 << 14)
    guard stated != nil || hidden % heads == 0 else {
      throw reader.malformed(headKey, "\(heads) heads do not divide a hidden size of \(hidden)")
    }
    let headSize = stated ?? hidden / heads
    for key in [
      Key("attention.value_length", "v_head_dim"), Key("rope.dimension_count", "rotary_dim"),
    ] {
      if let other = try reader.integer(key, in: 1...1 << 14), other != headSize {
        throw reader.unsupported("'\(reader.fullKey(key))' of \(other) beside heads of \(headSize)")
      }
    }
    if let experts = try reader.integer(Key("expert_count", "num_experts"), in: 0...1 << 16),
      experts > 0
    {
      throw reader.unsupported("a mixture of \(experts) experts")
    }
    self.init(
      architecture: reader.isHuggingFace ? architecture.name : reader.architecture,
      vocabularySize: try Self.vocabulary(reader, architecture),
      contextLength: try reader.require(
        Key("context_length", "max_position_embeddings"), in: 1...1 << 27),
      hiddenSize: hidden,
      layers: try reader.require(Key("block_count", "num_hidden_layers"), in: 1...4096),
      feedForwardSize: try reader.require(
        Key("feed_forward_length", "intermediate_size"), in: 1...1 << 22),
      heads: heads, keyValueHeads: keyValueHeads, headSize: headSize, normEpsilon: 1e-5,
      rotary: RotaryOptions(), activation: .silu)
  }

  private static func vocabulary(
    _ reader: MetadataReader, _ architecture: Architecture
  ) throws(LMError) -> Int {
    let key = MetadataReader.Key("vocab_size", "vocab_size")
    if let stated = try reader.integer(key, in: 1...1 << 24) { return stated }
    guard let embedding = architecture.entry("token_embd.weight", in: reader.file),
      embedding.shape.count == 2, (1...1 << 24).contains(embedding.shape[0])
    else {
      throw .missing(
        source: reader.file.source, what: "key '\(reader.fullKey(key))'",
        mend: "write the file again with a converter that knows the architecture")
    }
    return embedding.shape[0]
  }

  /// What decoders with rotary positions and a gated feed-forward say besides.
  mutating func readDecoder(
    _ reader: MetadataReader, pairing: RotaryOptions.Pairing
  ) throws(LMError) {
    typealias Key = MetadataReader.Key
    let epsilon = try reader.number(
      Key("attention.layer_norm_rms_epsilon", "rms_norm_eps"), in: 0...1)
    normEpsilon = Float(epsilon ?? (reader.isHuggingFace ? 1e-6 : 1e-5))
    guard headSize % 2 == 0 else {
      throw reader.malformed(
        Key("attention.key_length", "head_dim"), "heads of \(headSize) numbers cannot be paired")
    }
    rotary = try RotaryOptions(reader, pairing: pairing, context: contextLength)
    if let name = reader.string(Key("hidden_act", "hidden_act")) {
      guard let known = Activation(huggingFace: name) else {
        throw reader.unsupported("the activation '\(name)'")
      }
      activation = known
    }
    if reader.boolean(Key("use_sliding_window", "use_sliding_window")) == true {
      throw reader.unsupported("attention to a sliding window")
    }
  }
}

extension RotaryOptions {
  init(
    _ reader: MetadataReader, pairing: Pairing, context: Int
  ) throws(LMError) {
    typealias Key = MetadataReader.Key
    let factors = 1.0 / 1024...1e6
    var base: Double?
    for key in ["rope_theta", "rope_parameters.rope_theta"] where base == nil {
      base = try reader.number(Key("rope.freq_base", key), in: 1e-3...1e15)
    }
    self.init(base: base ?? 10_000, pairing: pairing)

    // Newer configurations say all of it under `rope_parameters`, older ones under `rope_scaling`.
    let group = ["rope_parameters", "rope_scaling"].first {
      reader.string(Key("", "\($0).rope_type")) != nil
        || reader.string(Key("", "\($0).type")) != nil
    }
    func key(_ gguf: String, _ name: String) -> Key {
      Key("rope.scaling.\(gguf)", "\(group ?? "rope_scaling").\(name)")
    }
    let kind = reader.string(key("type", "rope_type")) ?? reader.string(key("type", "type"))
    let factor = try reader.number(key("factor", "factor"), in: factors) ?? 1
    let original =
      try reader.integer(
        key("original_context_length", "original_max_position_embeddings"), in: 1...1 << 27)
      ?? context
    switch kind ?? "none" {
    case "none", "default": break
    case "linear": scaling = factor == 1 ? .none : .linear(factor: factor)
    case "llama3":
      let low = try reader.number(key("low_freq_factor", "low_freq_factor"), in: factors) ?? 1
      let high = try reader.number(key("high_freq_factor", "high_freq_factor"), in: factors) ?? 4
      guard low < high else {
        throw reader.malformed(key("type", "rope_type"), "the factors \(low), \(high) of its ramp")
      }
      scaling = .llama3(factor: factor, low: low, high: high, original: original)
    case "yarn":
      let length = try reader.number(key("attn_factor", "attention_factor"), in: 1e-3...1e3)
      scaling = .yarn(
        factor: factor, original: original,
        fast: try reader.number(key("yarn_beta_fast", "beta_fast"), in: factors) ?? 32,
        slow: try reader.number(key("yarn_beta_slow", "beta_slow"), in: factors) ?? 1,
        attention: (reader.isHuggingFace ? length : nil)
          ?? RotaryOptions.yarnAttention(factor) * (reader.isHuggingFace ? 1 : length ?? 1))
    case let other: throw reader.unsupported("rotary scaling '\(other)'")
    }
  }
}
