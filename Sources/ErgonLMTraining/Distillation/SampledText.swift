public import ErgonLM
public import ErgonWorkload

/// Texts that a model tells when nothing holds it back: drawn token by token from its whole
/// distribution.
///
/// A text begins with the beginning token alone and ends where the model ends it, or with its
/// context. Text number n depends on the model, the seed and n: not on what else is drawn, nor on
/// the threads, so that drawing can be cut anywhere and gone on with.
///
/// ```swift
/// let texts = try SampledText(model, beginning: 1, ends: [1, 2], seed: 7)
/// for text in try texts.draw(0..<1000) { print(tokenizer.decode(text.tokens)) }
/// let floor = try texts.entropy(0..<1000)            // no model can predict them better than this
/// ```
public struct SampledText: Sendable {
  /// A text and what the model knew of it.
  public struct Text: Sendable, Equatable {
    /// The beginning token, the text, and the token that ends it unless that is the next one's
    /// beginning.
    public var tokens: [TokenID]
    /// Tokens that were drawn: all but the beginning, and the end wherever it stands.
    public var drawn = 0
    /// Whether the model ended it, rather than its context.
    public var isWhole = false
    /// Sum of -ln p over what was drawn.
    public var surprise = 0.0
    /// Sum of the entropies, in nats, of what could have been drawn.
    public var entropy = 0.0
  }

  public let model: TransformerModel
  public let beginning: TokenID
  /// Tokens that end a text.
  public let ends: Set<TokenID>
  public let seed: UInt64
  /// The most tokens of a text.
  public let limit: Int

  /// - Parameter limit: The model's context unless said.
  /// - Throws: ``ErgonLM/LMError/request(what:reason:mend:)`` where a token is none of the
  ///   vocabulary, or there is no room for one.
  public init(
    _ model: TransformerModel, beginning: TokenID, ends: Set<TokenID>, seed: UInt64,
    limit: Int? = nil
  ) throws(LMError) {
    let c = model.configuration
    for token in [beginning] + ends where token < 0 || Int(token) >= c.vocabularySize {
      throw .request(
        what: "texts that begin or end with token \(token)",
        reason: "the vocabulary has \(c.vocabularySize) tokens",
        mend: "name tokens of the model's vocabulary")
    }
    let limit = limit ?? c.contextLength
    guard limit > 1, limit <= c.contextLength else {
      throw .request(
        what: "texts of up to \(limit) tokens",
        reason: "the model's context has \(c.contextLength)",
        mend: "ask for 2 to \(c.contextLength)")
    }
    self.model = model
    self.beginning = beginning
    self.ends = ends
    self.seed = seed
    self.limit = limit
  }

  /// Texts that begin and end as the tokenizer says; a beginning ends the text before it.
  ///
  /// - Throws: ``ErgonLM/LMError/request(what:reason:mend:)`` where the tokenizer has no beginning
  ///   and no end.
  public init(
    _ model: TransformerModel, tokenizer: some Tokenizer, seed: UInt64, limit: Int? = nil
  ) throws(LMError) {
    let special = tokenizer.special
    // A vocabulary such as GPT-2's has one token for both.
    guard let beginning = special.beginning ?? special.end else {
      throw .request(
        what: "texts of a model", reason: "its tokenizer has no token that begins or ends one",
        mend: "use a tokenizer with a beginning or an end of text")
    }
    try self.init(
      model, beginning: beginning, ends: special.endOfGeneration.union([beginning]), seed: seed,
      limit: limit)
  }

  /// Draws the texts of these numbers.
  ///
  /// - Throws: ``ErgonLM/LMError``; `WorkloadStopped` once `context` says so.
  /// - Cost: a pass of the model for each token, many texts at once.
  public func draw(
    _ numbers: Range<Int>, in context: some WorkloadContext = UnobservedContext()
  ) throws -> [Text] {
    try TextSampling(self, numbers, context).run()
  }

  /// The entropy of the model's own text, a token: what cross-entropy on it cannot fall below.
  ///
  /// - Throws: as ``draw(_:in:)``.
  public func entropy(
    _ numbers: Range<Int>, in context: some WorkloadContext = UnobservedContext()
  ) throws -> TextEntropy {
    TextEntropy(try draw(numbers, in: context))
  }
}

/// The entropy of a model's own text, with what is known of its error.
public struct TextEntropy: Sendable, Equatable {
  /// Nats a token.
  public let mean: Double
  /// Standard error of the mean, from the spread over whole texts, whose tokens depend on each other.
  public let standardError: Double
  /// Mean of -ln p over the tokens that came: the same in the long run, with a larger error.
  public let surprise: Double
  public let tokens: Int
  public let texts: Int

  /// - Precondition: at least one text.
  public init(_ texts: [SampledText.Text]) {
    precondition(!texts.isEmpty, "TextEntropy: of no text")
    let tokens = texts.reduce(0) { $0 + $1.drawn }
    let mean = texts.reduce(0) { $0 + $1.entropy } / Double(tokens)
    // A ratio of two sums over independent texts.
    let spread = texts.reduce(0) {
      let difference = $1.entropy - mean * Double($1.drawn)
      return $0 + difference * difference
    }
    let n = Double(texts.count)
    standardError = texts.count > 1 ? (spread * n / (n - 1)).squareRoot() / Double(tokens) : .nan
    surprise = texts.reduce(0) { $0 + $1.surprise } / Double(tokens)
    self.mean = mean
    self.tokens = tokens
    self.texts = texts.count
  }
}
