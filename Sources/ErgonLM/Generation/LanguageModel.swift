public import ErgonWorkload

/// A model, its tokenizer and its chat template: text in, text out.
///
/// ```swift
/// let model = try LanguageModel("stories260K.bin", tokenizer: "tok512.bin")
/// for try await piece in model.generate("Once upon a time", options: .greedy) {
///   print(piece.text, terminator: "")
/// }
/// ```
///
/// Answers asked for at the same time take turns token by token; what they compute runs on a thread
/// of its own, so that tasks are never kept from theirs.
public final class LanguageModel: Sendable {
  /// The path, or what else the model is called.
  public let name: String
  public let model: TransformerModel
  public let tokenizer: any Tokenizer
  /// The text of its chat template; nil where the file says nothing of conversations.
  public let templateSource: String?
  private let engine = GenerationEngine()

  /// Opens a GGUF file, a safetensors file, a Hugging Face folder or a llama2.c file.
  ///
  /// - Parameters:
  ///   - tokenizer: Where the tokenizer is, when it is not in the file or beside it.
  ///   - context: Watches the loading.
  /// - Throws: ``LMError``, and `WorkloadStopped` when the loading was stopped.
  public convenience init(
    _ path: String, tokenizer: String? = nil, options: LoadOptions = LoadOptions(),
    in context: some WorkloadContext = UnobservedContext()
  ) throws {
    let file = try openModelFile(path)
    let model = try TransformerModel(file, options: options, in: context)
    try self.init(
      name: path, model: model, tokenizer: makeTokenizer(for: file, path: tokenizer),
      templateSource: chatTemplateSource(for: file))
  }

  /// - Throws: ``LMError/request(what:reason:mend:)`` where the tokenizer has tokens that the model
  ///   has not.
  public init(
    name: String, model: TransformerModel, tokenizer: any Tokenizer,
    templateSource: String? = nil
  ) throws(LMError) {
    guard tokenizer.vocabularySize <= model.configuration.vocabularySize else {
      throw .request(
        what: "tokenizer of \(name)",
        reason: "it has \(tokenizer.vocabularySize) tokens and the model "
          + "\(model.configuration.vocabularySize)",
        mend: "name the tokenizer that belongs to the model")
    }
    self.name = name
    self.model = model
    self.tokenizer = tokenizer
    self.templateSource = templateSource
  }

  /// Continues a text.
  ///
  /// The stream holds pieces until they are asked for; ending the loop, or the task it runs in, ends
  /// the generation.
  ///
  /// - Throws: in the stream ``LMError``, and `WorkloadStopped` when `context` asked to stop.
  public func generate(
    _ prompt: String, options: GenerationOptions = GenerationOptions(),
    in context: some WorkloadContext = UnobservedContext()
  ) -> AsyncThrowingStream<Generation.Piece, any Error> {
    generate(tokenizer.encode(prompt, addingSpecial: true), options: options, in: context)
  }

  /// Continues tokens.
  public func generate(
    _ prompt: [TokenID], options: GenerationOptions = GenerationOptions(),
    in context: some WorkloadContext = UnobservedContext()
  ) -> AsyncThrowingStream<Generation.Piece, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          try await engine.run(self, prompt, options, context) { continuation.yield($0) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// A text as a unit vector whose products with others say how alike they are.
  public func embed(_ text: String, pooling: Pooling? = nil) throws(LMError) -> [Float] {
    try embed(tokenizer.encode(text, addingSpecial: true), pooling: pooling)
  }

  /// The same for tokens.
  public func embed(_ tokens: [TokenID], pooling: Pooling? = nil) throws(LMError) -> [Float] {
    try model.embed(tokens, pooling: pooling)
  }

  /// Tokens that a text may have.
  public var contextLength: Int { model.configuration.contextLength }

  /// Additions and multiplications that one token takes in the matrices.
  public var operationsPerToken: UInt64 {
    2 * UInt64(model.configuration.weightsPerToken)
  }
}

extension ModelConfiguration {
  /// Weights of the matrices that every token is multiplied with, the output head not among them.
  public var projectionWeights: Int {
    let attention = hiddenSize * headSize * (2 * heads + 2 * keyValueHeads)
    return layers * (attention + (isEncoder ? 2 : 3) * hiddenSize * feedForwardSize)
  }

  /// The same and the output head.
  public var weightsPerToken: Int {
    projectionWeights + (isEncoder ? 0 : hiddenSize * vocabularySize)
  }
}
