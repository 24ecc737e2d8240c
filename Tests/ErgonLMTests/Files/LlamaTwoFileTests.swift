import Testing

@testable import ErgonLM

@Suite("llama2.c files")
struct LlamaTwoFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two layers, floats that count up.
  private func content(vocabulary: Int32, floats: Int) -> [UInt8] {
    [8, 12, 2, 4, 2, vocabulary, 6].flatMap { little($0 as Int32) }
      + (0..<floats).flatMap { little(Float($0)) }
  }

  // Embedding, four norms, q, k, v, o, three matrices of the feed-forward, norm, rotary tables.
  private let floats = 80 + 32 + 2 * (64 + 32 + 32 + 64) + 3 * 2 * 96 + 8 + 12

  @Test("tensors go by GGUF's names in the file's order", arguments: [false, true])
  func tensors(hasClassifier: Bool) throws {
    let path = try folder.write(
      content(vocabulary: hasClassifier ? -10 : 10, floats: floats + (hasClassifier ? 80 : 0)))
    let file = try openModelFile(path)
    #expect(file.kind == .llama2c)
    func first(_ name: String) throws -> Float {
      try file.bytes(of: name).bytes.loadUnaligned(as: Float.self)
    }
    #expect(file["token_embd.weight"]?.shape == [10, 8])
    #expect(file["blk.1.attn_k.weight"]?.shape == [4, 8])
    #expect(file["blk.0.ffn_gate.weight"]?.shape == [12, 8])
    #expect(file["blk.0.ffn_down.weight"]?.shape == [8, 12])
    #expect(try first("blk.0.attn_norm.weight") == 80)
    #expect(try first("blk.1.attn_norm.weight") == 88)
    #expect(try first("blk.0.attn_q.weight") == 96)
    #expect(try first("blk.1.attn_q.weight") == 160)
    #expect(try first("blk.0.attn_k.weight") == 224)
    #expect(try first("output_norm.weight") == Float(floats - 20))
    #expect((file["output.weight"] != nil) == hasClassifier)
    if hasClassifier { #expect(try first("output.weight") == Float(floats)) }
    #expect(file.metadata["llama.attention.head_count_kv"] == .unsigned(2))
    #expect(file.metadata["llama.rope.dimension_count"] == .unsigned(2))
    #expect(file.metadata["llama.vocab_size"] == .unsigned(10))
  }

  @Test("a file of another length is refused")
  func length() throws {
    for extra in [-1, 1] {
      let path = try folder.write(content(vocabulary: 10, floats: floats + extra))
      #expect(throws: LMError.self) { try openModelFile(path) }
    }
  }
}
