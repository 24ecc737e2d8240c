import Testing

@testable import ErgonLM

@Suite("Published vocabularies", .tags(.realData))
struct VocabularyParityTests {
  static let folder = realData + "/tokenizers/ggml-vocab-"

  @Test(
    "Every published test text has its published ids", .enabled(if: !realData.isEmpty),
    arguments: ["gpt-2", "llama-spm", "bert-bge"])
  func parity(name: String) throws {
    let path = Self.folder + name + ".gguf"
    let tokenizer = try makeTokenizer(for: openModelFile(path))
    // Texts stand between separators, ids on one line each; neither has special tokens added.
    let texts = try readText(path + ".inp").components(between: "\n__ggml_vocab_test__\n")
    let lines = try readText(path + ".out").components(between: "\n")
    try #require(texts.count >= 46)
    for (text, line) in zip(texts, lines) {
      let ids = line.split(separator: " ").map { TokenID($0)! }
      #expect(tokenizer.encode(text, addingSpecial: false) == ids, "\(text.debugDescription)")
      if name != "bert-bge" { #expect(tokenizer.decode(ids) == text) }
    }
  }

  @Test("Another model's vocabulary can be named", .enabled(if: !realData.isEmpty))
  func named() throws {
    let model = try openModelFile(realData + "/stories260K/stories260K.bin")
    #expect(try makeTokenizer(for: model, path: Self.folder + "gpt-2.gguf").vocabularySize == 50257)
  }

  @Test(
    "The story model's prompt has the ids that its author's program gives",
    .enabled(if: !realData.isEmpty))
  func stories() throws {
    let model = try openModelFile(realData + "/stories260K/stories260K.bin")
    let tokenizer = try makeTokenizer(for: model)
    let text =
      "Once upon a time, there was a little girl named Lily. She loved to play outside in the park."
    let ids: [TokenID] = [
      1, 403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396,
      267, 337, 410, 408, 419, 292, 411, 322, 265, 282, 295, 433, 426,
    ]
    #expect(tokenizer.encode(text) == ids)
    #expect(tokenizer.decode(ids) == text)
    #expect(tokenizer.vocabularySize == 512 && tokenizer.isSpecial(1))
    #expect(tokenizer.special.endOfGeneration == [1, 2] && tokenizer.piece(of: 2) == "</s>")
    #expect(tokenizer.decode(tokenizer.encode("a\n\u{7}é😀 b")) == "a\n\u{7}é😀 b")
  }
}
