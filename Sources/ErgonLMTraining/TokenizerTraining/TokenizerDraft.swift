import ErgonLM

/// The parts of a `tokenizer.json` that do not depend on how its model was made.
struct TokenizerDraft {
  /// Special tokens by id, from 0.
  var specialTokens: [String]
  var roles: TokenRoles
  var normalizer: JSONValue = .null
  var preTokenizer: JSONValue = .null
  var decoder: JSONValue
  var model: JSONObject

  /// Checks the names of special tokens and adds those of roles that are not among them.
  static func names(_ tokens: [String], _ roles: TokenRoles) throws(LMError) -> [String] {
    let names = tokens + roles.names.filter { !tokens.contains($0) }
    var seen: Set<String> = []
    for name in names {
      if name.isEmpty || !seen.insert(name).inserted {
        throw .request(
          what: "the special token '\(name)'",
          reason: name.isEmpty ? "it has no name" : "it is listed twice",
          mend: "give each a name of its own")
      }
    }
    return names
  }

  func files() -> TokenizerFiles {
    var object = JSONObject()
    object["version"] = .string("1.0")
    object["truncation"] = .null
    object["padding"] = .null
    object["added_tokens"] = .array(
      specialTokens.enumerated().map { id, name in
        [
          "id": .integer(id), "content": .string(name), "single_word": false, "lstrip": false,
          "rstrip": false, "normalized": false, "special": true,
        ]
      })
    object["normalizer"] = normalizer
    object["pre_tokenizer"] = preTokenizer
    object["post_processor"] =
      roles.beginning.flatMap { name in
        specialTokens.firstIndex(of: name).map { Self.beginning(name, id: $0) }
      } ?? .null
    object["decoder"] = decoder
    object["model"] = .object(model)
    var names: [String: String] = [:]
    names["bos_token"] = roles.beginning
    names["eos_token"] = roles.end
    names["unk_token"] = roles.unknown
    names["pad_token"] = roles.padding
    return TokenizerFiles(json: JSONValue.object(object).serialized(), names: names)
  }

  /// The post-processor that puts a token before each text.
  static func beginning(_ name: String, id: Int) -> JSONValue {
    let token = JSONValue.string(name)
    func special(_ segment: Int) -> JSONValue {
      ["SpecialToken": ["id": token, "type_id": .integer(segment)]]
    }
    func sequence(_ id: String, _ segment: Int) -> JSONValue {
      ["Sequence": ["id": .string(id), "type_id": .integer(segment)]]
    }
    var tokens = JSONObject()
    tokens[name] = ["id": token, "ids": .array([.integer(id)]), "tokens": .array([token])]
    return [
      "type": "TemplateProcessing", "single": .array([special(0), sequence("A", 0)]),
      "pair": .array([special(0), sequence("A", 0), special(1), sequence("B", 1)]),
      "special_tokens": .object(tokens),
    ]
  }

  /// The decoder of byte-level vocabularies.
  static let byteLevelDecoder: JSONValue = [
    "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true,
  ]

  /// The decoder of vocabularies that write a space as `▁`, one of them before the text.
  static let spacesDecoder: JSONValue = [
    "type": "Sequence",
    "decoders": [
      ["type": "Replace", "pattern": ["String": "▁"], "content": " "], ["type": "ByteFallback"],
      ["type": "Fuse"], ["type": "Strip", "content": " ", "start": 1, "stop": 0],
    ],
  ]

  /// The `model` of a byte-pair encoding.
  static func bytePairs(
    pieces: [String], merges: [(Int32, Int32)], unknown: String?, hasByteFallback: Bool
  ) -> JSONObject {
    var vocabulary = JSONObject()
    for (id, piece) in pieces.enumerated() { vocabulary[piece] = .integer(id) }
    var model = JSONObject()
    model["type"] = .string("BPE")
    model["dropout"] = .null
    model["unk_token"] = unknown.map { .string($0) } ?? .null
    model["continuing_subword_prefix"] = .null
    model["end_of_word_suffix"] = .null
    model["fuse_unk"] = .boolean(hasByteFallback)
    model["byte_fallback"] = .boolean(hasByteFallback)
    model["ignore_merges"] = .boolean(false)
    model["vocab"] = .object(vocabulary)
    model["merges"] = .array(
      merges.map { .array([.string(pieces[Int($0)]), .string(pieces[Int($1)])]) })
    return model
  }
}
