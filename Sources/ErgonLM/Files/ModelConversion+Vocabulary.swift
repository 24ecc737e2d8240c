import ErgonTensor

extension ModelConversion {
  /// GGUF's keys of the `tokenizer.json` beside a checkpoint, or why there are none.
  static func vocabulary(
    beside file: any ModelFile
  ) throws(LMError) -> ([String: MetadataValue], note: String?) {
    let folder = ModelFolder(of: file.source)
    let path = folder.path + "tokenizer.json"
    guard isFile(path) else { return ([:], "no tokenizer.json is beside it; the file has none") }
    let mapped = try mapFile(path)
    let json = try withExtendedLifetime(mapped) { () throws(LMError) in
      try JSONValue(parsing: mapped.bytes, source: path)
    }
    guard json["model"]?["type"]?.stringValue == "BPE",
      let vocabulary = json["model"]?["vocab"]?.objectValue,
      let merges = json["model"]?["merges"]?.arrayValue
    else { return ([:], "its tokenizer is no byte-pair encoding; name its tokenizer.json in use") }
    let isSentencePiece = json["model"]?["byte_fallback"]?.boolValue == true
    guard let pre = isSentencePiece ? "default" : preTokenizer(json) else {
      return ([:], "its pre-tokenizer has no name in GGUF; name its tokenizer.json in use")
    }
    var pieces: [Int: (text: String, kind: Int64)] = [:]
    for (text, id) in vocabulary {
      guard let id = id.intValue, id >= 0, id < 1 << 24 else { continue }
      let isByte = isSentencePiece && text.hasPrefix("<0x") && text.count == 6
      pieces[id] = (text, isByte ? 6 : 1)
    }
    for token in json["added_tokens"]?.arrayValue ?? [] {
      guard let id = token["id"]?.intValue, let text = token["content"]?.stringValue,
        id >= 0, id < 1 << 24
      else { continue }
      pieces[id] = (text, token["special"]?.boolValue == true ? 3 : 4)
    }
    guard let last = pieces.keys.max(), last < 4 * pieces.count + 65_536 else {
      throw .malformed(source: path, place: "key 'vocab'", reason: "it has no pieces, or few")
    }
    var table = StringTable()
    var kinds: [Int64] = []
    for id in 0...last {
      // Numbers that no piece has are kept free.
      let piece = pieces[id] ?? ("[PAD\(id)]", 5)
      table.append(piece.text.utf8)
      kinds.append(piece.kind)
    }
    var metadata: [String: MetadataValue] = [
      "tokenizer.ggml.model": .string(isSentencePiece ? "llama" : "gpt2"),
      "tokenizer.ggml.pre": .string(pre),
      "tokenizer.ggml.tokens": .strings(table), "tokenizer.ggml.token_type": .integers(kinds),
    ]
    if isSentencePiece {
      // Pieces stand in the order of their merges, which is all that their scores say.
      metadata["tokenizer.ggml.scores"] = .numbers((0...last).map { -Float($0) })
    } else {
      metadata["tokenizer.ggml.merges"] = .strings(
        StringTable(
          merges.compactMap { merge in
            merge.stringValue
              ?? merge.arrayValue.map { $0.compactMap(\.stringValue).joined(separator: " ") }
          }))
    }
    let names = try folder.specialTokenNames()
    let uses = [
      "bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "pad_token": "padding",
    ]
    for (use, key) in uses {
      if let name = names[use], let id = pieces.first(where: { $0.value.text == name })?.key {
        metadata["tokenizer.ggml.\(key)_token_id"] = .unsigned(UInt64(id))
      }
    }
    let tokenizer = try makeTokenizer(for: file, path: path)
    let begins = tokenizer.encode("").first.map { $0 == tokenizer.special.beginning } ?? false
    metadata["tokenizer.ggml.add_bos_token"] = .boolean(begins)
    if let template = try folder.chatTemplate() {
      metadata["tokenizer.chat_template"] = .string(template)
    }
    return (metadata, nil)
  }

  /// GGUF's name of how a byte-level tokenizer cuts text.
  private static func preTokenizer(_ json: JSONValue) -> String? {
    let pre = json["pre_tokenizer"]
    let stages = pre?["pretokenizers"]?.arrayValue ?? [pre].compactMap(\.self)
    let expressions = stages.compactMap { $0["pattern"]?["Regex"]?.stringValue }
    if expressions.isEmpty {
      return stages.contains { $0["type"]?.stringValue == "ByteLevel" } ? "gpt-2" : nil
    }
    guard expressions.count == 1 else { return nil }
    switch PreTokenPattern(regex: expressions[0]) {
    case .gpt2: return "gpt-2"
    case .llama3(digits: 3): return "llama-bpe"
    case .llama3: return "qwen2"
    case .gpt4o(digits: 3, contractions: true): return "gpt-4o"
    case .gpt4o(digits: 1, contractions: false): return "tekken"
    default: return nil
    }
  }
}
