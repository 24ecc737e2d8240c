import ErgonLM

/// A byte-level vocabulary with merges, as GGUF files have it under the name of `gpt2`.
struct BytePairVocabulary {
  private let pieces: [String]
  private let merges: [(Int32, Int32)]
  /// 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.
  private let kinds: [Int64]
  private let cut: GGUFVocabulary.Cut
  private let names: [String: String]
  private let ends: [TokenID]
  private let beginsText: Bool
  private let endsText: Bool

  /// - Parameter metadata: The keys of a GGUF file.
  /// - Throws: ``ErgonLM/LMError`` where they lack the merges, contradict each other, or name a cut
  ///   that is not known.
  init(_ metadata: [String: MetadataValue], source: String) throws(LMError) {
    func key(_ name: String) -> MetadataValue? { metadata["tokenizer.ggml." + name] }
    guard case .strings(let table)? = key("tokens"), case .strings(let list)? = key("merges") else {
      throw .missing(
        source: source, what: "its tokens and merges",
        mend: "convert the model again with them, or name a tokenizer.json")
    }
    let pieces = table.indices.map { table[$0] }
    kinds =
      if case .integers(let kinds)? = key("token_type") { kinds } else {
        Array(repeating: 1, count: pieces.count)
      }
    guard kinds.count == pieces.count else {
      throw .malformed(
        source: source, place: "key 'tokenizer.ggml.token_type'",
        reason: "\(kinds.count) types for \(pieces.count) tokens")
    }
    let vocabulary = Vocabulary(table)
    merges = list.indices.compactMap { place -> (Int32, Int32)? in
      // A piece may start with a space, and merges of what the vocabulary lacks cannot come up.
      let bytes = list.bytes[list.range(at: place)]
      guard let blank = bytes.dropFirst().firstIndex(of: 0x20) else { return nil }
      let (left, right) = (Array(bytes[..<blank]), Array(bytes[(blank + 1)...]))
      guard let first = vocabulary.id(of: left), let second = vocabulary.id(of: right),
        vocabulary.id(of: left + right) != nil
      else { return nil }
      return (first, second)
    }
    cut = try GGUFVocabulary(metadata, source: source).cut(vocabulary)
    func flag(_ name: String) -> Bool? {
      if case .boolean(let value)? = key(name) { value } else { nil }
    }
    beginsText = flag("add_bos_token") ?? cut.begins
    endsText = flag("add_eos_token") ?? false
    func id(_ name: String) -> Int? {
      let value: Int? =
        switch key(name + "_token_id") {
        case .unsigned(let id)?: Int(clamping: id)
        case .integer(let id)?: Int(clamping: id)
        default: nil
        }
      return value.flatMap { pieces.indices.contains($0) ? $0 : nil }
    }
    var names: [String: String] = [:]
    for (role, name) in [
      ("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown"),
      ("pad_token", "padding"),
    ] { names[role] = id(name).map { pieces[$0] } }
    self.names = names
    ends = ["eos", "eot", "eom"].compactMap { id($0).map { TokenID($0) } }
    self.pieces = pieces
  }

  func files() -> TokenizerFiles {
    TokenizerDraft(
      added: kinds.indices.filter { [2, 3, 4].contains(kinds[$0]) }.map {
        TokenizerDraft.Added(id: $0, name: pieces[$0], isSpecial: kinds[$0] != 4)
      }, names: names, ends: ends, beginsText: beginsText, endsText: endsText,
      preTokenizer: preTokenizer, decoder: TokenizerDraft.byteLevelDecoder,
      model: TokenizerDraft.bytePairs(
        pieces: pieces, merges: merges, ignoresMerges: cut.ignoresMerges)
    ).files()
  }

  private var preTokenizer: JSONValue {
    func split(_ regex: String) -> JSONValue {
      [
        "type": "Split", "pattern": ["Regex": .string(regex)], "behavior": "Isolated",
        "invert": false,
      ]
    }
    let stages: [JSONValue] = cut.stages.compactMap { stage in
      switch stage {
      case .pattern(let pattern): split(pattern.regex)
      case .numbers(let longest): split(longest == 1 ? #"\p{N}"# : #"\p{N}{1,\#(longest)}"#)
      case .eastAsian: split("[\u{4E00}-\u{9FA5}\u{3040}-\u{309F}\u{30A0}-\u{30FF}]+")
      default: nil
      }
    }
    let bytes: JSONValue = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false,
    ]
    return ["type": "Sequence", "pretokenizers": .array(stages + [bytes])]
  }
}
