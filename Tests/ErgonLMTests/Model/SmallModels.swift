import ErgonLM

/// Models of a few thousand weights, made from a seed.
enum SmallModels {
  /// Plain numbers without a library: what is tested must not depend on whose generator this is.
  struct Numbers {
    var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// Uniform in -1 ..< 1.
    mutating func next() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
    }

    mutating func vector(_ count: Int, scale: Float = 1, around: Float = 0) -> [Float] {
      (0..<count).map { _ in around + scale * next() }
    }
  }

  struct Shape {
    var vocabulary = 40
    var context = 700
    var hidden = 32
    var layers = 2
    var heads = 4
    var keyValueHeads = 2
    var headSize = 8
    var feedForward = 64
  }

  static func metadata(_ name: String, _ s: Shape) -> [String: MetadataValue] {
    [
      "general.architecture": .string(name),
      "\(name).vocab_size": .unsigned(UInt64(s.vocabulary)),
      "\(name).context_length": .unsigned(UInt64(s.context)),
      "\(name).embedding_length": .unsigned(UInt64(s.hidden)),
      "\(name).block_count": .unsigned(UInt64(s.layers)),
      "\(name).feed_forward_length": .unsigned(UInt64(s.feedForward)),
      "\(name).attention.head_count": .unsigned(UInt64(s.heads)),
      "\(name).attention.head_count_kv": .unsigned(UInt64(s.keyValueHeads)),
      "\(name).attention.key_length": .unsigned(UInt64(s.headSize)),
      "\(name).attention.layer_norm_rms_epsilon": .number(1e-5),
      "\(name).rope.freq_base": .number(10_000),
    ]
  }

  static func tensors(_ name: String, _ s: Shape, seed: UInt64 = 1) -> [String: MemoryModelFile
    .Tensor]
  {
    var numbers = Numbers(seed)
    var made: [String: MemoryModelFile.Tensor] = [:]
    func matrix(_ name: String, _ rows: Int, _ columns: Int) {
      let scale = 2 / Float(columns).squareRoot()
      made[name] = .init([rows, columns], numbers.vector(rows * columns, scale: scale))
    }
    func norm(_ name: String, _ count: Int) {
      made[name] = .init([count], numbers.vector(count, scale: 0.2, around: 1))
    }
    let query = s.heads * s.headSize
    let keyValue = s.keyValueHeads * s.headSize
    matrix("token_embd.weight", s.vocabulary, s.hidden)
    matrix("output.weight", s.vocabulary, s.hidden)
    norm("output_norm.weight", s.hidden)
    for layer in 0..<s.layers {
      let blk = "blk.\(layer)."
      norm(blk + "attn_norm.weight", s.hidden)
      matrix(blk + "attn_q.weight", query, s.hidden)
      matrix(blk + "attn_k.weight", keyValue, s.hidden)
      matrix(blk + "attn_v.weight", keyValue, s.hidden)
      if name == "qwen2" {
        for (part, count) in [("q", query), ("k", keyValue), ("v", keyValue)] {
          made[blk + "attn_\(part).bias"] = .init([count], numbers.vector(count, scale: 0.3))
        }
      }
      if name == "qwen3" {
        norm(blk + "attn_q_norm.weight", s.headSize)
        norm(blk + "attn_k_norm.weight", s.headSize)
      }
      matrix(blk + "attn_output.weight", s.hidden, query)
      if name.hasPrefix("bitnet") {
        norm(blk + "attn_sub_norm.weight", query)
        norm(blk + "ffn_sub_norm.weight", s.feedForward)
      }
      norm(blk + "ffn_norm.weight", s.hidden)
      matrix(blk + "ffn_gate.weight", s.feedForward, s.hidden)
      matrix(blk + "ffn_up.weight", s.feedForward, s.hidden)
      matrix(blk + "ffn_down.weight", s.hidden, s.feedForward)
    }
    return made
  }

  static func file(_ name: String, _ shape: Shape = Shape(), seed: UInt64 = 1) -> MemoryModelFile {
    MemoryModelFile(.gguf, metadata(name, shape), tensors(name, shape, seed: seed))
  }
}
