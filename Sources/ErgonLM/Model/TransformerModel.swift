public import ErgonWorkload

/// How a model is opened.
public struct LoadOptions: Sendable {
  public enum Head: String, Sendable, Hashable, CaseIterable {
    /// Screens the vocabulary with few bits and computes exactly what can still matter.
    case certified
    /// Reads the whole output matrix for each token.
    case exact
  }

  /// How keys and values are kept.
  public var keyValueFormat = KeyValueFormat.f16
  public var head = Head.certified
  /// The most positions of a sequence; nil for what the model was made for.
  public var context: Int?

  public init() {}
}

/// A transformer whose weights stand in a mapped file: Llama, BitNet, Qwen2 and 3, BERT.
///
/// ```swift
/// let model = try TransformerModel(openModelFile("model.gguf"))
/// let cache = try model.makeCache(positions: 4096)
/// let sequence = try cache.makeSequence()
/// let states = try model.forward(TokenBatch(sequence, tokens: ids), cache)   // [1, hiddenSize]
/// ```
///
/// A token's result does not depend on what it is batched with, how a prompt is cut, or the number
/// of threads: not in a single bit.
///
/// - Cost: a decoded token reads ``bytesPerToken`` and the keys and values of what came before.
public final class TransformerModel: Sendable {
  public let configuration: ModelConfiguration
  /// From final states to logits; an encoder has no use for it.
  public let head: any OutputHead
  /// How keys and values are kept.
  public let keyValueFormat: KeyValueFormat
  let weights: ModelWeights

  /// Opens a model: checks every tensor, packs ternary matrices, leaves the others in the file.
  ///
  /// - Throws: ``LMError`` for what is wrong with the file; `WorkloadStopped` once `context` says so.
  public init(
    _ file: any ModelFile, options: LoadOptions = LoadOptions(), in context: some WorkloadContext
  ) throws {
    let reader = try MetadataReader(file)
    let architecture = try Architecture.find(reader)
    var configuration = try architecture.configuration(reader)
    if let limit = options.context, !configuration.isEncoder {
      guard limit > 0 else {
        throw LMError.request(
          what: "a context of \(limit) positions", reason: "there is no such context",
          mend: "ask for at least 1")
      }
      configuration.contextLength = min(limit, configuration.contextLength)
    }
    try configuration.readRotaryFactors(file)
    keyValueFormat = configuration.isEncoder ? .f32 : options.keyValueFormat
    let layers = Double(configuration.layers)
    weights = try ModelWeights.load(file, configuration, architecture) { layer in
      try context.report(
        WorkloadProgress(stage: "load", completed: Double(layer), total: layers))
    }
    self.configuration = configuration
    head = Self.makeHead(weights, configuration.isEncoder ? .exact : options.head)
  }

  public convenience init(
    _ file: any ModelFile, options: LoadOptions = LoadOptions()
  ) throws(LMError) {
    do {
      try self.init(file, options: options, in: UnobservedContext())
    } catch let error as LMError {
      throw error
    } catch {
      preconditionFailure("opening a model that nobody watches was stopped: \(error)")
    }
  }

  /// Bytes of weights that one decoded token reads.
  public var bytesPerToken: Int { weights.layerBytes + head.bytesPerToken }

  /// An empty cache for sequences of up to `positions` tokens; memory is taken as they grow.
  public func makeCache(positions: Int, sequences: Int = 1) throws(LMError) -> KeyValueCache {
    guard positions > 0, positions <= configuration.contextLength else {
      throw .request(
        what: "a cache of \(positions) positions",
        reason: "the model's context has \(configuration.contextLength)",
        mend: "ask for 1 to \(configuration.contextLength)")
    }
    guard sequences > 0 else {
      throw .request(
        what: "a cache of \(sequences) sequences", reason: "it would hold none",
        mend: "ask for at least 1")
    }
    return KeyValueCache(
      format: keyValueFormat, layers: configuration.layers, heads: configuration.keyValueHeads,
      headSize: configuration.headSize, capacity: positions, maximumSequences: sequences,
      workspace: Workspace(configuration))
  }
}
