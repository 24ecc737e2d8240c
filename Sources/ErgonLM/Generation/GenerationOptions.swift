/// How an answer is made.
public struct GenerationOptions: Sendable {
  public var sampling = SamplingOptions()
  /// Tokens at most; nil goes on until the context is full.
  public var maximumTokens: Int?
  /// The answer ends before the first of these texts.
  public var stopStrings: [String] = []
  /// What the answer must look like: a grammar, a schema, a list of choices.
  public var constraint: (any TokenConstraint)?
  public var speculation = Speculation.none
  /// Never choose a token that ends the answer.
  public var ignoresEnd = false
  /// The answer continues a text, so that a leading space of its first token stays.
  public var continuesText = true

  public init() {}

  /// Always the likeliest token.
  public static var greedy: GenerationOptions {
    var options = GenerationOptions()
    options.sampling = .greedy
    return options
  }

  /// Where tokens come from that are guessed ahead and checked together.
  ///
  /// A guess costs nothing in exactness: a step chooses its token as it always does, with the same
  /// random number, and goes on for as long as the guess was that very token. Answers with and
  /// without speculation are the same, token for token, for every sampling option.
  public enum Speculation: Sendable {
    case none
    /// Tokens that followed the last few tokens earlier in the text.
    case lookup(maximum: Int = 8, ngram: Int = 3)
    /// A smaller model of the same vocabulary.
    case draft(LanguageModel, maximum: Int = 8)
  }

  /// The sampling options with ``ignoresEnd`` in them.
  func sampling(for special: SpecialTokens) -> SamplingOptions {
    var options = sampling
    if ignoresEnd {
      for token in special.endOfGeneration { options.logitBias[token] = -.infinity }
    }
    return options
  }
}
