/// A Hugging Face `tokenizer.json`: its parts as they are written, and the tokenizer they make.
///
/// `truncation` and `padding` are not applied: whoever runs a model cuts and fills for it.
package struct TokenizerJSON {
  let source: String
  /// The bytes of the file, which no id exceeds and which bound all that is made of it.
  let size: Int
  var model = TokenizerJSONModel()
  /// The members other than the model.
  var parts: [String: JSONValue] = [:]

  package init(_ bytes: UnsafeRawBufferPointer, source: String) throws(LMError) {
    self.source = source
    size = bytes.count
    guard bytes.count < Int(Int32.max) else {
      throw .tooLarge(
        source: source, what: "a tokenizer", size: UInt64(bytes.count), limit: UInt64(Int32.max))
    }
    var scanner = JSONScanner(bytes, source: source)
    var model: TokenizerJSONModel?
    var parts: [String: JSONValue] = [:]
    try scanner.forEachMember { (scanner, key) throws(LMError) in
      let name = String(decoding: key, as: UTF8.self)
      if name == "model" {
        model = try TokenizerJSONModel(&scanner)
      } else {
        parts[name] = try scanner.takeValue()
      }
    }
    try scanner.expectEnd()
    guard let model else {
      throw .missing(source: source, what: "the key 'model'", mend: Self.mend)
    }
    self.model = model
    self.parts = parts
  }

  static let mend = "name another tokenizer or a GGUF file"

  func unsupported(_ what: String) -> LMError {
    .unsupported(source: source, what: what, mend: Self.mend)
  }

  func malformed(_ place: String, _ reason: String) -> LMError {
    .malformed(source: source, place: "key '\(place)'", reason: reason)
  }

  /// The tokenizer, for those outside who need not know of which type.
  package func anyTokenizer(
    names: [String: String], ends: [Int]
  ) throws(LMError) -> any Tokenizer {
    try tokenizer(names: names, ends: ends)
  }

  /// The tokenizer.
  ///
  /// - Parameters:
  ///   - names: Special tokens by their use (`bos_token`), as files beside it name them.
  ///   - ends: Ends of generation that such files add.
  func tokenizer(names: [String: String] = [:], ends: [Int] = []) throws(LMError) -> TextTokenizer {
    let added = try addedTokens()
    let (pieces, isOfModel) = try model.pieces(self, added)
    // What only the added tokens have must not turn up within words.
    let vocabulary = Vocabulary(pieces) { isOfModel[$0] }
    var addedIDs: [[UInt8]: TokenID] = [:]
    for token in added { addedIDs[token.content] = token.id }
    let named = { (name: String) in addedIDs[Array(name.utf8)] ?? vocabulary.id(of: name) }
    var flags = [Bool](repeating: false, count: vocabulary.count)
    for token in added where token.isSpecial { flags[Int(token.id)] = true }

    var special = SpecialTokens()
    let id = { (use: String, known: [String]) -> TokenID? in
      if let name = names[use] { return named(name) }
      return known.lazy.compactMap(named).first { flags[Int($0)] }
    }
    special.beginning = id("bos_token", ["<|begin_of_text|>", "<bos>", "<s>"])
    special.end = id("eos_token", ["<|end_of_text|>", "<|endoftext|>", "<eos>", "</s>"])
    special.unknown = id("unk_token", ["<unk>", "[UNK]"])
    special.padding = id("pad_token", ["<pad>", "[PAD]"])
    special.separator = id("sep_token", ["[SEP]"])
    special.classifier = id("cls_token", ["[CLS]"])
    special.mask = id("mask_token", ["[MASK]", "<mask>"])
    for end in ends where vocabulary.pieces.indices.contains(end) {
      special.endOfGeneration.insert(TokenID(end))
    }
    special.addEndsOfGeneration { name in
      named(name).flatMap { flags[Int($0)] ? $0 : nil }
    }

    var stages: [PreTokenizer.Stage] = []
    var isByteLevel = false
    try appendStages(of: parts["pre_tokenizer"], to: &stages, &isByteLevel)
    let model = try model.pieceModel(self, vocabulary, isByteLevel: isByteLevel)
    if stages.isEmpty, let pairs = model as? BytePairModel, pairs.neverCrossesSpaces {
      stages = [.beforeSpaces(spaceMark)]
    }
    var around: (prefix: [TokenID], suffix: [TokenID]) = ([], [])
    try appendAround(of: parts["post_processor"], vocabulary, to: &around)
    let normalizer = Normalizer(steps: try normalizerSteps(parts["normalizer"]))
    try checkGrowth(
      normalizer.steps.compactMap { step in
        switch step {
        case .replace(let pattern, let content): (pattern.count, content.count)
        case .collapseSpaces(let content): (2, content.count)
        default: nil
        }
      }
        + stages.compactMap { stage in
          switch stage {
          // At worst a piece is one byte and gets a mark of its own.
          case .metaspace(let mark, .always, _): (1, 1 + mark.count)
          case .metaspace(let mark, _, _): (1, mark.count)
          default: nil
          }
        })
    return TextTokenizer(
      vocabulary: vocabulary, special: special, added: added, normalizer: normalizer,
      preTokenizer: PreTokenizer(stages: stages), model: model, prefix: around.prefix,
      suffix: around.suffix, decoder: try decoder(), specialFlags: flags)
  }

  func addedTokens() throws(LMError) -> [AddedTokens.Token] {
    var tokens: [AddedTokens.Token] = []
    for value in parts["added_tokens"]?.arrayValue ?? [] {
      guard let id = value["id"]?.intValue, id >= 0, id < size,
        let content = value["content"]?.stringValue
      else { throw malformed("added_tokens", "a token without id or content") }
      let isSet = { (name: String) in value[name]?.boolValue ?? false }
      tokens.append(
        AddedTokens.Token(
          id: TokenID(id), content: Array(content.utf8), isSpecial: isSet("special"),
          stripsLeft: isSet("lstrip"), stripsRight: isSet("rstrip"),
          isSingleWord: isSet("single_word"), isNormalized: isSet("normalized")))
    }
    return tokens
  }
}
