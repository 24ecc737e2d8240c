/// The tokenizer of every kind of vocabulary, put together from parts: added tokens are found,
/// the text between them is normalized and cut into pre-tokens, and a model cuts these into pieces.
struct TextTokenizer: Tokenizer {
  /// All pieces by id, added tokens among them.
  let vocabulary: Vocabulary
  let special: SpecialTokens
  /// Found in the text as it comes, and in the normalized text.
  let added: AddedTokens
  let addedNormalized: AddedTokens
  let normalizer: Normalizer
  let preTokenizer: PreTokenizer
  let model: any PieceModel
  /// What is put around a text.
  let prefix: [TokenID]
  let suffix: [TokenID]
  let decoder: PieceDecoder
  /// Control tokens, one flag an id.
  let specialFlags: [Bool]
  /// The names of added tokens.
  private let addedIDs: [[UInt8]: TokenID]

  init(
    vocabulary: Vocabulary, special: SpecialTokens, added: [AddedTokens.Token],
    normalizer: Normalizer, preTokenizer: PreTokenizer, model: any PieceModel,
    prefix: [TokenID], suffix: [TokenID], decoder: PieceDecoder, specialFlags: [Bool]
  ) {
    self.vocabulary = vocabulary
    self.special = special
    self.added = AddedTokens(added.filter { !$0.isNormalized && !$0.content.isEmpty })
    addedNormalized = AddedTokens(
      added.filter(\.isNormalized).compactMap { token in
        var token = token
        token.content = normalizer.apply(to: token.content)
        return token.content.isEmpty ? nil : token
      })
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.model = model
    self.prefix = prefix
    self.suffix = suffix
    self.decoder = decoder
    self.specialFlags = specialFlags
    addedIDs = Dictionary(added.map { ($0.content, $0.id) }) { first, _ in first }
  }

  var vocabularySize: Int { vocabulary.count }
  var dropsLeadingSpace: Bool { decoder.dropsLeadingSpace }

  func encode(_ text: String, addingSpecial: Bool, parsingSpecial: Bool) -> [TokenID] {
    let text = [UInt8](text.utf8)
    var ids = addingSpecial ? prefix : []
    ids.reserveCapacity(text.count / 3 + 8)
    var cache = WordCache(forTextOf: text.count)
    for segment in added.split(text, parsingSpecial: parsingSpecial) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range):
        let isWhole = range.count == text.count
        let normal = normalizer.apply(to: isWhole ? text : Array(text[range]))
        encodeNormal(
          normal, isStart: range.lowerBound == 0, parsingSpecial: parsingSpecial, &cache, &ids)
      }
    }
    if addingSpecial { ids += suffix }
    return ids
  }

  private func encodeNormal(
    _ text: [UInt8], isStart: Bool, parsingSpecial: Bool, _ cache: inout WordCache,
    _ ids: inout [TokenID]
  ) {
    for segment in addedNormalized.split(text, parsingSpecial: parsingSpecial) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range):
        preTokenizer.forEach(
          in: range.count == text.count ? text : Array(text[range]),
          isStart: isStart && range.lowerBound == 0
        ) { word in
          if word.count > WordCache.longestWord { return model.encode(word, into: &ids) }
          let hash = hashBytes(word)
          if cache.find(word, hash: hash, into: &ids) { return }
          let start = ids.count
          model.encode(word, into: &ids)
          cache.insert(word, hash: hash, ids[start...])
        }
      }
    }
  }

  func bytes(of token: TokenID) -> [UInt8] {
    guard isKnown(token), !specialFlags[Int(token)] else { return [] }
    let piece = vocabulary.bytes(of: token)
    return piece.isEmpty ? [] : decoder.bytes(of: piece)
  }

  func piece(of token: TokenID) -> String {
    isKnown(token) ? vocabulary.pieces[Int(token)] : ""
  }

  func token(named piece: String) -> TokenID? {
    addedIDs[Array(piece.utf8)] ?? vocabulary.id(of: piece)
  }

  func isSpecial(_ token: TokenID) -> Bool { isKnown(token) && specialFlags[Int(token)] }

  private func isKnown(_ token: TokenID) -> Bool { token >= 0 && Int(token) < vocabulary.count }
}
