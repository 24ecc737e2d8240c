/// A family of models: how files speak of it, what it is made of, how its numbers are to be read.
///
/// Tensors are known by GGUF's names inside the room; an architecture says what the same tensors
/// are called in Hugging Face checkpoints.
package struct Architecture: Sendable {
  /// Its name in GGUF files, and of a Hugging Face model once it is open.
  let name: String
  /// Values of `general.architecture`.
  let ggufNames: Set<String>
  /// Values of `config.model_type`.
  let modelTypes: Set<String>
  /// Hugging Face's names of tensors outside the layers, by GGUF's, and of those inside them; more
  /// than one where versions differ.
  let outerNames: [String: [String]]
  let layerNames: [String: [String]]
  /// What may stand before Hugging Face's names.
  let prefixes: [String]
  /// Adds what the family says beside what all models say.
  let configure: @Sendable (MetadataReader, inout ModelConfiguration) throws(LMError) -> Void
  /// The tensors that a model of this configuration needs.
  let tensors: @Sendable (ModelConfiguration) -> [TensorNeed]

  static let all = [llama, bitNet, qwen2, qwen3, bert]

  package static func find(_ file: any ModelFile) throws(LMError) -> Architecture {
    try find(MetadataReader(file))
  }

  static func find(_ reader: MetadataReader) throws(LMError) -> Architecture {
    for candidate in all {
      let names = reader.isHuggingFace ? candidate.modelTypes : candidate.ggufNames
      if names.contains(reader.architecture) { return candidate }
    }
    let known = all.flatMap { reader.isHuggingFace ? $0.modelTypes : $0.ggufNames }.sorted()
    throw .unsupported(
      source: reader.file.source, what: "the architecture '\(reader.architecture)'",
      mend: "use a model of one of: \(known.joined(separator: ", "))")
  }

  func configuration(_ reader: MetadataReader) throws(LMError) -> ModelConfiguration {
    var configuration = try ModelConfiguration(common: reader, naming: self)
    try configure(reader, &configuration)
    return configuration
  }

  /// The tensors of a model of this configuration, each of the shape that it asks for, by GGUF's
  /// names.
  ///
  /// - Throws: ``LMError`` for the first that is missing or has another shape: nothing need be made
  ///   as large as the metadata says before that.
  package func entries(
    _ configuration: ModelConfiguration, in file: any ModelFile
  ) throws(LMError) -> [(name: String, entry: TensorEntry)] {
    var found: [(name: String, entry: TensorEntry)] = []
    for need in tensors(configuration) {
      guard let entry = entry(need.name, in: file) else {
        if need.isOptional { continue }
        let known = file.kind == .safetensors ? checkpointName(need.name) : nil
        throw .missing(
          source: file.source, what: "tensor '\(known ?? need.name)'",
          mend: "the file is incomplete or not of the architecture it names")
      }
      guard entry.shape == need.shape else {
        throw .malformed(
          source: file.source, place: "tensor '\(entry.name)'",
          reason: "its shape is \(entry.shape), the metadata asks for \(need.shape)")
      }
      found.append((need.name, entry))
    }
    return found
  }

  /// The tensor in a file that GGUF calls `name`; an output matrix only where it is another than the
  /// embedding.
  func entry(_ name: String, in file: any ModelFile) -> TensorEntry? {
    if name == "output.weight", file.metadata["config.tie_word_embeddings"] == .boolean(true) {
      return nil
    }
    if file.kind != .safetensors { return file[name] }
    for candidate in huggingFaceNames(name) {
      for prefix in prefixes {
        if let entry = file[prefix + candidate] { return entry }
      }
    }
    return nil
  }

  /// What checkpoints are to call a tensor that GGUF calls `name`; nil where they have none such.
  func checkpointName(_ name: String) -> String? {
    guard let inner = huggingFaceNames(name).first else { return nil }
    // The output stands beside the model, not in it.
    return name.hasPrefix("output.") ? inner : prefixes[0] + inner
  }

  /// What Hugging Face checkpoints call a tensor, without the prefix.
  func huggingFaceNames(_ name: String) -> [String] {
    guard let dot = name.lastIndex(of: ".") else { return [] }
    let stem = name[..<dot]
    let ending = name[dot...]
    if let outer = outerNames[String(stem)] { return outer.map { $0 + ending } }
    let parts = stem.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, let names = layerNames[String(parts[2])] else { return [] }
    return names.map { pattern in
      let pieces = pattern.split(separator: "#", maxSplits: 1)
      return "\(pieces[0])\(parts[1])\(pieces[1])\(ending)"
    }
  }
}

/// A tensor that a model is made of, by GGUF's name.
struct TensorNeed: Sendable, Equatable {
  let name: String
  let shape: [Int]
  /// Whether a model may do without it.
  let isOptional: Bool

  init(_ name: String, _ shape: [Int], isOptional: Bool = false) {
    self.name = name
    self.shape = shape
    self.isOptional = isOptional
  }
}

// What decoders of Llama's shape have in common.
extension Architecture {
  static let decoderOuterNames = [
    "token_embd": ["embed_tokens"], "output_norm": ["norm"], "output": ["lm_head"],
  ]

  static let decoderLayerNames = [
    "attn_norm": ["layers.#.input_layernorm"],
    "attn_q": ["layers.#.self_attn.q_proj"],
    "attn_k": ["layers.#.self_attn.k_proj"],
    "attn_v": ["layers.#.self_attn.v_proj"],
    "attn_q_norm": ["layers.#.self_attn.q_norm"],
    "attn_k_norm": ["layers.#.self_attn.k_norm"],
    "attn_sub_norm": ["layers.#.self_attn.attn_sub_norm", "layers.#.self_attn.inner_attn_ln"],
    "attn_output": ["layers.#.self_attn.o_proj"],
    "ffn_norm": ["layers.#.post_attention_layernorm"],
    "ffn_gate": ["layers.#.mlp.gate_proj"],
    "ffn_up": ["layers.#.mlp.up_proj"],
    "ffn_sub_norm": ["layers.#.mlp.ffn_sub_norm", "layers.#.mlp.ffn_layernorm"],
    "ffn_down": ["layers.#.mlp.down_proj"],
  ]

  static let decoderPrefixes = ["model.", ""]

  static func decoderTensors(_ c: ModelConfiguration) -> [TensorNeed] {
    let hidden = c.hiddenSize
    var needs = [
      TensorNeed("token_embd.weight", [c.vocabularySize, hidden]),
      TensorNeed("output_norm.weight", [hidden]),
      TensorNeed("output.weight", [c.vocabularySize, hidden], isOptional: true),
    ]
    for layer in 0..<c.layers {
      func need(_ name: String, _ shape: [Int], isOptional: Bool = false) {
        needs.append(TensorNeed("blk.\(layer).\(name)", shape, isOptional: isOptional))
      }
      need("attn_norm.weight", [hidden])
      for (name, rows) in [
        ("attn_q", c.querySize), ("attn_k", c.keyValueSize), ("attn_v", c.keyValueSize),
      ] {
        need("\(name).weight", [rows, hidden])
        need("\(name).bias", [rows], isOptional: !c.hasProjectionBiases)
      }
      if c.hasQueryKeyNorms {
        need("attn_q_norm.weight", [c.headSize])
        need("attn_k_norm.weight", [c.headSize])
      }
      if c.hasSubNorms {
        need("attn_sub_norm.weight", [c.querySize])
        need("ffn_sub_norm.weight", [c.feedForwardSize])
      }
      need("attn_output.weight", [hidden, c.querySize])
      need("attn_output.bias", [hidden], isOptional: true)
      need("ffn_norm.weight", [hidden])
      need("ffn_gate.weight", [c.feedForwardSize, hidden])
      need("ffn_up.weight", [c.feedForwardSize, hidden])
      need("ffn_down.weight", [hidden, c.feedForwardSize])
      for (name, rows) in [
        ("ffn_gate", c.feedForwardSize), ("ffn_up", c.feedForwardSize), ("ffn_down", hidden),
      ] {
        need("\(name).bias", [rows], isOptional: true)
      }
    }
    return needs
  }

  /// Whether a Hugging Face configuration says that full-precision matrices are to be rounded.
  static func quantizesOnline(_ reader: MetadataReader) throws(LMError) -> Bool {
    typealias Key = MetadataReader.Key
    let method = Key("", "quantization_config.quant_method")
    guard let name = reader.string(method) else { return false }
    guard name == "bitnet" else { throw reader.unsupported("weights quantised by '\(name)'") }
    if reader.boolean(Key("", "quantization_config.use_rms_norm")) == true {
      throw reader.unsupported("a norm inside each quantised matrix")
    }
    return reader.string(Key("", "quantization_config.quantization_mode")) == "online"
  }
}
