/// A tokenizer from the `tokenizer.ggml.` keys of a GGUF file.
///
/// Handled are the kinds `gpt2` (byte-pair encoding of bytes), `llama` (SentencePiece) and `bert`
/// (WordPiece).
package struct GGUFVocabulary {
  private let keys: [String: MetadataValue]
  private let source: String
  private let pieces: StringTable
  private let kinds: [PieceKind]
  private var special = SpecialTokens()

  /// `tokenizer.ggml.token_type`.
  private enum PieceKind: Int64 {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  init(_ file: any ModelFile) throws(LMError) {
    try self.init(file.metadata, source: file.source)
  }

  /// - Parameter source: Where the keys come from, for errors.
  package init(_ keys: [String: MetadataValue], source: String) throws(LMError) {
    self.keys = keys
    self.source = source
    guard case .strings(let pieces)? = keys["tokenizer.ggml.tokens"] else {
      throw .missing(
        source: source, what: "the vocabulary 'tokenizer.ggml.tokens'",
        mend: "name a tokenizer.json beside it")
    }
    guard pieces.count > 0, pieces.count <= Int(Int32.max) else {
      throw .malformed(
        source: source, place: "key 'tokenizer.ggml.tokens'",
        reason: "\(pieces.count) pieces are no vocabulary")
    }
    self.pieces = pieces
    if case .integers(let numbers)? = keys["tokenizer.ggml.token_type"] {
      guard numbers.count == pieces.count else {
        throw .malformed(
          source: source, place: "key 'tokenizer.ggml.token_type'",
          reason: "\(numbers.count) types for \(pieces.count) pieces")
      }
      kinds = numbers.map { PieceKind(rawValue: $0) ?? .normal }
    } else {
      kinds = Array(repeating: .normal, count: pieces.count)
    }
    special.beginning = try token("bos")
    special.end = try token("eos")
    special.unknown = try token("unknown")
    special.padding = try token("padding")
    // The format's own spelling, and the right one that some writers use.
    special.separator = try token("seperator")
    if special.separator == nil { special.separator = try token("separator") }
    special.classifier = try token("cls")
    special.mask = try token("mask")
    for name in ["eot", "eom"] {
      if let id = try token(name) { special.endOfGeneration.insert(id) }
    }
  }

  func tokenizer() throws(LMError) -> TextTokenizer {
    switch keys["tokenizer.ggml.model"] {
    case .string("gpt2"): return try bytePairs()
    case .string("llama"): return try sentencePieces()
    case .string("bert"): return wordPieces()
    case .string(let kind):
      throw unsupported("the tokenizer '\(kind)'")
    default:
      throw .missing(
        source: source, what: "the key 'tokenizer.ggml.model'",
        mend: "name a tokenizer.json beside it")
    }
  }

  // MARK: Kinds

  private func bytePairs() throws(LMError) -> TextTokenizer {
    let vocabulary = Vocabulary(pieces)
    guard case .strings(let list)? = keys["tokenizer.ggml.merges"] else {
      throw .missing(
        source: source, what: "the key 'tokenizer.ggml.merges'",
        mend: "convert the model again with its merges")
    }
    var merges = MergeTable(capacity: list.count)
    list.bytes.withUnsafeBufferPointer { bytes in
      for place in 0..<list.count {
        let range = list.range(at: place)
        // A piece may start with a space, and merges of what the vocabulary lacks cannot come up.
        guard let blank = bytes[range].dropFirst().firstIndex(of: 0x20) else { continue }
        merges.append(bytes, range.lowerBound..<blank, blank + 1..<range.upperBound, in: vocabulary)
      }
    }
    let cut = try cut(vocabulary)
    let model = BytePairModel(
      vocabulary, merges: merges,
      options: .init(isByteLevel: true, ignoresMerges: cut.ignoresMerges))
    return assemble(
      vocabulary, Normalizer(steps: []), PreTokenizer(stages: cut.stages), model,
      PieceDecoder(steps: [.byteLevel]), beginsByDefault: cut.begins)
  }

  private func sentencePieces() throws(LMError) -> TextTokenizer {
    guard case .numbers(let scores)? = keys["tokenizer.ggml.scores"],
      scores.count == pieces.count
    else {
      throw .malformed(
        source: source, place: "key 'tokenizer.ggml.scores'",
        reason: "a score for each of the \(pieces.count) pieces is needed")
    }
    if scores.contains(where: \.isNaN) {
      throw .malformed(
        source: source, place: "key 'tokenizer.ggml.scores'", reason: "a score is not a number")
    }
    let vocabulary = Vocabulary(pieces)
    let kinds = self.kinds
    let (preTokenizer, model) = scoredPairs(
      pieces, scores: scores, vocabulary: vocabulary, unknown: special.unknown
    ) { kinds[$0] == .normal || kinds[$0] == .userDefined || kinds[$0] == .unused }
    let addsSpace = flag("add_space_prefix") ?? true
    return assemble(
      vocabulary, spaceNormalizer(addsSpace: addsSpace), preTokenizer, model,
      PieceDecoder(
        steps: [.byteFallback, .replace(spaceMark, by: [0x20])], dropsLeadingSpace: addsSpace),
      beginsByDefault: true)
  }

  private func wordPieces() -> TextTokenizer {
    let vocabulary = Vocabulary(pieces)
    let model = WordPieceModel(
      vocabulary: vocabulary, unknown: special.unknown, startPrefix: spaceMark, innerPrefix: [],
      longestWord: .max)
    var bert = self
    bert.special.beginning = special.beginning ?? special.classifier
    bert.special.end = special.end ?? special.separator
    return bert.assemble(
      vocabulary, Normalizer(steps: [.bert(.init())]), PreTokenizer(stages: [.bert]), model,
      PieceDecoder(steps: [.replace(spaceMark, by: [0x20])], dropsLeadingSpace: true),
      beginsByDefault: true, endsByDefault: true)
  }

  private func assemble(
    _ vocabulary: Vocabulary, _ normalizer: Normalizer, _ preTokenizer: PreTokenizer,
    _ model: any PieceModel, _ decoder: PieceDecoder, beginsByDefault: Bool,
    endsByDefault: Bool = false
  ) -> TextTokenizer {
    var special = special
    special.addEndsOfGeneration { name in
      guard let id = vocabulary.id(of: name), kinds[Int(id)] != .normal else { return nil }
      return id
    }
    let added = kinds.indices.compactMap { id -> AddedTokens.Token? in
      switch kinds[id] {
      case .control, .unknown, .userDefined:
        AddedTokens.Token(
          id: TokenID(id), content: Array(vocabulary.bytes(of: TokenID(id))),
          isSpecial: kinds[id] != .userDefined)
      default: nil
      }
    }
    let begins = flag("add_bos_token") ?? beginsByDefault
    let ends = flag("add_eos_token") ?? endsByDefault
    return TextTokenizer(
      vocabulary: vocabulary, special: special, added: added, normalizer: normalizer,
      preTokenizer: preTokenizer, model: model,
      prefix: begins ? [special.beginning].compactMap(\.self) : [],
      suffix: ends ? [special.end].compactMap(\.self) : [], decoder: decoder,
      specialFlags: kinds.map { $0 == .control || $0 == .unknown })
  }

  // MARK: Pre-tokenizers

  /// The cut of a byte-level vocabulary.
  package func cut(_ vocabulary: Vocabulary) throws(LMError) -> Cut {
    var name = "default"
    if case .string(let value)? = keys["tokenizer.ggml.pre"] { name = value }
    if name == "default" {
      // Early writers left the key out; what the vocabulary calls its first token tells them apart.
      name =
        vocabulary.id(of: "<|begin_of_text|>") != nil
        ? "llama-bpe" : vocabulary.id(of: "<|im_start|>") != nil ? "qwen2" : "gpt-2"
    }
    guard let known = Self.cuts.first(where: { $0.names.contains(name) }) else {
      throw unsupported("the pre-tokenizer '\(name)'")
    }
    return known
  }

  /// How byte-level vocabularies cut text.
  package struct Cut {
    /// The values of `tokenizer.ggml.pre`; the first is the one to write.
    let names: [String]
    package let stages: [PreTokenizer.Stage]
    /// Whether a word that is a piece is taken whole.
    package var ignoresMerges = false
    /// Whether texts begin with a token where the file says nothing of it.
    package var begins = false
  }

  static let cuts = [
    Cut(
      names: [
        "gpt-2", "phi-2", "roberta-bpe", "mpt", "olmo", "jais", "trillion", "granite-docling",
      ], stages: [.pattern(.gpt2)]),
    Cut(
      names: ["llama-bpe", "llama3", "llama-v3", "falcon3"],
      stages: [.pattern(.llama3(digits: 3))], ignoresMerges: true, begins: true),
    Cut(
      names: ["smaug-bpe", "dbrx", "chatglm-bpe"], stages: [.pattern(.llama3(digits: 3))]),
    Cut(
      names: ["qwen2", "stablelm2", "deepseek-r1-qwen", "hunyuan"],
      stages: [.pattern(.llama3(digits: 1))]),
    Cut(
      names: ["gpt-4o", "llama4"], stages: [.pattern(.gpt4o(digits: 3, contractions: true))]),
    Cut(
      names: ["tekken"], stages: [.pattern(.gpt4o(digits: 1, contractions: false))],
      ignoresMerges: true, begins: true),
    Cut(
      names: ["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone"],
      stages: [.numbers(longest: 1), .pattern(.gpt2)]),
    Cut(
      names: ["deepseek-v3"],
      stages: [.numbers(longest: 3), .eastAsian, .pattern(.deepSeek3)]),
  ]

  // MARK: Keys

  private func token(_ name: String) throws(LMError) -> TokenID? {
    let key = "tokenizer.ggml.\(name)_token_id"
    let id: Int64
    switch keys[key] {
    case nil: return nil
    case .integer(let value)?: id = value
    case .unsigned(let value)?: id = Int64(clamping: value)
    default:
      throw .malformed(source: source, place: "key '\(key)'", reason: "it is no integer")
    }
    // Writers say "none" with numbers past the vocabulary.
    return id >= 0 && id < pieces.count ? TokenID(id) : nil
  }

  private func flag(_ name: String) -> Bool? {
    if case .boolean(let value)? = keys["tokenizer.ggml.\(name)"] { value } else { nil }
  }

  private func unsupported(_ what: String) -> LMError {
    .unsupported(source: source, what: what, mend: "name a tokenizer.json beside it")
  }
}

extension MergeTable {
  /// Adds the merge of two stretches of bytes where the vocabulary has both and their joint.
  ///
  /// - Returns: Whether it has.
  @discardableResult
  mutating func append(
    _ bytes: UnsafeBufferPointer<UInt8>, _ left: Range<Int>, _ right: Range<Int>,
    in vocabulary: Vocabulary
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: left.count + right.count) { joint in
      for (at, place) in left.enumerated() { joint[at] = bytes[place] }
      for (at, place) in right.enumerated() { joint[left.count + at] = bytes[place] }
      guard
        let first = vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[left])),
        let second = vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[right])),
        let whole = vocabulary.id(of: UnsafeBufferPointer(joint))
      else { return false }
      append(first, second, becoming: whole)
      return true
    }
  }
}
