public import ErgonLM
public import ErgonWorkload
import RealModule

/// Learns a unigram language model over pieces: from very many, those whose loss costs the text's
/// likelihood least go, until as many are left as wanted.
///
/// ```swift
/// let trainer = UnigramTrainer(vocabularySize: 8_000, roles: TokenRoles(unknown: "<unk>"))
/// let trained = try trainer.train(onFiles: ["corpus.txt"])   // TrainedTokenizer
/// ```
///
/// Text is cut before spaces, which are written `▁`. Pieces start as the frequent stretches of
/// words; then expectation maximization, twice a round, gives each piece the probability
/// exp(ψ(c) - ψ(Σ c)) of its expected count c over all cuts of the text, and a quarter of the pieces
/// is pruned by what the best cuts lose without them. Characters are never pruned; what is no
/// character of the alphabet is written as byte pieces `<0xXX>`.
///
/// - Cost: O(arcs) a round, on all threads, where arcs are the places of pieces in different words;
///   16 bytes of memory each.
/// - Reference: Kudo, Subword regularization, 2018.
public struct UnigramTrainer: Sendable {
  /// Pieces to come to: special tokens, byte pieces and characters among them.
  public var vocabularySize: Int
  /// Tokens that no text has, from id 0; those of ``roles`` that are not among them follow.
  public var specialTokens: [String]
  public var roles: TokenRoles
  /// The share of the text's characters that the alphabet has to cover; rarer ones are written as
  /// their bytes.
  public var characterCoverage = 0.9995
  /// Pieces to start from.
  public var seedPieces = 1_000_000
  /// The share of pieces that a round keeps.
  public var shrinkFactor = 0.75
  /// Different words to keep while counting; past them the rarest half goes.
  public var maximumWords = 1_000_000

  /// - Parameter roles: The unknown token is `<unk>` where they name none, as this kind of model
  ///   needs one.
  public init(
    vocabularySize: Int, specialTokens: [String] = [], roles: TokenRoles = TokenRoles()
  ) {
    self.vocabularySize = vocabularySize
    self.specialTokens = specialTokens
    self.roles = roles
    self.roles.unknown = roles.unknown ?? "<unk>"
  }

  /// Learns from texts, each a document.
  ///
  /// - Throws: ``ErgonLM/LMError/request(what:reason:mend:)`` where the text is empty, supports fewer
  ///   pieces (the message says how many), special tokens, bytes and characters alone are more, or a
  ///   special token stands twice; ``ErgonWorkload/WorkloadStopped``.
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
    precondition(
      shrinkFactor > 0 && shrinkFactor < 1, "UnigramTrainer: shrinkFactor \(shrinkFactor)")
    let names = try TokenizerDraft.names(specialTokens, roles)
    var counter = WordCounter(.spaces, limit: maximumWords)
    try count(&counter)
    if counter.words.count == 0 { throw BytePairTrainer.emptyText }
    // With the characters of their names in the alphabet, no text is cheaper as a special token.
    let alphabet = SymbolAlphabet(
      counter.words, isBytes: false, coverage: characterCoverage, names: names + ["<0x19AF>"])
    let wanted = vocabularySize - names.count - 256
    if wanted < alphabet.characters.count {
      throw LMError.request(
        what: "a vocabulary of \(vocabularySize)",
        reason: "the special tokens, the bytes and the characters alone are "
          + "\(names.count + 256 + alphabet.characters.count)", mend: "ask for at least as many")
    }
    let words = CharacterWords(counter.words, alphabet: alphabet.characters)
    let pieces = try learn(words, wanted, names, counter.bytes, in: context)
    return TrainedTokenizer(
      files: draft(names, pieces).files(), vocabularySize: vocabularySize, bytes: counter.bytes,
      words: counter.words.count, droppedWords: counter.dropped)
  }

  /// The pieces with their scores, the best first.
  private func learn(
    _ words: CharacterWords, _ wanted: Int, _ names: [String], _ bytes: Int,
    in context: some WorkloadContext
  ) throws -> [(text: String, score: Double)] {
    let seeds = SeedPieces(words, limit: max(seedPieces, wanted)).pieces
    if seeds.count < wanted {
      throw BytePairTrainer.tooLarge(
        vocabularySize, supported: vocabularySize - wanted + seeds.count,
        "it has no more stretches that stand twice")
    }
    var model = UnigramEstimate(words, seeds)
    func report(_ likelihood: Double) throws(WorkloadStopped) {
      try context.report(
        WorkloadProgress(
          stage: "pruning pieces", completed: Double(seeds.count - model.count),
          total: Double(seeds.count - wanted), counts: WorkloadCounts(bytes: UInt64(bytes)),
          figures: [("pieces", Double(model.count)), ("nats a byte", -likelihood / Double(bytes))]))
    }
    // The last step takes the pieces of best score from a few more.
    let nearly = min(seeds.count, wanted + wanted / 10)
    while true {
      for _ in 0..<2 { try report(model.maximize(keeping: wanted)) }
      if model.count <= nearly { break }
      model.prune(to: max(nearly, Int(Double(model.count) * shrinkFactor)))
    }
    return model.best(wanted)
  }

  private func draft(
    _ names: [String], _ pieces: [(text: String, score: Double)]
  ) -> TokenizerDraft {
    // The names of bytes and special tokens cost more than to spell them in characters.
    let longest = names.reduce(6) { max($0, $1.unicodeScalars.count) }
    let least = pieces.reduce(0) { min($0, $1.score) }
    let unspoken = Double(longest + 1) * (least - 1)
    let bytes = (UInt8.min...UInt8.max).map {
      String(decoding: byteFallbackPiece($0), as: UTF8.self)
    }
    let vocabulary = (names + bytes).map { ($0, unspoken) } + pieces.map { ($0.text, $0.score) }
    var model = JSONObject()
    model["type"] = .string("Unigram")
    model["unk_id"] = names.firstIndex(of: roles.unknown!).map { .integer($0) } ?? .null
    model["vocab"] = .array(vocabulary.map { .array([.string($0.0), .number($0.1)]) })
    model["byte_fallback"] = .boolean(true)
    return TokenizerDraft(
      added: TokenizerDraft.added(names), names: TokenizerDraft.names(of: roles),
      normalizer: ["type": "Prepend", "prepend": "▁"],
      preTokenizer: PreTokenization.spaces.json, decoder: TokenizerDraft.spacesDecoder(),
      model: model)
  }
}
