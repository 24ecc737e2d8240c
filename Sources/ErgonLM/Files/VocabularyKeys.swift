/// A Hugging Face tokenizer in the words of GGUF files, as far as they have words for it.
///
/// Carried over are byte-pair encodings of bytes (`gpt2`), SentencePiece's (`llama`) and BERT's
/// WordPiece (`bert`). What would encode texts differently is refused. Three things GGUF's readers
/// do not know: Unicode normal forms, which some byte-level tokenizers apply first; a `▁` before a
/// text only where it has none (Metaspace); BERT's limit of 100 characters a word.
struct VocabularyKeys {
  /// Why a tokenizer is not carried over.
  struct Loss: Error {
    let reason: String
  }

  private(set) var metadata: [String: MetadataValue] = [:]
  /// What the reader of the file should know.
  private(set) var notes: [String] = []

  private let json: TokenizerJSON
  private let tokenizer: TextTokenizer
  private let size: Int
  private let added: [Int: AddedTokens.Token]

  /// `tokenizer.ggml.token_type`.
  private enum Kind: Int64 {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  /// - Parameter size: Tokens of the model, which may be more than the tokenizer has.
  /// - Throws: ``Loss``, or ``LMError`` for a file that breaks its own rules.
  init(_ json: TokenizerJSON, _ tokenizer: TextTokenizer, size: Int) throws {
    self.json = json
    self.tokenizer = tokenizer
    self.size = max(size, tokenizer.vocabularySize)
    let list = try json.addedTokens()
    added = Dictionary(list.map { (Int($0.id), $0) }) { _, last in last }
    switch tokenizer.model {
    case let model as BytePairModel where model.options.isByteLevel: try setBytePairs(model)
    case let model as BytePairModel: try setSentencePieces(model)
    case let model as WordPieceModel: try setWordPieces(model)
    default: throw Loss(reason: "a unigram model")
    }
    try setSpecialTokens()
    if list.contains(where: { $0.stripsLeft || $0.stripsRight || $0.isSingleWord }) {
      notes.append("added tokens no longer take the white space around them, or mind words")
    }
  }

  private mutating func set(_ key: String, _ value: MetadataValue) {
    metadata["tokenizer.ggml." + key] = value
  }

  // MARK: Kinds of models

  private mutating func setBytePairs(_ model: BytePairModel) throws(Loss) {
    guard tokenizer.normalizer.steps.allSatisfy({ if case .form = $0 { true } else { false } })
    else { throw Loss(reason: "a normalizer that changes more than the normal form") }
    let cuts = GGUFVocabulary.cuts.filter { $0.stages == tokenizer.preTokenizer.stages }
    guard let first = cuts.first else {
      throw Loss(reason: "GGUF has no name for its pre-tokenizer")
    }
    var cut = cuts.first { $0.ignoresMerges == model.options.ignoresMerges }
    // Where every piece comes of its own merges, taking it whole makes no difference.
    if cut == nil, piecesMergeToThemselves(model) { cut = first }
    guard let cut else { throw Loss(reason: "GGUF has no name for how it takes words whole") }
    set("model", .string("gpt2"))
    set("pre", .string(cut.names[0]))
    setPieces { piece in (piece, .normal) }
    var merges = StringTable()
    let list = json.model.merges
    for place in stride(from: 0, to: list.count, by: 2) {
      merges.append(
        list.bytes[list.range(at: place)] + [0x20] + list.bytes[list.range(at: place + 1)])
    }
    set("merges", .strings(merges))
  }

  private func piecesMergeToThemselves(_ model: BytePairModel) -> Bool {
    var options = model.options
    options.ignoresMerges = false
    let merging = BytePairModel(model.vocabulary, merges: model.merges, options: options)
    var ids: [TokenID] = []
    for id in 0..<tokenizer.vocabularySize where added[id] == nil {
      let piece = tokenizer.vocabulary.bytes(of: TokenID(id))
      guard !piece.isEmpty, let bytes = ByteAlphabet.bytes(of: piece) else { continue }
      ids.removeAll(keepingCapacity: true)
      bytes.withUnsafeBufferPointer { merging.encode($0, into: &ids) }
      if ids != [TokenID(id)] { return false }
    }
    return true
  }

  private mutating func setSentencePieces(_ model: BytePairModel) throws(Loss) {
    guard model.options.hasByteFallback, !model.options.ignoresMerges else {
      throw Loss(reason: "a byte-pair encoding of characters without bytes to fall back on")
    }
    let addsSpace = try addsSpace()
    let scores = try scores(model)
    set("model", .string("llama"))
    set("pre", .string("default"))
    set("add_space_prefix", .boolean(addsSpace))
    setPieces { piece in (piece, byteFallbackValue(piece[...]) != nil ? .byte : .normal) }
    set("scores", .numbers(scores))
  }

  /// Whether a text gets a `▁` before it.
  private func addsSpace() throws(Loss) -> Bool {
    let loss = Loss(reason: "it writes spaces otherwise than SentencePiece")
    var prepends = false
    var replaces = false
    for step in tokenizer.normalizer.steps {
      switch step {
      case .prepend(spaceMark) where !prepends && !replaces: prepends = true
      case .replace([0x20], by: spaceMark) where !replaces: replaces = true
      default: throw loss
      }
    }
    for stage in tokenizer.preTokenizer.stages {
      switch stage {
      case .beforeSpaces,
        .literal([0x20], _) where replaces:
        break
      case .metaspace(spaceMark, let prepend, let cuts) where !replaces:
        let crosses = tokenizer.vocabulary.pieces.indices.contains {
          hasInnerSpace(tokenizer.vocabulary.pieces, $0)
        }
        if cuts && crosses { throw loss }
        prepends = prepend != .never
        replaces = true
      default: throw loss
      }
    }
    guard replaces else { throw loss }
    return prepends
  }

  /// A score a piece: the later its merges come, the lower.
  ///
  /// By scores any two neighbours merge that make a piece, by merges only those in the list: the two
  /// are the same where every cut of a piece in two pieces is in the list, a piece's in one stretch.
  /// Lists that come from SentencePiece are so.
  private func scores(_ model: BytePairModel) throws(Loss) -> [Float] {
    let vocabulary = tokenizer.vocabulary
    let list = json.model.merges
    var scores = [Float](repeating: 0, count: size)
    var rank: Float = 0
    var last: TokenID?
    for place in stride(from: 0, to: list.count, by: 2) {
      let piece = list.bytes[list.range(at: place)] + list.bytes[list.range(at: place + 1)]
      guard let id = vocabulary.id(of: Array(piece)), id != last else { continue }
      guard scores[Int(id)] == 0 else {
        throw Loss(reason: "merges whose order no scores can say")
      }
      rank -= 1
      scores[Int(id)] = rank
      last = id
    }
    let isWhole = vocabulary.pieces.bytes.withUnsafeBufferPointer { bytes in
      vocabulary.pieces.indices.allSatisfy { id in
        let range = vocabulary.pieces.range(at: id)
        if added[id] != nil || byteFallbackValue(vocabulary.bytes(of: TokenID(id))) != nil {
          return true
        }
        return range.dropFirst().allSatisfy { cut in
          let (left, right) = (range.lowerBound..<cut, cut..<range.upperBound)
          guard let first = vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[left])),
            let second = vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[right])),
            added[Int(first)] == nil, added[Int(second)] == nil
          else { return true }
          return model.merges.merge(first, second, 0, 0) != PairMerging.none
        }
      }
    }
    guard isWhole else { throw Loss(reason: "merges that are not all that its pieces allow") }
    // What no merge makes, characters among them, is not asked for its score; it ranks below.
    return scores.map { $0 == 0 ? rank - 1 : $0 }
  }

  private mutating func setWordPieces(_ model: WordPieceModel) throws(Loss) {
    guard case .bert(let options)? = tokenizer.normalizer.steps.first,
      tokenizer.normalizer.steps.count == 1, options.cleansText, options.separatesChinese,
      options.stripsAccents, options.lowersCase, tokenizer.preTokenizer.stages == [.bert],
      model.innerPrefix == Array("##".utf8), model.startPrefix.isEmpty
    else { throw Loss(reason: "GGUF has no words for a WordPiece that is not the uncased BERT's") }
    set("model", .string("bert"))
    set("pre", .string("default"))
    // Pieces that start a word are marked instead of those that do not.
    setPieces { piece in
      piece.starts(with: model.innerPrefix)
        ? (Array(piece.dropFirst(2)), .normal) : (spaceMark + piece, .normal)
    }
  }

  // MARK: Pieces

  /// Writes the pieces and their kinds; `write` says those that are not added tokens.
  private mutating func setPieces(_ write: ([UInt8]) -> ([UInt8], Kind)) {
    var pieces = StringTable()
    var kinds: [Int64] = []
    for id in 0..<size {
      let isKnown = id < tokenizer.vocabularySize
      let piece = isKnown ? Array(tokenizer.vocabulary.bytes(of: TokenID(id))) : []
      var (written, kind): ([UInt8], Kind)
      if let token = added[id] {
        (written, kind) = (token.content, token.isSpecial ? .control : .userDefined)
      } else if piece.isEmpty {
        // Numbers that no piece has are kept free.
        (written, kind) = (Array("[PAD\(id)]".utf8), .unused)
      } else {
        (written, kind) = write(piece)
      }
      if tokenizer.special.unknown == TokenID(id) { kind = .unknown }
      pieces.append(written)
      kinds.append(kind.rawValue)
    }
    set("tokens", .strings(pieces))
    set("token_type", .integers(kinds))
  }

  private mutating func setSpecialTokens() throws(Loss) {
    let (prefix, suffix) = (tokenizer.prefix, tokenizer.suffix)
    guard prefix.count <= 1, suffix.count <= 1 else {
      throw Loss(reason: "more than one token around a text")
    }
    let special = tokenizer.special
    // The format's own spelling of the separator.
    let tokens = [
      ("bos", prefix.first ?? special.beginning), ("eos", suffix.first ?? special.end),
      ("unknown", special.unknown), ("padding", special.padding),
      ("seperator", special.separator), ("cls", special.classifier), ("mask", special.mask),
    ]
    for case (let name, let id?) in tokens { set("\(name)_token_id", .unsigned(UInt64(id))) }
    set("add_bos_token", .boolean(!prefix.isEmpty))
    set("add_eos_token", .boolean(!suffix.isEmpty))
  }
}
