import CErgonKernels
import ErgonTensor
import Foundation
import Testing

@testable import ErgonLM

/// A real model of 260,000 weights against numbers of an independent float32 implementation.
@Suite(.tags(.realData), .enabled(if: StoriesModel.path != nil))
struct StoriesModelTests {
  /// "Once upon a time, there was a little girl named Lily. She loved to play outside in the park."
  static let ids: [TokenID] = [
    1, 403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396,
    267, 337, 410, 408, 419, 292, 411, 322, 265, 282, 295, 433, 426,
  ]

  private func open(
    _ file: any ModelFile, _ format: KeyValueFormat = .f32
  ) throws -> TransformerModel {
    var options = LoadOptions()
    options.keyValueFormat = format
    options.head = .exact
    return try TransformerModel(file, options: options)
  }

  private func logits(_ model: TransformerModel, _ tokens: [TokenID]) throws -> [[Float]] {
    let cache = try model.makeCache(positions: tokens.count)
    let sequence = try cache.makeSequence()
    let states = try model.forward(
      TokenBatch(sequence, tokens: tokens, outputs: .all), cache)
    return (0..<states.count).map { row in
      var logits = [Float](repeating: 0, count: model.head.vocabularySize)
      states.withRow(row) { hidden in
        logits.withUnsafeMutableBufferPointer {
          model.head.logits(1, hidden, into: $0.baseAddress!)
        }
      }
      return logits
    }
  }

  private func surprise(_ logits: [[Float]], _ tokens: [TokenID]) -> Double {
    var sum = 0.0
    for (row, next) in zip(logits, tokens.dropFirst()) {
      let greatest = Double(row.max()!)
      let total = row.reduce(0.0) { $0 + exp(Double($1) - greatest) }
      sum += greatest + log(total) - Double(row[Int(next)])
    }
    return sum
  }

  @Test(arguments: ModelFileKind.allKinds)
  func `Logits and surprise of a story are the known ones`(kind: ModelFileKind) throws {
    let found = try logits(open(StoriesModel.file(as: kind)), Self.ids)
    #expect(abs(found[0][403] - 17.0235) < 1e-4)
    let expected: [(TokenID, Float)] = [
      (385, 18.6312), (338, 15.3091), (410, 13.8470), (320, 13.7452), (359, 13.1231),
    ]
    let order = found[31].indices.sorted { found[31][$0] > found[31][$1] }
    #expect(order.prefix(5).map { TokenID($0) } == expected.map(\.0))
    for (token, logit) in expected { #expect(abs(found[31][Int(token)] - logit) < 1e-4) }
    #expect(abs(surprise(found, Self.ids) - 5.5910) < 1e-4)
  }

  @Test func `The plain reference tells the same story`() throws {
    let file = try openModelFile(StoriesModel.path!)
    var reference = try ReferenceModel(file)
    let logits = Self.ids.map { reference.append($0) }
    #expect(abs(surprise(logits, Self.ids) - 5.5910) < 1e-4)
    // Greedy tokens, one by one as a generation does it, are the reference's.
    let model = try open(file, .f16)
    let cache = try model.makeCache(positions: 64)
    let sequence = try cache.makeSequence()
    var chosen: [TokenID] = []
    var next: [TokenID] = Array(Self.ids.prefix(5))
    while chosen.count < 40 {
      let states = try model.forward(TokenBatch(sequence, tokens: next), cache)
      var row = [Float](repeating: 0, count: model.head.vocabularySize)
      states.withRow(0) { hidden in
        row.withUnsafeMutableBufferPointer { model.head.logits(1, hidden, into: $0.baseAddress!) }
      }
      next = [TokenID(row.firstIndex(of: row.max()!)!)]
      chosen += next
    }
    #expect(chosen == reference.greedy(Array(Self.ids.prefix(5)), count: 40))
  }

  @Test(arguments: [KeyValueFormat.f16, .int8])
  func `Rounded keys and values barely change the surprise`(format: KeyValueFormat) throws {
    let found = try logits(open(StoriesModel.file(as: .llama2c), format), Self.ids)
    #expect(abs(surprise(found, Self.ids) - 5.5910) < (format == .f16 ? 0.01 : 0.1))
  }
}

extension ModelFileKind {
  fileprivate static let allKinds: [ModelFileKind] = [.llama2c, .gguf, .safetensors]
}

/// stories260K.bin, and the same weights as another kind of file would have them.
enum StoriesModel {
  static let path: String? = {
    guard let folder = ProcessInfo.processInfo.environment["ERGON_DATA"] else { return nil }
    let path = folder + "/stories260K/stories260K.bin"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  static func file(as kind: ModelFileKind) throws -> MemoryModelFile {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path!)))
    func number(_ index: Int) -> Int {
      Int(bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self) })
    }
    let (dim, hidden, layers, heads, keyHeads) = (
      number(0), number(1), number(2), number(3), number(4)
    )
    let (vocabulary, context) = (number(5), number(6))
    var offset = 28
    func take(_ shape: [Int]) -> MemoryModelFile.Tensor {
      let size = 4 * shape.reduce(1, *)
      defer { offset += size }
      return .init(shape, .f32, Array(bytes[offset..<offset + size]))
    }
    var tensors = ["token_embd.weight": take([vocabulary, dim])]
    let keyValue = dim / heads * keyHeads
    for (name, shape) in [
      ("attn_norm", [dim]), ("attn_q", [dim, dim]), ("attn_k", [keyValue, dim]),
      ("attn_v", [keyValue, dim]), ("attn_output", [dim, dim]), ("ffn_norm", [dim]),
      ("ffn_gate", [hidden, dim]), ("ffn_down", [dim, hidden]), ("ffn_up", [hidden, dim]),
    ] {
      for layer in 0..<layers { tensors["blk.\(layer).\(name).weight"] = take(shape) }
    }
    tensors["output_norm.weight"] = take([dim])
    let sizes: [(gguf: String, huggingFace: String, value: Int)] = [
      ("context_length", "max_position_embeddings", context),
      ("embedding_length", "hidden_size", dim),
      ("block_count", "num_hidden_layers", layers),
      ("feed_forward_length", "intermediate_size", hidden),
      ("attention.head_count", "num_attention_heads", heads),
      ("attention.head_count_kv", "num_key_value_heads", keyHeads),
      ("vocab_size", "vocab_size", vocabulary),
    ]
    if kind != .safetensors {
      var metadata: [String: MetadataValue] = ["general.architecture": .string("llama")]
      for size in sizes { metadata["llama.\(size.gguf)"] = .unsigned(UInt64(size.value)) }
      return MemoryModelFile(kind, metadata, tensors)
    }
    var metadata: [String: MetadataValue] = [
      "config.model_type": .string("llama"), "config.rms_norm_eps": .number(1e-5),
      "config.hidden_act": .string("silu"), "config.tie_word_embeddings": .boolean(true),
    ]
    for size in sizes { metadata["config.\(size.huggingFace)"] = .integer(Int64(size.value)) }
    var renamed: [String: MemoryModelFile.Tensor] = [:]
    for (name, var tensor) in tensors {
      if name.contains("attn_q") || name.contains("attn_k") {
        tensor = halved(tensor, headSize: dim / heads)
      }
      renamed[Self.huggingFaceName(name)] = tensor
    }
    return MemoryModelFile(.safetensors, metadata, renamed)
  }

  /// Rows that pair neighbours (2i, 2i + 1) put where they pair halves (i, i + size / 2).
  private static func halved(
    _ tensor: MemoryModelFile.Tensor, headSize: Int
  ) -> MemoryModelFile.Tensor {
    let values = tensor.floats
    let columns = tensor.shape[1]
    var moved = values
    for row in 0..<tensor.shape[0] {
      let within = row % headSize
      let to = row - within + within / 2 + within % 2 * (headSize / 2)
      moved.replaceSubrange(
        to * columns..<(to + 1) * columns, with: values[row * columns..<(row + 1) * columns])
    }
    return .init(tensor.shape, moved)
  }

  private static func huggingFaceName(_ name: String) -> String {
    switch name {
    case "token_embd.weight": return "model.embed_tokens.weight"
    case "output_norm.weight": return "model.norm.weight"
    default: break
    }
    let parts = name.split(separator: ".")
    let inside: [Substring: String] = [
      "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
      "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
      "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj",
      "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    ]
    return "model.layers.\(parts[1]).\(inside[parts[2]]!).weight"
  }
}
