import ErgonLM
import ErgonTensor

// Adapters on disk as Hugging Face's PEFT keeps them: a folder of adapter_config.json and
// adapter_model.safetensors, A as [rank, in] and B as [out, rank].
extension DecoderNetwork {
  private static let prefix = "base_model.model."
  /// PEFT's names of the projections.
  private static let modules = [
    "query": "self_attn.q_proj", "key": "self_attn.k_proj", "value": "self_attn.v_proj",
    "output": "self_attn.o_proj", "gate": "mlp.gate_proj", "up": "mlp.up_proj",
    "down": "mlp.down_proj",
  ]

  /// Of `layers.3.query` that of `model.layers.3.self_attn.q_proj`.
  private static func checkpointName(_ name: String) -> String {
    let parts = name.split(separator: ".")
    return "\(prefix)model.layers.\(parts[1]).\(modules[String(parts[2])]!)"
  }

  /// Writes the adapters alone.
  ///
  /// - Precondition: there are adapters, of one rank and scale.
  /// - Throws: ``ErgonLM/LMError`` and `SafetensorsError` where a file cannot be written; the
  ///   tensors are replaced last.
  public func saveAdapters(to folder: String) throws {
    let adapters = adapters
    precondition(!adapters.isEmpty, "saveAdapters: the network has none")
    let (rank, scale) = (adapters[0].adapter.rank, adapters[0].adapter.scale)
    precondition(
      adapters.allSatisfy { $0.adapter.rank == rank && $0.adapter.scale == scale },
      "saveAdapters: adapters of different ranks or scales")
    var writer = SafetensorsWriter(metadata: ["format": "pt"])
    var targets: Set<String> = []
    for (name, adapter) in adapters {
      let long = Self.checkpointName(name)
      writer.add(long + ".lora_A.weight", adapter.down.transposed().contiguous())
      writer.add(long + ".lora_B.weight", adapter.up.transposed().contiguous())
      targets.insert(String(long.split(separator: ".").last!))
    }
    let configuration: JSONValue = [
      "peft_type": "LORA", "task_type": "CAUSAL_LM", "r": .integer(rank),
      "lora_alpha": .number(Double(scale * Float(rank))), "lora_dropout": 0.0, "bias": "none",
      "fan_in_fan_out": false, "target_modules": .array(targets.sorted().map { .string($0) }),
      "base_model_name_or_path": nil, "inference_mode": true,
    ]
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    let draft = try FileDraft(base + "adapter_config.json", failure: LMError.file)
    try draft.write(Array((configuration.serialized(indent: 2) + "\n").utf8))
    try draft.finish()
    try writer.write(to: base + "adapter_model.safetensors")
  }

  /// A network over the same weights with the adapters of a folder, to go on with or to serve.
  ///
  /// - Throws: ``ErgonLM/LMError`` where a file is not there or malformed, or an adapter does not fit
  ///   a matrix of this network; `SafetensorsError`.
  public func withAdapters(from folder: String) throws -> DecoderNetwork {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    let path = base + "adapter_config.json"
    let configuration = try mapFile(path).withBytes { (bytes) throws(LMError) in
      try JSONValue(parsing: bytes, source: path)
    }
    guard let alpha = configuration["lora_alpha"]?.doubleValue, alpha.isFinite,
      let rank = configuration["r"]?.intValue, rank > 0
    else {
      throw LMError.malformed(
        source: path, place: "'r' and 'lora_alpha'", reason: "no rank and no finite factor")
    }
    let file = try Safetensors(path: base + "adapter_model.safetensors")
    var left = Set(file.entries.map(\.name))
    func matrix(_ name: String, _ shape: Shape) throws -> Tensor<Float>? {
      guard left.remove(name) != nil else { return nil }
      let tensor = try file.tensor(name, as: Float.self)
      guard tensor.shape == shape, tensor.values.allSatisfy(\.isFinite) else {
        throw LMError.malformed(
          source: base + "adapter_model.safetensors", place: "tensor '\(name)'",
          reason: "it is \(tensor.shape); finite numbers of \(shape) are due")
      }
      return tensor.transposed().contiguous()
    }
    let network = try mappingProjections { (name, projection) throws(any Error) in
      var projection = projection
      projection.adapter = nil
      let (inputs, outputs) = (projection.weight.shape[0], projection.weight.shape[1])
      let long = Self.checkpointName(name)
      if let down = try matrix(long + ".lora_A.weight", [rank, inputs]) {
        guard let up = try matrix(long + ".lora_B.weight", [outputs, rank]) else {
          throw LMError.missing(
            source: base + "adapter_model.safetensors", what: "tensor '\(long).lora_B.weight'",
            mend: "write the adapters again")
        }
        projection.adapter = LowRankAdapter(down: down, up: up, scale: Float(alpha) / Float(rank))
      }
      return projection
    }
    guard left.isEmpty, !network.adapters.isEmpty else {
      throw LMError.malformed(
        source: base + "adapter_model.safetensors",
        place: left.min().map { "tensor '\($0)'" } ?? "its tensors",
        reason: left.isEmpty ? "there are no adapters" : "no matrix of this model takes it")
    }
    network.freeze()
    for (_, adapter) in network.adapters { adapter.unfreeze() }
    return network
  }
}

extension LowRankAdapter {
  /// Columns of the narrow matrices.
  public var rank: Int { down.shape[1] }
}
