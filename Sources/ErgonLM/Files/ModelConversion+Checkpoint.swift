import ErgonTensor

extension ModelConversion.Planner {
  /// Plans the tensors of a checkpoint, and says its `config.json`.
  mutating func planCheckpoint() throws(LMError) -> JSONValue {
    let c = try ModelConfiguration(file)
    let architecture = try Architecture.find(MetadataReader(file))
    let isPacked = options.type == .packedTrits
    var hasOutput = false
    for (known, entry) in try architecture.entries(c, in: file) {
      if known == "output.weight" { hasOutput = true }
      guard let name = file.kind == .safetensors ? entry.name : architecture.checkpointName(known)
      else { throw file.noTensor(known) }
      let heads = c.rotary.pairing == .interleaved ? c.turningHeads(known) : nil
      let isMatrix = entry.shape.count == 2
      let isInner = known.hasPrefix("blk.")
      var format = StorageFormat.f32
      if isMatrix { format = isInner ? options.type : headFormat(entry) }
      if format == .packedTrits {
        guard entry.shape[0] % 4 == 0 else {
          throw .request(
            what: "packing '\(name)'", reason: "its \(entry.shape[0]) rows are no multiple of 4",
            mend: "ask for bf16")
        }
        add(name + "_scale", [1], .f32, .scale(entry))
      }
      add(name, entry.shape, format, .tensor(entry, heads.map { .parting(heads: $0) } ?? .none))
    }
    // Wide elements first, so that all of them are aligned.
    items = [4, 2, 1].flatMap { width in
      items.filter {
        $0.entry.format == .packedTrits ? width == 1 : $0.entry.format.block.bytes == width
      }
    }
    if file.kind != .safetensors {
      notes.append("no tokenizer is written; put the model's tokenizer.json beside the tensors")
    }
    let written =
      file.kind == .safetensors
      ? try ModelConversion.configuration(beside: file)
      : try ModelConversion.configuration(of: c, in: file, hasOutput: hasOutput)
    return .object(ModelConversion.marked(written, isPacked: isPacked))
  }

  private func headFormat(_ entry: TensorEntry) -> StorageFormat {
    if let head = options.head { return head }
    guard options.type.isTernary else { return options.type }
    return [.f32, .f16, .bf16].contains(entry.format) ? entry.format : .f16
  }

  private mutating func add(
    _ name: String, _ shape: [Int], _ format: StorageFormat, _ content: ModelConversion.Content
  ) {
    items.append(
      .init(entry: TensorEntry(name: name, shape: shape, format: format), content: content))
  }
}

extension ModelConversion {
  /// The `config.json` beside a checkpoint.
  fileprivate static func configuration(beside file: any ModelFile) throws(LMError) -> JSONObject {
    let path = ModelFolder(of: file.source).path + "config.json"
    let value = try mapFile(path).withBytes { (bytes) throws(LMError) in
      try JSONValue(parsing: bytes, source: path)
    }
    guard let object = value.objectValue else {
      throw .malformed(source: path, place: "byte 0", reason: "it is \(value.kindName), no object")
    }
    return object
  }

  /// A `config.json` for a decoder that comes from a file without one.
  fileprivate static func configuration(
    of c: ModelConfiguration, in file: any ModelFile, hasOutput: Bool
  ) throws(LMError) -> JSONObject {
    var object = try c.checkpointObject(tiesHead: !hasOutput, source: file.source)
    for name in ["bos", "eos"] {
      switch file.metadata["tokenizer.ggml.\(name)_token_id"] {
      case .unsigned(let id)?: object[name + "_token_id"] = .integer(Int(clamping: id))
      case .integer(let id)?: object[name + "_token_id"] = .integer(Int(clamping: id))
      default: break
      }
    }
    return object
  }

  /// The configuration with what it says of packed matrices, or without.
  fileprivate static func marked(_ configuration: JSONObject, isPacked: Bool) -> JSONObject {
    var configuration = configuration
    let key = "quantization_config"
    if isPacked {
      configuration[key] = [
        "quant_method": "bitnet", "linear_class": "autobitlinear", "quantization_mode": "offline",
      ]
    } else if configuration[key]?["quantization_mode"]?.stringValue != "online" {
      configuration[key] = nil
    }
    return configuration
  }
}
