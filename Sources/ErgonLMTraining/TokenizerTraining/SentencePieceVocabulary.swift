import ErgonLM

/// A SentencePiece vocabulary of byte-pair type, as GGUF and llama2.c files have it: pieces with
/// scores, of which the neighbours that make the best one merge first.
struct SentencePieceVocabulary {
  private let source: String
  private let pieces: [[UInt8]]
  private let scores: [Float]
  /// 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.
  private let kinds: [Int64]
  private let addsSpace: Bool
  private let beginsText: Bool
  private let roles: [(key: String, id: Int)]
  private let ends: [TokenID]

  /// - Parameter metadata: The keys of a GGUF file.
  /// - Throws: ``ErgonLM/LMError`` where they say another kind of tokenizer, or contradict each other.
  init(_ metadata: [String: MetadataValue], source: String) throws(LMError) {
    func key(_ name: String) -> MetadataValue? { metadata["tokenizer.ggml." + name] }
    guard key("model") == .string("llama"), case .strings(let table)? = key("tokens"),
      case .numbers(let scores)? = key("scores"), case .integers(let kinds)? = key("token_type")
    else {
      throw .unsupported(
        source: source, what: "its tokenizer as a tokenizer.json",
        mend: "name the tokenizer.json that it comes from")
    }
    guard scores.count == table.count, kinds.count == table.count else {
      throw .malformed(
        source: source, place: "key 'tokenizer.ggml.scores'",
        reason: "\(scores.count) scores and \(kinds.count) types for \(table.count) tokens")
    }
    self.source = source
    pieces = table.indices.map { Array(table.bytes[table.range(at: $0)]) }
    self.scores = scores
    self.kinds = kinds
    addsSpace = key("add_space_prefix") != .boolean(false)
    beginsText = key("add_bos_token") != .boolean(false)
    func id(_ name: String) -> Int? {
      let value: Int? =
        switch key(name + "_token_id") {
        case .unsigned(let id)?: Int(clamping: id)
        case .integer(let id)?: Int(clamping: id)
        default: nil
        }
      return value.flatMap { table.indices.contains($0) ? $0 : nil }
    }
    roles = [
      ("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown"),
      ("pad_token", "padding"),
    ].compactMap { role in id(role.1).map { (role.0, $0) } }
    ends = ["eos", "eot", "eom"].compactMap { id($0).map { TokenID($0) } }
  }

  private func text(_ id: Int) -> String { String(decoding: pieces[id], as: UTF8.self) }

  func files() -> TokenizerFiles {
    let names = Dictionary(roles.map { ($0.key, text($0.id)) }) { first, _ in first }
    let replace: JSONValue = ["type": "Replace", "pattern": ["String": " "], "content": "▁"]
    return TokenizerDraft(
      added: kinds.indices.filter { [2, 3, 4].contains(kinds[$0]) }.map {
        TokenizerDraft.Added(id: $0, name: text($0), isSpecial: kinds[$0] != 4)
      }, names: names, ends: ends, beginsText: beginsText,
      normalizer: [
        "type": "Sequence",
        "normalizers": .array(
          (addsSpace ? [["type": "Prepend", "prepend": "▁"]] : []) + [replace]),
      ], decoder: TokenizerDraft.spacesDecoder(dropsSpace: addsSpace),
      model: TokenizerDraft.bytePairs(
        pieces: pieces.indices.map(text), merges: merges(), unknown: names["unk_token"],
        hasByteFallback: true)
    ).files()
  }

  /// Every cut of a piece in two pieces, the pieces of the best scores first: merged in this order
  /// neighbours come together as scores have it.
  private func merges() -> [(Int32, Int32)] {
    var ids: [[UInt8]: Int] = [:]
    for id in pieces.indices where kinds[id] == 1 { ids[pieces[id]] = id }
    let ranked = ids.values.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
    return ranked.flatMap { id in
      let piece = pieces[id]
      return piece.indices.dropFirst().compactMap { cut -> (Int32, Int32)? in
        guard let left = ids[Array(piece[..<cut])], let right = ids[Array(piece[cut...])] else {
          return nil
        }
        return (Int32(left), Int32(right))
      }.sorted { $0 < $1 }
    }
  }
}
