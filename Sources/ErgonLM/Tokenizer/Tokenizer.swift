/// Text to tokens and back.
///
/// ```swift
/// let ids = tokenizer.encode("Once upon a time", addingSpecial: true)   // [1, 403, 407, 261, 378]
/// let text = tokenizer.decode(ids)                                      // "Once upon a time"
/// ```
public protocol Tokenizer: Sendable {
  /// Tokens there are; ids are `0 ..< vocabularySize`.
  var vocabularySize: Int { get }
  var special: SpecialTokens { get }

  /// The ids of a text.
  ///
  /// - Parameters:
  ///   - addingSpecial: put what the model was trained with around it (beginning of sequence, …).
  ///   - parsingSpecial: read `<|eot|>` and the like in the text as the tokens they name; without
  ///     it they are plain text, which is what text from strangers has to be.
  func encode(_ text: String, addingSpecial: Bool, parsingSpecial: Bool) -> [TokenID]

  /// The bytes that a token stands for within a text, an incomplete character among them; none for
  /// special tokens.
  func bytes(of token: TokenID) -> [UInt8]

  /// The token as its vocabulary writes it: `"Ġworld"`, `"▁world"`, `"<0x0A>"`.
  func piece(of token: TokenID) -> String

  /// The id of a vocabulary entry as its vocabulary writes it, special tokens among them.
  func token(named piece: String) -> TokenID?

  /// Whether the token is a control token that no text has.
  func isSpecial(_ token: TokenID) -> Bool

  /// Whether a text's first token loses its leading space, as SentencePiece vocabularies add one.
  var dropsLeadingSpace: Bool { get }
}

/// Tokens with a meaning of their own.
public struct SpecialTokens: Sendable, Equatable {
  public var beginning: TokenID?
  public var end: TokenID?
  public var unknown: TokenID?
  public var padding: TokenID?
  public var separator: TokenID?
  public var classifier: TokenID?
  public var mask: TokenID?
  /// Every token that ends an answer: ``end``, ends of turn.
  public var endOfGeneration: Set<TokenID>

  public init(
    beginning: TokenID? = nil, end: TokenID? = nil, unknown: TokenID? = nil,
    padding: TokenID? = nil, separator: TokenID? = nil, classifier: TokenID? = nil,
    mask: TokenID? = nil, endOfGeneration: Set<TokenID> = []
  ) {
    self.beginning = beginning
    self.end = end
    self.unknown = unknown
    self.padding = padding
    self.separator = separator
    self.classifier = classifier
    self.mask = mask
    self.endOfGeneration = endOfGeneration
  }
}

extension Tokenizer {
  public func encode(_ text: String, addingSpecial: Bool = true) -> [TokenID] {
    encode(text, addingSpecial: addingSpecial, parsingSpecial: false)
  }

  /// The text of tokens; bytes that are no UTF-8 become U+FFFD.
  public func decode(_ tokens: some Sequence<TokenID>) -> String {
    var decoder = StreamingDecoder(self)
    var text = ""
    for token in tokens { text += decoder.append(token) }
    return text + decoder.finish()
  }
}
