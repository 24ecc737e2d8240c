/// What an answer comes as.
public enum Generation {
  /// One step of an answer.
  public struct Piece: Sendable {
    /// Text that is certain now, as whole characters that no stop string can take back.
    ///
    /// Often empty, and sometimes of several tokens.
    public var text: String
    /// The token chosen, with its logarithmic probability where it was asked for.
    public var token: SampledToken
    /// Why the answer ends here; nil while it goes on.
    public var finish: FinishReason?
  }

  public enum FinishReason: String, Sendable, Hashable {
    /// The model ended it.
    case stop
    /// As many tokens as asked for, or as the context holds.
    case length
    /// One of the stop strings came.
    case stopString
    /// The constraint allows nothing more.
    case constraint
  }

  /// What an answer took.
  public struct Counts: Sendable, Hashable {
    /// Tokens of the prompt, and those of them that were still in the cache.
    public var prompt = 0
    public var reused = 0
    /// Tokens chosen, one that ends the answer among them.
    public var generated = 0
    /// Tokens guessed ahead, and those that were right.
    public var drafted = 0
    public var accepted = 0
    /// Runs through the model, each of which reads its weights once.
    public var passes = 0
    /// Tokens that went through the model.
    public var evaluated = 0

    public init() {}
  }

  /// A whole answer.
  public struct Answer: Sendable {
    public var text = ""
    public var tokens: [SampledToken] = []
    /// Why it ended; nil for one that was stopped.
    public var finish: FinishReason?
    public var counts = Counts()
    /// Seconds until the prompt was read, and from there to the end.
    public var promptSeconds = 0.0
    public var answerSeconds = 0.0

    public init() {}
  }
}
