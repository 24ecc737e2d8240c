extension ModelConfiguration {
  /// What a decoder's `config.json` says in a Hugging Face checkpoint, but for its tokens.
  ///
  /// - Throws: ``LMError`` for a family that has no such file, or positions that it cannot say.
  package func checkpointObject(tiesHead: Bool, source: String) throws(LMError) -> JSONObject {
    let types = [
      "llama": ("llama", "LlamaForCausalLM"), "qwen2": ("qwen2", "Qwen2ForCausalLM"),
      "qwen3": ("qwen3", "Qwen3ForCausalLM"), "bitnet": ("bitnet", "BitNetForCausalLM"),
      "bitnet-25": ("bitnet", "BitNetForCausalLM"),
      "bitnet-b1.58": ("bitnet", "BitNetForCausalLM"),
    ]
    guard let (type, name) = types[architecture] else {
      throw .unsupported(
        source: source, what: "a checkpoint of a '\(architecture)' that has no config.json",
        mend: "convert it to a GGUF file")
    }
    var object = JSONObject()
    object["architectures"] = [.string(name)]
    object["model_type"] = .string(type)
    object["hidden_act"] = .string(activation.rawValue)
    for (key, value) in [
      ("vocab_size", vocabularySize), ("hidden_size", hiddenSize),
      ("intermediate_size", feedForwardSize), ("num_hidden_layers", layers),
      ("num_attention_heads", heads), ("num_key_value_heads", keyValueHeads),
      ("head_dim", headSize), ("max_position_embeddings", contextLength),
    ] {
      object[key] = .integer(value)
    }
    // The decimal number that was meant, not the float's digits.
    object["rms_norm_eps"] = .number(Double("\(normEpsilon)") ?? Double(normEpsilon))
    object["rope_theta"] = .number(rotary.base)
    object["rope_scaling"] = try rotary.checkpointScaling(source)
    object["tie_word_embeddings"] = .boolean(tiesHead)
    if type == "bitnet", !roundsToTernary {
      object[Self.keepsWeightsKey] = .boolean(true)
    }
    return object
  }

  /// Says of a BitNet that its matrices are used as they are.
  ///
  /// It is the twin that a ternary one is compared with; other programs ignore the key.
  static let keepsWeightsKey = "keeps_full_precision"
}

extension RotaryOptions {
  fileprivate func checkpointScaling(_ source: String) throws(LMError) -> JSONValue? {
    switch scaling {
    case .none: return nil
    case .linear(let factor): return ["rope_type": "linear", "factor": .number(factor)]
    case .yarn(let factor, let original, let fast, let slow, let attention):
      return [
        "rope_type": "yarn", "factor": .number(factor),
        "original_max_position_embeddings": .integer(original), "beta_fast": .number(fast),
        "beta_slow": .number(slow), "attention_factor": .number(attention),
      ]
    case .llama3, .divided:
      throw .unsupported(
        source: source, what: "a checkpoint of a model whose rotary factors are a tensor",
        mend: "convert the checkpoint that it comes from")
    }
  }
}
