import CErgonKernels
import Testing

@testable import ErgonLM

/// Held against what transformers computes with the same checkpoint.
struct GoldenModelTests {
  static let decoders = ["llama", "llama-yarn", "llama-linear", "qwen2", "qwen3"]
  static let ternary = ["bitnet-master", "bitnet-packed", "bitnet-bitlinear"]

  private func open(_ file: any ModelFile) throws -> TransformerModel {
    var options = LoadOptions()
    options.keyValueFormat = .f32
    options.head = .exact
    return try TransformerModel(file, options: options)
  }

  private func logits(_ model: TransformerModel, _ tokens: [TokenID]) throws -> [Float] {
    let cache = try model.makeCache(positions: tokens.count)
    let sequence = try cache.makeSequence()
    let states = try model.forward(
      TokenBatch(sequence, tokens: tokens, outputs: .all), cache)
    var logits = [Float](repeating: 0, count: states.count * model.head.vocabularySize)
    states.withRow(0) { hidden in
      logits.withUnsafeMutableBufferPointer {
        model.head.logits(states.count, hidden, into: $0.baseAddress!)
      }
    }
    return logits
  }

  private func difference(_ a: [Float], _ b: [Float]) -> Float {
    #expect(a.count == b.count)
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  private func greatest(_ values: [Float]) -> Float { values.reduce(0) { max($0, abs($1)) } }

  private func choices(_ logits: [Float], _ vocabulary: Int) -> [Int] {
    stride(from: 0, to: logits.count, by: vocabulary).map { start in
      (0..<vocabulary).max { logits[start + $0] < logits[start + $1] }!
    }
  }

  @Test(arguments: decoders)
  func `A dense decoder gives the logits that transformers gives`(name: String) throws {
    let golden = try GoldenModel(name)
    let found = try logits(open(golden.file), golden.tokens)
    let error = difference(found, golden.logits) / greatest(golden.logits)
    #expect(error < 1e-4, "\(error)")
  }

  @Test(arguments: decoders + ternary)
  func `A layer gives what transformers gives for the same input`(name: String) throws {
    let golden = try GoldenModel(name)
    let model = try open(golden.file)
    for layer in 0..<model.configuration.layers {
      let found = try model.output(ofLayer: layer, golden.states[layer], golden.tokens)
      let expected = golden.states[layer + 1]
      let error = difference(found, expected) / greatest(expected)
      #expect(error < 1e-5, "layer \(layer): \(error)")
    }
  }

  @Test(arguments: ternary)
  func `A ternary model chooses as transformers does, as near as its rounding allows`(
    name: String
  ) throws {
    let golden = try GoldenModel(name)
    let model = try open(golden.file)
    let found = try logits(model, golden.tokens)
    let vocabulary = model.configuration.vocabularySize
    #expect(choices(found, vocabulary) == choices(golden.logits, vocabulary))
    // Rounding activations to int8 makes small differences large: what the model itself makes of a
    // millionth of its input is the measure.
    let shaken = try logits(open(Self.shaken(golden)), golden.tokens)
    let sensitivity = difference(found, shaken)
    let error = difference(found, golden.logits)
    #expect(
      error <= max(2 * sensitivity, 1e-4 * greatest(golden.logits)), "\(error), \(sensitivity)")
  }

  @Test func `A configuration that rounds while computing is one that says nothing`() throws {
    let master = try GoldenModel("bitnet-master")
    let online = try master.changed { metadata, _ in
      metadata["config.quantization_config.quant_method"] = .string("bitnet")
      metadata["config.quantization_config.linear_class"] = .string("autobitlinear")
      metadata["config.quantization_config.quantization_mode"] = .string("online")
    }
    let expected = try logits(open(master.file), master.tokens)
    #expect(try logits(open(online), master.tokens) == expected)
  }

  @Test(arguments: decoders + ternary)
  func `The plain reference gives the same`(name: String) throws {
    let golden = try GoldenModel(name)
    var reference = try ReferenceModel(golden.file)
    let found = golden.tokens.flatMap { reference.append($0) }
    let error = difference(found, golden.logits) / greatest(golden.logits)
    #expect(error < (name.hasPrefix("bitnet") ? 0.05 : 1e-4), "\(error)")
  }

  @Test func `An encoder gives the states that transformers gives`() throws {
    let golden = try GoldenModel("bert")
    let model = try open(golden.file)
    let size = model.configuration.hiddenSize
    let expected: [Pooling: [Float]] = [
      .first: Array(golden.logits.prefix(size)), .last: Array(golden.logits.suffix(size)),
      .mean: (0..<size).map { column in
        stride(from: column, to: golden.logits.count, by: size).reduce(0) { $0 + golden.logits[$1] }
      },
    ]
    for (pooling, vector) in expected {
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let found = try model.embed(golden.tokens, pooling: pooling)
      let error = difference(found, vector.map { $0 / length })
      #expect(error < 1e-5, "\(pooling): \(error)")
    }
  }

  /// The same checkpoint with its embeddings changed by a millionth.
  private static func shaken(_ golden: GoldenModel) throws -> any ModelFile {
    try golden.changed { _, tensors in
      let name = "model.embed_tokens.weight"
      var numbers = SmallModels.Numbers(5)
      var values = [Float](repeating: 0, count: tensors[name]!.bytes.count / 2)
      ek_dense_decode(EK_WEIGHTS_BF16, values.count, tensors[name]!.bytes, &values)
      tensors[name] = .init(tensors[name]!.shape, values.map { $0 * (1 + 1e-6 * numbers.next()) })
    }
  }
}

extension TransformerModel {
  /// What a layer makes of given states of consecutive tokens.
  fileprivate func output(
    ofLayer layer: Int, _ input: [Float], _ tokens: [TokenID]
  ) throws -> [Float] {
    let cache = try makeCache(positions: tokens.count)
    let sequence = try cache.makeSequence()
    cache.reserve(sequence, upTo: tokens.count)
    var chunk = ChunkCursor(TokenBatch(sequence, tokens: tokens))
    _ = chunk.take(cache)
    let pass = DecoderPass(self, cache, rows: chunk.rows, spans: chunk.spans)
    cache.workspace.buffers.x.update(from: input, count: input.count)
    pass.store(layer)
    pass.attend(layer)
    pass.feedForward(layer)
    return Array(UnsafeBufferPointer(start: cache.workspace.buffers.x, count: input.count))
  }
}
