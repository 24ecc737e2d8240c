import Testing

@testable import ErgonLM

@Suite("Tokenizers beside models")
struct ModelFolderTests {
  /// A folder with a tokenizer and what the others say of it.
  private func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files { _ = try folder.write(text, name) }
    return folder
  }

  private static let qwen = Result { try readText(goldenTokenizers + "qwen2.json") }

  @Test("A folder's files name the special tokens, the ends and the chat template")
  func names() throws {
    let folder = try folder([
      "tokenizer.json": Self.qwen.get(),
      "special_tokens_map.json": #"{"eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"}"#,
      "tokenizer_config.json": """
      {"eos_token": {"content": "<|im_end|>"}, "bos_token": null,
       "chat_template": [{"name": "tool_use", "template": "B"}, {"name": "default", "template": "A"}]}
      """,
      "generation_config.json": #"{"eos_token_id": [2, 0, 99999]}"#,
    ])
    for source in [folder.path, folder.path + "/", folder.path + "/model.safetensors"] {
      let file = VocabularyFile(source: source, kind: .safetensors, metadata: [:])
      let tokenizer = try makeTokenizer(for: file)
      #expect(tokenizer.special.end == tokenizer.token(named: "<|im_end|>"))
      #expect(tokenizer.special.padding == tokenizer.token(named: "<|endoftext|>"))
      #expect(tokenizer.special.beginning == nil)
      #expect(tokenizer.special.endOfGeneration == [0, 2])
      #expect(tokenizer.token(named: "<tool_call>").map(tokenizer.isSpecial) == false)
      #expect(tokenizer.piece(of: 2) == "<|im_end|>" && tokenizer.bytes(of: 2).isEmpty)
      #expect(try chatTemplateSource(for: file) == "A")
    }
  }

  @Test("A chat template of its own goes before that of the configuration")
  func template() throws {
    let folder = try folder([
      "tokenizer.json": Self.qwen.get(), "chat_template.jinja": "{{ messages }}",
      "tokenizer_config.json": #"{"chat_template": "old"}"#,
    ])
    let file = VocabularyFile(source: folder.path, kind: .safetensors, metadata: [:])
    #expect(try chatTemplateSource(for: file) == "{{ messages }}")
    let gguf = VocabularyFile(metadata: ["tokenizer.chat_template": .string("{{ x }}")])
    #expect(try chatTemplateSource(for: gguf) == "{{ x }}")
    #expect(try chatTemplateSource(for: VocabularyFile(metadata: [:])) == nil)
  }

  @Test("A named tokenizer goes before the model's own")
  func named() throws {
    let folder = try folder(["tokenizer.json": Self.qwen.get()])
    let gguf = VocabularyFile(metadata: [:])
    for path in [folder.path, folder.path + "/tokenizer.json"] {
      #expect(try makeTokenizer(for: gguf, path: path).token(named: "<|im_start|>") == 1)
    }
  }

  @Test("What is missing or not handled is named")
  func errors() throws {
    let folder = try folder([
      "tokenizer.json": #"""
      {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []},
       "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\p{Han}+"}, "behavior": "Isolated"}}
      """#
    ])
    let file = VocabularyFile(source: folder.path, kind: .safetensors, metadata: [:])
    #expect {
      try makeTokenizer(for: file)
    } throws: { error in
      "\(error)".contains(#"\p{Han}+"#) && "\(error)".contains("not supported")
    }
    let doubling: JSONValue = ["type": "Replace", "pattern": ["String": "a"], "content": "aa"]
    let marking: JSONValue = ["type": "Metaspace", "replacement": "  ", "prepend_scheme": "never"]
    for (part, list, step) in [
      ("normalizer", "normalizers", doubling), ("decoder", "decoders", doubling),
      ("pre_tokenizer", "pretokenizers", marking),
    ] {
      let growing: JSONValue = [
        "model": ["type": "BPE", "vocab": ["a": 0], "merges": []],
        part: ["type": "Sequence", list: .array(Array(repeating: step, count: 60))],
      ]
      #expect(throws: LMError.self) {
        let bytes = Array(growing.serialized().utf8)
        _ = try bytes.withUnsafeBufferPointer { (bytes) throws(LMError) in
          try TokenizerJSON(UnsafeRawBufferPointer(bytes), source: "growing").tokenizer()
        }
      }
    }
    let elsewhere = VocabularyFile(source: folder.path + "/x.bin", kind: .llama2c, metadata: [:])
    #expect {
      try makeTokenizer(for: elsewhere)
    } throws: {
      "\($0)".contains("tokenizer.bin")
    }
    let unknown = VocabularyFile(metadata: [
      "tokenizer.ggml.tokens": .strings(StringTable(["a"])),
      "tokenizer.ggml.merges": .strings(StringTable()),
      "tokenizer.ggml.model": .string("gpt2"), "tokenizer.ggml.pre": .string("never-heard-of"),
    ])
    #expect {
      try makeTokenizer(for: unknown)
    } throws: {
      "\($0)".contains("'never-heard-of'")
    }
  }
}
