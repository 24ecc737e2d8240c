import Testing

@testable import ErgonLM

/// The tokenizer of a checkpoint and the vocabulary of the GGUF file it becomes.
@Suite("Vocabularies carried over to GGUF")
struct ConvertedVocabularyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The vocabulary of a GGUF file made of a `tokenizer.json`, read from that file.
  private func converted(
    _ json: JSONValue, size: Int = 0
  ) throws -> (file: any ModelFile, original: any Tokenizer, notes: [String]) {
    _ = try folder.write(json.serialized(), "tokenizer.json")
    let checkpoint = VocabularyFile(source: folder.path, kind: .safetensors, metadata: [:])
    let (metadata, notes) = try ModelConversion.vocabulary(beside: checkpoint, size: size)
    let path = folder.path + "/model.gguf"
    try GGUFWriter(path, metadata: metadata, tensors: []).finish()
    return (try openModelFile(path), try makeTokenizer(for: checkpoint), notes)
  }

  /// All merges that a vocabulary's pieces allow, in the order of the given ones, as vocabularies
  /// that come from SentencePiece have them.
  private func completed(_ json: JSONValue) -> JSONValue {
    var model = json["model"]!.objectValue!
    let pieces = Set(model["vocab"]!.objectValue!.keys)
    var merges: [JSONValue] = []
    for merge in model["merges"]!.arrayValue! {
      let parts =
        merge.stringValue?.split(separator: " ").map(String.init)
        ?? merge.arrayValue!.map { $0.stringValue! }
      let whole = Array(parts.joined().unicodeScalars)
      for cut in 1..<whole.count {
        let (left, right) = (String(text(whole[..<cut])), String(text(whole[cut...])))
        if pieces.contains(left), pieces.contains(right) {
          merges.append([.string(left), .string(right)])
        }
      }
    }
    model["merges"] = .array(merges)
    var object = json.objectValue!
    object["model"] = .object(model)
    return .object(object)
  }

  private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static let texts = ["", "Hello, world!", " two  spaces ", "日本語 naïve café", "a\n\n\tb"]

  private static let carried = [
    ("gpt2", "gpt2", "gpt-2"), ("llama3", "gpt2", "llama-bpe"), ("qwen2", "gpt2", "qwen2"),
    ("gpt4o", "gpt2", "gpt-4o"), ("tekken", "gpt2", "tekken"), ("starcoder", "gpt2", "starcoder"),
    ("deepseek3", "gpt2", "deepseek-v3"), ("llama2", "llama", "default"),
    ("mistral", "llama", "default"), ("gemma", "llama", "default"), ("bert", "bert", "default"),
  ]

  @Test("A text has the same ids before and after", arguments: carried)
  func parity(name: String, model: String, pre: String) throws {
    let json = try goldenJSON(name + ".json")
    let (file, original, notes) = try converted(model == "llama" ? completed(json) : json)
    #expect(notes.allSatisfy { !$0.contains("not carried over") })
    #expect(file.metadata["tokenizer.ggml.model"] == .string(model))
    #expect(file.metadata["tokenizer.ggml.pre"] == .string(pre))
    let tokenizer = try makeTokenizer(for: file)
    #expect(tokenizer.vocabularySize == original.vocabularySize)
    // BERT's texts end with their separator.
    if model != "bert" {
      #expect(tokenizer.special.endOfGeneration == original.special.endOfGeneration)
    }
    let golden = try #require(goldenJSON("texts.json").arrayValue).map { $0.stringValue! }
    var compared = 0
    for text in golden + Self.texts where isComparable(text, name) {
      compared += 1
      for addingSpecial in [false, true] {
        for parsingSpecial in [false, true] {
          let expected = original.encode(
            text, addingSpecial: addingSpecial, parsingSpecial: parsingSpecial)
          let found = tokenizer.encode(
            text, addingSpecial: addingSpecial, parsingSpecial: parsingSpecial)
          #expect(found == expected, "\(text.debugDescription)")
          if !addingSpecial, model != "bert" {
            #expect(sameBytes(tokenizer.decode(found), original.decode(expected)))
          }
        }
      }
    }
    #expect(compared > 70)
  }

  /// Whether GGUF's readers have the means to do the same.
  private func isComparable(_ text: String, _ name: String) -> Bool {
    switch name {
    case "qwen2": NormalizationForm.nfc.apply(to: Array(text.utf8)) == Array(text.utf8)
    case "mistral": text.first != " " && text.first != "▁" && !text.contains("<")
    case "bert":
      !text.contains("▁")
        && text.split(whereSeparator: \.isWhitespace).allSatisfy { $0.count <= 100 }
    default: true
    }
  }

  @Test("Ids beyond the tokenizer's are kept free")
  func padded() throws {
    let json = try goldenJSON("gpt2.json")
    let (file, original, _) = try converted(json, size: 2000)
    let tokenizer = try makeTokenizer(for: file)
    #expect(original.vocabularySize < 2000 && tokenizer.vocabularySize == 2000)
    #expect(tokenizer.encode("[PAD1999] is text") == original.encode("[PAD1999] is text"))
  }

  @Test("The chat template and the ends of generation go along")
  func template() throws {
    _ = try folder.write("{{ messages }}", "chat_template.jinja")
    _ = try folder.write(#"{"eos_token_id": [0, 5]}"#, "generation_config.json")
    let (file, original, _) = try converted(goldenJSON("gpt2.json"))
    #expect(try chatTemplateSource(for: file) == "{{ messages }}")
    #expect(try makeTokenizer(for: file).special == original.special)
  }

  @Test(
    "What GGUF has no words for is not carried over, and said",
    arguments: [
      ("unigram", "unigram"), ("roberta", "pre-tokenizer"), ("bert-cased", "WordPiece"),
      ("words", "WordPiece"), ("llama2", "merges"),
    ])
  func refused(name: String, word: String) throws {
    let (file, _, notes) = try converted(goldenJSON(name + ".json"))
    #expect(notes.count == 1 && notes[0].contains(word) && notes[0].contains("tokenizer.json"))
    #expect(file.metadata.isEmpty)
  }
}
