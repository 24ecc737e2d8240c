import ErgonLM

/// The parts of a `tokenizer.json` that do not depend on how its model was made.
struct TokenizerDraft {
  /// A token that is found in text as it is written.
  struct Added {
    var id: Int
    var name: String
    var isSpecial = true
  }

  var added: [Added]
  /// Special tokens by their use, as ``TokenizerFiles/names`` has them.
  var names: [String: String]
  var ends: [TokenID] = []
  /// Whether a text begins, or ends, with its token.
  var beginsText = true
  var endsText = false
  var normalizer: JSONValue = .null
  var preTokenizer: JSONValue = .null
  var decoder: JSONValue
  var model: JSONObject

  /// Names by use of tokens with these roles.
  static func names(of roles: TokenRoles) -> [String: String] {
    var names: [String: String] = [:]
    names["bos_token"] = roles.beginning
    names["eos_token"] = roles.end
    names["unk_token"] = roles.unknown
    names["pad_token"] = roles.padding
    return names
  }

  /// Special tokens with ids from 0.
  static func added(_ names: [String]) -> [Added] {
    names.enumerated().map { Added(id: $0, name: $1) }
  }

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
      added.map { token in
        [
          "id": .integer(token.id), "content": .string(token.name), "single_word": false,
          "lstrip": false, "rstrip": false, "normalized": false,
          "special": .boolean(token.isSpecial),
        ]
      })
    object["normalizer"] = normalizer
    object["pre_tokenizer"] = preTokenizer
    object["post_processor"] = postProcessor
    object["decoder"] = decoder
    object["model"] = .object(model)
    return TokenizerFiles(
      json: JSONValue.object(object).serialized(), names: names, ends: ends)
  }

  /// What is put around a text.
  private var postProcessor: JSONValue {
    func token(_ isWanted: Bool, _ role: String) -> Added? {
      isWanted ? names[role].flatMap { name in added.first { $0.name == name } } : nil
    }
    let begin = token(beginsText, "bos_token")
    let end = token(endsText, "eos_token")
    if begin == nil && end == nil { return .null }
    func special(_ token: Added?, _ segment: Int) -> [JSONValue] {
      token.map {
        [["SpecialToken": ["id": .string($0.name), "type_id": .integer(segment)]]]
      } ?? []
    }
    func sequence(_ id: String, _ segment: Int) -> [JSONValue] {
      let text: JSONValue = ["Sequence": ["id": .string(id), "type_id": .integer(segment)]]
      return special(begin, segment) + [text] + special(end, segment)
    }
    var tokens = JSONObject()
    for token in [begin, end].compactMap(\.self) {
      let name = JSONValue.string(token.name)
      tokens[token.name] = [
        "id": name, "ids": .array([.integer(token.id)]), "tokens": .array([name]),
      ]
    }
    return [
      "type": "TemplateProcessing", "single": .array(sequence("A", 0)),
      "pair": .array(sequence("A", 0) + sequence("B", 1)), "special_tokens": .object(tokens),
    ]
  }

  /// The decoder of byte-level vocabularies.
  static let byteLevelDecoder: JSONValue = [
    "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true,
  ]

  /// The decoder of vocabularies that write a space as `▁`.
  ///
  /// - Parameter dropsSpace: One of them stands before the text.
  static func spacesDecoder(dropsSpace: Bool = true) -> JSONValue {
    [
      "type": "Sequence",
      "decoders": .array(
        [
          ["type": "Replace", "pattern": ["String": "▁"], "content": " "],
          ["type": "ByteFallback"], ["type": "Fuse"],
        ] + (dropsSpace ? [["type": "Strip", "content": " ", "start": 1, "stop": 0]] : [])),
    ]
  }

  /// The `model` of a byte-pair encoding.
  static func bytePairs(
    pieces: [String], merges: [(Int32, Int32)], unknown: String? = nil,
    hasByteFallback: Bool = false, ignoresMerges: Bool = false
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
    model["ignore_merges"] = .boolean(ignoresMerges)
    model["vocab"] = .object(vocabulary)
    model["merges"] = .array(
      merges.map { .array([.string(pieces[Int($0)]), .string(pieces[Int($1)])]) })
    return model
  }
}
