public import ErgonLM

/// A tokenizer that was learnt from text.
///
/// ```swift
/// let trained = try BytePairTrainer(vocabularySize: 8_000).train(onFiles: ["corpus.txt"])
/// try network.save(to: "run", tokenizer: trained.files)
/// let ids = try trained.tokenizer().encode("Once upon a time")
/// ```
public struct TrainedTokenizer: Sendable, Equatable {
  /// What a Hugging Face folder has of it.
  public let files: TokenizerFiles
  public let vocabularySize: Int
  /// Bytes of text it was learnt from.
  public let bytes: Int
  /// Different words of the text.
  public let words: Int
  /// Rare words that were left out, as the trainer's `maximumWords` says.
  public let droppedWords: Int

  /// The text of `tokenizer.json`.
  public var json: String { files.json }
  /// What tells it from any other tokenizer: the SHA-256 digest of ``json``.
  public var digest: String { files.identity }

  public func tokenizer() throws(LMError) -> any Tokenizer { try files.tokenizer() }
}
