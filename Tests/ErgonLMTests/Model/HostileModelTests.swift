import Testing

@testable import ErgonLM

/// What a file or a caller can get wrong is an error that says so.
struct HostileModelTests {
  typealias Change = (
    inout [String: MetadataValue], inout [String: MemoryModelFile.Tensor]
  ) -> Void

  /// The error that a changed model is refused with, as text.
  private func refusal(_ name: String = "llama", _ change: Change) -> String {
    var metadata = SmallModels.metadata(name, .init())
    var tensors = SmallModels.tensors(name, .init())
    change(&metadata, &tensors)
    do throws(LMError) {
      _ = try TransformerModel(MemoryModelFile(.gguf, metadata, tensors))
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test(
    arguments: [
      ("general.architecture", nil, "missing: memory: key 'general.architecture'"),
      ("general.architecture", .string("mamba"), "the architecture 'mamba'"),
      ("llama.block_count", nil, "missing: memory: key 'llama.block_count'"),
      ("llama.block_count", .unsigned(0), "0 is not in 1 ... 4096"),
      ("llama.block_count", .unsigned(.max), "is not in 1 ... 4096"),
      ("llama.block_count", .unsigned(3), "tensor 'blk.2.attn_norm.weight'"),
      ("llama.block_count", .string("2"), "it is not a whole number"),
      ("llama.attention.head_count", .unsigned(0), "0 is not in 1"),
      ("llama.attention.head_count", .integer(-4), "-4 is not in 1"),
      ("llama.attention.head_count", .unsigned(3), "3 query heads cannot share 2 key heads"),
      ("llama.attention.head_count_kv", .unsigned(3), "cannot share 3 key heads"),
      ("llama.attention.head_count_kv", .integers([2, 1]), "layers of different shapes"),
      ("llama.attention.key_length", .unsigned(7), "cannot be paired"),
      ("llama.attention.key_length", .unsigned(6), "the metadata asks for [24, 32]"),
      ("llama.attention.value_length", .unsigned(4), "beside heads of 8"),
      ("llama.rope.dimension_count", .unsigned(4), "beside heads of 8"),
      ("llama.rope.freq_base", .number(.nan), "is not in"),
      ("llama.rope.scaling.type", .string("longrope"), "rotary scaling 'longrope'"),
      ("llama.embedding_length", .unsigned(1 << 40), "is not in 1 ..."),
      ("llama.embedding_length", .unsigned(64), "the metadata asks for [40, 64]"),
      ("llama.feed_forward_length", .unsigned(65), "the metadata asks for [65, 32]"),
      ("llama.vocab_size", .unsigned(41), "the metadata asks for [41, 32]"),
      ("llama.expert_count", .unsigned(8), "a mixture of 8 experts"),
      ("llama.attention.layer_norm_rms_epsilon", .number(-1), "is not in"),
    ] as [(String, MetadataValue?, String)])
  func `A key that is missing or wrong is named`(
    key: String, value: MetadataValue?, message: String
  ) {
    let found = refusal { metadata, _ in metadata[key] = value }
    #expect(found.contains(message), "\(found)")
  }

  @Test(arguments: [
    "token_embd.weight", "output_norm.weight", "blk.0.attn_q.weight", "blk.1.ffn_down.weight",
    "blk.1.attn_norm.weight",
  ])
  func `A tensor that is missing or of another shape is named`(name: String) {
    let missing = refusal { _, tensors in tensors[name] = nil }
    #expect(missing.hasPrefix("missing: memory: tensor '\(name)'"), "\(missing)")
    let turned = refusal { _, tensors in
      tensors[name]!.shape = tensors[name]!.shape.reversed() + [1]
    }
    #expect(turned.hasPrefix("malformed file: memory, tensor '\(name)'"), "\(turned)")
  }

  @Test(arguments: ["qwen2", "qwen3", "bitnet-b1.58"])
  func `What an architecture needs besides is missed, too`(name: String) {
    let tensor =
      ["qwen2": "attn_k.bias", "qwen3": "attn_q_norm.weight"][name] ?? "ffn_sub_norm.weight"
    let found = refusal(name) { _, tensors in tensors["blk.1.\(tensor)"] = nil }
    #expect(found.contains("blk.1.\(tensor)"), "\(found)")
  }

  @Test func `A table of segments without axes is no table`() {
    let found = refusal("bert") { _, tensors in tensors["token_types.weight"] = .init([], [1]) }
    #expect(found.contains("tensor 'position_embd.weight'"), "\(found)")
  }

  @Test func `An entry whose bytes are fewer than its shape needs is refused`() {
    let found = refusal { _, tensors in tensors["blk.0.attn_k.weight"]!.bytes.removeLast(4) }
    #expect(found.contains("tensor 'blk.0.attn_k.weight'"), "\(found)")
  }

  @Test func `A name from Hugging Face is the one that is missed there`() {
    var metadata: [String: MetadataValue] = ["config.model_type": .string("llama")]
    for (name, value) in [
      ("hidden_size", 32), ("num_hidden_layers", 1), ("num_attention_heads", 4),
      ("intermediate_size", 64), ("vocab_size", 40), ("max_position_embeddings", 64),
    ] { metadata["config.\(name)"] = .integer(Int64(value)) }
    #expect {
      try TransformerModel(MemoryModelFile(.safetensors, metadata, [:]))
    } throws: {
      "\($0)".contains("tensor 'model.embed_tokens.weight'")
    }
    metadata["config.quantization_config.quant_method"] = .string("awq")
    #expect {
      try TransformerModel(MemoryModelFile(.safetensors, metadata, [:]))
    } throws: {
      "\($0)".contains("weights quantised by 'awq'")
    }
  }

  @Test func `Weights that are not numbers are found where they first show`() throws {
    var tensors = SmallModels.tensors("llama", .init())
    tensors["token_embd.weight"]!.bytes.replaceSubrange(
      4 * 32 * 7..<4 * 32 * 7 + 4, with: [0, 0, 0xC0, 0x7F])
    let model = try TransformerModel(
      MemoryModelFile(.gguf, SmallModels.metadata("llama", .init()), tensors))
    let cache = try model.makeCache(positions: 16)
    let sequence = try cache.makeSequence()
    _ = try model.forward(TokenBatch(sequence, tokens: [1, 2]), cache)
    #expect {
      try model.forward(TokenBatch(sequence, tokens: [3, 7, 5], outputs: .all), cache)
    } throws: {
      "\($0)".contains("token 7 of sequence 0: the model's numbers are not finite")
    }
    // Nothing of the failed batch is left.
    #expect(cache.length(sequence) == 2)
    _ = try model.forward(TokenBatch(sequence, tokens: [3]), cache)

    let ternary = refusal("bitnet") { _, tensors in
      tensors["blk.1.ffn_up.weight"]!.bytes.replaceSubrange(8..<12, with: [0, 0, 0x80, 0x7F])
    }
    #expect(ternary.contains("tensor 'blk.1.ffn_up.weight'"), "\(ternary)")
  }

  @Test func `Requests that cannot be met say why and change nothing`() throws {
    let model = try TransformerModel(SmallModels.file("llama"))
    let cache = try model.makeCache(positions: 4, sequences: 2)
    let a = try cache.makeSequence()
    let b = try cache.makeSequence()
    func error(_ spans: [TokenBatch.Span]) -> String {
      do throws(LMError) {
        _ = try model.forward(TokenBatch(spans), cache)
        return "none"
      } catch {
        return "\(error)"
      }
    }
    #expect(error([]).contains("empty batch"))
    #expect(error([.init(a, tokens: [])]).contains("without tokens"))
    #expect(error([.init(a, tokens: [1]), .init(a, tokens: [2])]).contains("twice"))
    #expect(error([.init(9, tokens: [1])]).contains("no such sequence"))
    #expect(error([.init(a, tokens: [40])]).contains("the vocabulary has 40 tokens"))
    #expect(error([.init(a, tokens: [-1])]).contains("token -1"))
    let long = error([.init(a, tokens: [1]), .init(b, tokens: [1, 2, 3, 4, 5])])
    #expect(long.contains("the context has 4 positions"))
    #expect(cache.length(a) == 0 && cache.bytes == 0)
    #expect(throws: LMError.self) { try cache.makeSequence() }
    #expect(throws: LMError.self) { try cache.fork(a, keeping: 0) }
    #expect(throws: LMError.self) { try model.makeCache(positions: 701) }
    #expect(throws: LMError.self) { try model.makeCache(positions: 0) }
    #expect(throws: LMError.self) { try model.embed([]) }
    #expect(throws: LMError.self) { try model.embed([40]) }
    #expect(throws: LMError.self) {
      try model.embed([TokenID](repeating: 1, count: 701))
    }
    _ = try model.forward(TokenBatch(a, tokens: [1, 2, 3, 4]), cache)
    #expect(error([.init(a, tokens: [5])]).contains("1 tokens after 4"))
  }

  @Test func `An encoder has no next tokens, and a smaller context can be asked for`() throws {
    let bert = try TransformerModel(GoldenModel("bert").file)
    let cache = try bert.makeCache(positions: 8)
    let sequence = try cache.makeSequence()
    #expect(throws: LMError.self) {
      try bert.forward(TokenBatch(sequence, tokens: [1]), cache)
    }
    var options = LoadOptions()
    options.context = 8
    let short = try TransformerModel(SmallModels.file("llama"), options: options)
    #expect(short.configuration.contextLength == 8)
    #expect(throws: LMError.self) { try short.makeCache(positions: 9) }
    options.context = 0
    #expect(throws: LMError.self) {
      try TransformerModel(SmallModels.file("llama"), options: options)
    }
  }

  @Test func `A cache takes memory as its sequences grow`() throws {
    let model = try TransformerModel(SmallModels.file("llama"))
    let cache = try model.makeCache(positions: 700, sequences: 4)
    let sequence = try cache.makeSequence()
    #expect(cache.bytes == 0)
    _ = try model.forward(TokenBatch(sequence, tokens: [1]), cache)
    // Keys and values of 64 positions, 2 layers, 2 heads of 8 halves.
    let page = 2 * 64 * 2 * 2 * 8 * 2
    #expect(cache.bytes == page)
    _ = try model.forward(
      TokenBatch(sequence, tokens: [TokenID](repeating: 2, count: 128), outputs: .none), cache)
    #expect(cache.bytes == 3 * page)
    let branch = try cache.fork(sequence, keeping: 128)
    #expect(cache.bytes == 3 * page)
    _ = try model.forward(TokenBatch(branch, tokens: [3]), cache)
    #expect(cache.bytes == 4 * page)
    cache.truncate(sequence, to: 0)
    #expect(cache.bytes == 3 * page)
  }
}
