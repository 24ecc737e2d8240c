public import ErgonLM
public import ErgonWorkload

/// Learns a byte-pair encoding: the most frequent pair of neighbouring pieces becomes a piece, until
/// there are as many as wanted.
///
/// ```swift
/// let trainer = BytePairTrainer(
///   vocabularySize: 8_000, specialTokens: ["<|endoftext|>"], roles: TokenRoles(end: "<|endoftext|>"))
/// let trained = try trainer.train(on: ["Once upon a time …"])   // TrainedTokenizer
/// ```
///
/// Ids are those of special tokens first, then the alphabet, then the pieces in the order in which
/// they were made. With the cuts of GPT-2, Llama-3 and their like the alphabet is all 256 bytes; with
/// ``PreTokenization/spaces`` it is the text's characters, and a byte piece `<0xXX>` for each byte of
/// what is none of them (the vocabularies of the Llama-2 class).
///
/// With equal settings the vocabulary and the merges are those of Hugging Face's `BpeTrainer`.
///
/// - Cost: counting is O(bytes) on all threads; merging O(occurrences of merged pairs) over different
///   words. 20 MB of English to 32,000 pieces takes a few seconds; memory grows with different words,
///   of which ``maximumWords`` are kept.
/// - Reference: Sennrich, Haddow, Birch, Neural machine translation of rare words with subword units,
///   2016.
public struct BytePairTrainer: Sendable {
  /// Pieces to come to, special tokens and alphabet among them.
  public var vocabularySize: Int
  /// How often a pair must stand in the text to become a piece.
  public var minimumFrequency: Int
  /// Tokens that no text has, from id 0; those of ``roles`` that are not among them follow.
  public var specialTokens: [String]
  public var roles: TokenRoles
  public var preTokenizer: PreTokenization
  /// With ``PreTokenization/spaces``, the share of the text's characters that the alphabet has to
  /// cover; rarer ones are written as their bytes.
  public var characterCoverage = 0.9995
  /// Different words to keep while counting; past them the rarest half goes.
  public var maximumWords = 4_000_000

  public init(
    vocabularySize: Int, minimumFrequency: Int = 2, specialTokens: [String] = [],
    roles: TokenRoles = TokenRoles(), preTokenizer: PreTokenization = .llama3
  ) {
    self.vocabularySize = vocabularySize
    self.minimumFrequency = minimumFrequency
    self.specialTokens = specialTokens
    self.roles = roles
    self.preTokenizer = preTokenizer
  }

  /// Learns from texts, each a document.
  ///
  /// - Throws: ``ErgonLM/LMError/request(what:reason:mend:)`` where the text is empty, supports fewer
  ///   pieces (the message says how many), the alphabet alone has more, or a special token stands
  ///   twice; ``ErgonWorkload/WorkloadStopped``.
  public func train(
    on texts: some Sequence<String>, in context: some WorkloadContext = UnobservedContext()
  ) throws -> TrainedTokenizer {
    try train(in: context) { try $0.add(texts, in: context) }
  }

  /// Learns from files of plain text, each a document; bytes that are no UTF-8 count as U+FFFD.
  ///
  /// - Throws: As ``train(on:in:)``; ``ErgonLM/LMError/file(path:reason:)``.
  public func train(
    onFiles paths: [String], in context: some WorkloadContext = UnobservedContext()
  ) throws -> TrainedTokenizer {
    try train(in: context) { try $0.add(files: paths, in: context) }
  }

  private func train(
    in context: some WorkloadContext, _ count: (inout WordCounter) throws -> Void
  ) throws -> TrainedTokenizer {
    let names = try TokenizerDraft.names(specialTokens, roles)
    var counter = WordCounter(preTokenizer, limit: maximumWords)
    try count(&counter)
    if counter.words.count == 0 { throw Self.emptyText }
    let alphabet = SymbolAlphabet(
      counter.words, isBytes: preTokenizer != .spaces, coverage: characterCoverage)
    var pieces = names
    var merges: [(Int32, Int32)] = []
    try learn(alphabet, counter, &pieces, &merges, in: context)
    let draft = TokenizerDraft(
      added: TokenizerDraft.added(names), names: TokenizerDraft.names(of: roles),
      normalizer: alphabet.isBytes ? .null : ["type": "Prepend", "prepend": "▁"],
      preTokenizer: preTokenizer.json,
      decoder: alphabet.isBytes ? TokenizerDraft.byteLevelDecoder : TokenizerDraft.spacesDecoder(),
      model: TokenizerDraft.bytePairs(
        pieces: pieces, merges: merges, unknown: alphabet.isBytes ? nil : roles.unknown,
        hasByteFallback: !alphabet.isBytes))
    return TrainedTokenizer(
      files: draft.files(), vocabularySize: pieces.count, bytes: counter.bytes,
      words: counter.words.count, droppedWords: counter.dropped)
  }

  private func learn(
    _ alphabet: SymbolAlphabet, _ counter: WordCounter, _ pieces: inout [String],
    _ merges: inout [(Int32, Int32)], in context: some WorkloadContext
  ) throws {
    let names = pieces.count
    var ids: [String: Int32] = [:]
    for (id, name) in pieces.enumerated() { ids[name] = Int32(id) }
    for piece in alphabet.pieces where ids[piece] == nil {
      ids[piece] = Int32(pieces.count)
      pieces.append(piece)
    }
    if vocabularySize < pieces.count {
      throw LMError.request(
        what: "a vocabulary of \(vocabularySize)",
        reason: "the special tokens and the alphabet alone are \(pieces.count)",
        mend: "ask for at least as many")
    }
    let (symbols, ends) = alphabet.symbols(of: counter.words) { ids[$0] ?? -1 }
    var merger = PairMerger(symbols: symbols, ends: ends, counts: counter.words.counts)
    let first = pieces.count
    while pieces.count < vocabularySize, let merge = merger.next() {
      if merge.count < Int64(minimumFrequency) { break }
      let piece = pieces[Int(merge.left)] + pieces[Int(merge.right)]
      // Text must not become a special token by spelling its name.
      if let id = ids[piece], id < names { continue }
      let id = ids[piece] ?? Int32(pieces.count)
      if Int(id) == pieces.count {
        ids[piece] = id
        pieces.append(piece)
      }
      merges.append((merge.left, merge.right))
      merger.apply(merge, becoming: id)
      if merges.count % 256 == 0 || pieces.count == vocabularySize {
        try context.report(
          WorkloadProgress(
            stage: "merging pairs", completed: Double(pieces.count - first),
            total: Double(vocabularySize - first),
            counts: WorkloadCounts(items: UInt64(merges.count), bytes: UInt64(counter.bytes)),
            figures: [("pair count", Double(merge.count))]))
      }
    }
    if pieces.count < vocabularySize {
      throw Self.tooLarge(
        vocabularySize, supported: pieces.count,
        "pairs that stand \(minimumFrequency) times or more make no further piece")
    }
  }

  static let emptyText = LMError.request(
    what: "the text to learn a tokenizer from", reason: "it is empty", mend: "name files with text")

  static func tooLarge(_ size: Int, supported: Int, _ reason: String) -> LMError {
    .request(
      what: "a vocabulary of \(size)", reason: "the text supports at most \(supported): \(reason)",
      mend: "ask for \(supported) or fewer, or give more text")
  }
}
