public import ErgonLM

/// The model that a budget pays for: its shape, and how much text it reads.
///
/// Training takes 6 operations a parameter and token, so that a budget of C operations is shared
/// between parameters N and tokens D as C = 6 N D.
///
/// ```swift
/// let plan = try ModelPlan(operations: 2e12, corpusTokens: 220_000, vocabulary: 2048)
/// plan.configuration.hiddenSize                       // 96
/// plan.tokens                                         // 880_000: the corpus four times
/// ```
///
/// - Reference: Hoffmann et al., "Training compute-optimal large language models", 2022, for
///   tokens a parameter; Muennighoff et al., "Scaling data-constrained language models", 2023, for
///   reading a text up to four times.
public struct ModelPlan: Sendable, Equatable {
  public let configuration: ModelConfiguration
  /// Numbers that training learns.
  public let parameters: Int
  /// Tokens that training reads, repeats among them.
  public let tokens: Int
  /// How often the corpus is read.
  public let epochs: Double

  /// Operations that training takes.
  public var operations: Double { 6 * Double(parameters) * Double(tokens) }

  /// - Parameters:
  ///   - operations: What may be spent; of a budget in joules or seconds, that times what the
  ///     machine does for one.
  ///   - corpusTokens: Tokens of different text.
  ///   - tokensPerParameter: Text that a parameter should see, where there is as much.
  ///   - maximumEpochs: How often the same text may be read; where the corpus is small, the budget
  ///     goes into parameters instead, up to one for each token read.
  /// - Throws: ``ErgonLM/LMError/request(what:reason:mend:)`` where not even the least model can be
  ///   paid for.
  public init(
    operations: Double, corpusTokens: Int, vocabulary: Int, context: Int = 256,
    tokensPerParameter: Double = 20, maximumEpochs: Double = 4, isTernary: Bool = false
  ) throws(LMError) {
    let corpus = Double(corpusTokens)
    let wanted = (operations / (6 * tokensPerParameter)).squareRoot()
    let most = min(
      tokensPerParameter * wanted >= maximumEpochs * corpus
        ? operations / (6 * maximumEpochs * corpus) : wanted, maximumEpochs * corpus)
    var chosen: ModelConfiguration?
    for step in 1...64 {
      let shape = Self.shape(
        width: 32 * step, vocabulary: vocabulary, context: context, isTernary: isTernary)
      guard Double(shape.trainableParameters()) <= most else { break }
      chosen = shape
    }
    guard operations.isFinite, corpusTokens > 0, let chosen else {
      let least = Self.shape(
        width: 32, vocabulary: vocabulary, context: context, isTernary: isTernary
      ).trainableParameters()
      throw .request(
        what: "a model for \(operations) operations and \(corpusTokens) tokens of text",
        reason: "it could have \(most > 0 ? Int(min(most, 1e15)) : 0) parameters, "
          + "and the least has \(least)",
        mend: "spend more, take more text, or a smaller vocabulary than \(vocabulary)")
    }
    let parameters = chosen.trainableParameters()
    let affordable = operations / (6 * Double(parameters))
    tokens = Int(min(affordable, maximumEpochs * corpus))
    epochs = Double(tokens) / max(corpus, 1)
    configuration = chosen
    self.parameters = parameters
  }

  /// The same model, learning from a part of the tokens.
  func part(_ share: Double) -> ModelPlan {
    ModelPlan(
      configuration: configuration, parameters: parameters,
      tokens: max(1, Int(Double(tokens) * share)), epochs: epochs * share)
  }

  private init(configuration: ModelConfiguration, parameters: Int, tokens: Int, epochs: Double) {
    self.configuration = configuration
    self.parameters = parameters
    self.tokens = tokens
    self.epochs = epochs
  }

  /// The shapes there are: heads of 32, a layer for each, three times the width inside.
  static func shape(
    width: Int, vocabulary: Int, context: Int, isTernary: Bool
  ) -> ModelConfiguration {
    .decoder(
      vocabulary: vocabulary, context: context, width: width, layers: min(max(2, width / 32), 32),
      heads: width / 32, feedForward: 3 * width, activation: isTernary ? .squaredRelu : .silu,
      isTernary: isTernary)
  }
}
