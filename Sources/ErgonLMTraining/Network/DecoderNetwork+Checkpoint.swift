public import ErgonLM
import ErgonNN
public import ErgonTensor

// A network and what ErgonLM and Hugging Face know of the same model: names, the order of axes, and
// which numbers of a head turn together.
extension DecoderNetwork {
  /// Every array by its name in a checkpoint, as it stands there: `[out, in]`, adapters merged.
  func checkpointValues() -> [(name: String, Tensor<Float>)] {
    withoutRecording {
      var values: [(name: String, Tensor<Float>)] = [
        ("model.embed_tokens.weight", embedding.weight)
      ]
      func add(_ name: String, _ projection: Projection) {
        values.append((name + ".weight", projection.mergedWeight.transposed().contiguous()))
        if let bias = projection.bias { values.append((name + ".bias", bias)) }
      }
      for (index, layer) in layers.enumerated() {
        let prefix = "model.layers.\(index)."
        func addNorm(_ name: String, _ norm: RMSNorm?) {
          if let norm { values.append((prefix + name + ".weight", norm.weight)) }
        }
        addNorm("input_layernorm", layer.attentionNorm)
        add(prefix + "self_attn.q_proj", layer.query)
        add(prefix + "self_attn.k_proj", layer.key)
        add(prefix + "self_attn.v_proj", layer.value)
        addNorm("self_attn.q_norm", layer.queryNorm)
        addNorm("self_attn.k_norm", layer.keyNorm)
        addNorm("self_attn.attn_sub_norm", layer.attentionSubNorm)
        add(prefix + "self_attn.o_proj", layer.output)
        addNorm("post_attention_layernorm", layer.feedForwardNorm)
        add(prefix + "mlp.gate_proj", layer.gate)
        add(prefix + "mlp.up_proj", layer.up)
        addNorm("mlp.ffn_sub_norm", layer.feedForwardSubNorm)
        add(prefix + "mlp.down_proj", layer.down)
      }
      values.append(("model.norm.weight", outputNorm.weight))
      if let head { add("lm_head", head) }
      return values
    }
  }

  /// The model as a file in memory: what ``ErgonLM/TransformerModel`` runs.
  ///
  /// ```swift
  /// let model = try TransformerModel(network.modelFile(), options: LoadOptions(), in: context)
  /// ```
  ///
  /// - Cost: a copy of the weights.
  public func modelFile(named source: String = "a network in memory") throws(LMError)
    -> any ModelFile
  {
    let object = try checkpointObject(source)
    return MemoryModelFile(
      source: source, metadata: object.flattened(under: "config"), values: checkpointValues())
  }

  /// The weights of a decoder that ErgonLM opens, as floats that can learn.
  ///
  /// Ternary matrices become their trits times their scale, which rounding leaves as they are.
  ///
  /// - Throws: ``ErgonLM/LMError`` for encoders, scaled positions, and what opening it throws.
  public init(_ file: any ModelFile) throws {
    var c = try ModelConfiguration(file)
    guard !c.isEncoder, c.rotary.scaling == .none else {
      throw LMError.unsupported(
        source: file.source,
        what: c.isEncoder ? "training an encoder" : "training with scaled positions",
        mend: "take a decoder with plain rotary positions")
    }
    let weights = try NetworkWeights(file, c)
    let isInterleaved = c.rotary.pairing == .interleaved
    c.rotary.pairing = .halves
    if weights.isTernary { c.roundsToTernary = true }
    let rotary = c.rotaryTable
    func norm(_ name: String) throws(LMError) -> RMSNorm? {
      guard let weight = try weights.vector(name) else { return nil }
      let norm = RMSNorm(weight.count, epsilon: c.normEpsilon)
      norm.weight = weight
      return norm
    }
    func matrix(_ name: String, turning heads: Int? = nil, isTernary: Bool) throws(LMError)
      -> Projection
    {
      let heads = isInterleaved ? heads : nil
      return Projection(
        weight: try weights.matrix(name, parting: heads)!,
        bias: try weights.vector(name + ".bias", parting: heads), isTernary: isTernary)
    }
    let embedding = Embedding(weight: try weights.table("token_embd"))
    var layers: [DecoderLayer] = []
    for index in 0..<c.layers {
      let prefix = "blk.\(index)."
      func inner(_ name: String, turning heads: Int? = nil) throws(LMError) -> Projection {
        try matrix(prefix + name, turning: heads, isTernary: c.roundsToTernary)
      }
      layers.append(
        DecoderLayer(
          attentionNorm: try norm(prefix + "attn_norm.weight")!,
          query: try inner("attn_q", turning: c.heads),
          key: try inner("attn_k", turning: c.keyValueHeads), value: try inner("attn_v"),
          queryNorm: try norm(prefix + "attn_q_norm.weight"),
          keyNorm: try norm(prefix + "attn_k_norm.weight"),
          attentionSubNorm: try norm(prefix + "attn_sub_norm.weight"),
          output: try inner("attn_output"),
          feedForwardNorm: try norm(prefix + "ffn_norm.weight")!, gate: try inner("ffn_gate"),
          up: try inner("ffn_up"),
          feedForwardSubNorm: try norm(prefix + "ffn_sub_norm.weight"),
          down: try inner("ffn_down"), configuration: c, rotary: rotary,
          activation: c.gateActivation))
    }
    self.init(
      configuration: c, embedding: embedding, layers: layers,
      outputNorm: try norm("output_norm.weight")!,
      head: try weights.has("output") ? matrix("output", isTernary: false) : nil)
  }
}

extension Projection {
  /// The weight with what an adapter adds to it.
  public var mergedWeight: Tensor<Float> {
    withoutRecording { adapter.map { weight + $0.product } ?? weight }
  }
}

extension DecoderNetwork {
  /// What its `config.json` says; a ternary network's weights are those of training, which whoever
  /// reads them has to round.
  func checkpointObject(_ source: String) throws(LMError) -> JSONObject {
    guard !configuration.roundsToTernary || adapters.isEmpty else {
      throw .request(
        what: "writing '\(source)'",
        reason: "rounding would undo most of what the adapters beside its ternary matrices learned",
        mend: "save the adapters alone, or merge them into full precision first")
    }
    var object = try configuration.checkpointObject(tiesHead: head == nil, source: source)
    if configuration.roundsToTernary {
      object["quantization_config"] = [
        "quant_method": "bitnet", "linear_class": "autobitlinear", "quantization_mode": "online",
      ]
    }
    return object
  }

  /// Writes the folder of a Hugging Face checkpoint: `config.json`, `model.safetensors` with the
  /// weights that training learns, and the tokenizer's files.
  ///
  /// - Throws: ``ErgonLM/LMError`` and `SafetensorsError` where a file cannot be written; each file
  ///   is replaced in one go, the weights last.
  public func save(to folder: String, tokenizer: TokenizerFiles? = nil) throws {
    let special = try tokenizer?.tokenizer().special ?? SpecialTokens()
    var object = try checkpointObject(folder)
    for (key, token) in [
      ("bos_token_id", special.beginning), ("eos_token_id", special.end),
      ("pad_token_id", special.padding),
    ] {
      // Left out, transformers would take BitNet's own tokens, which a small vocabulary lacks.
      object[key] = token.map { .integer(Int($0)) } ?? .null
    }
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    let configuration = JSONValue.object(object).serialized(indent: 2) + "\n"
    let files =
      [(name: "config.json", text: configuration)] + (tokenizer?.contents(special: special) ?? [])
    let drafts = try files.map { file in
      let draft = try FileDraft(base + file.name, failure: LMError.file)
      try draft.write(Array(file.text.utf8))
      return draft
    }
    var writer = SafetensorsWriter(metadata: ["format": "pt"])
    for (name, value) in checkpointValues() { writer.add(name, value) }
    for draft in drafts { try draft.finish() }
    try writer.write(to: base + "model.safetensors")
  }
}
