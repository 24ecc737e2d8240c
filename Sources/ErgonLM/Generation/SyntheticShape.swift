/// The sizes of a model whose weights are made up.
public struct SyntheticShape: Sendable, Hashable {
  public var name: String
  public var hidden: Int
  public var layers: Int
  public var heads: Int
  public var keyValueHeads: Int
  public var feedForward: Int
  public var vocabulary: Int

  /// - Precondition: heads divide `hidden`, key-value heads divide the heads; for ternary weights
  ///   `hidden` and `feedForward` are multiples of 128.
  public init(
    name: String, hidden: Int, layers: Int, heads: Int, keyValueHeads: Int, feedForward: Int,
    vocabulary: Int
  ) {
    precondition(
      hidden > 0 && layers > 0 && heads > 0 && keyValueHeads > 0 && feedForward > 0
        && vocabulary > 0 && hidden % (2 * heads) == 0 && heads % keyValueHeads == 0,
      "SyntheticShape: '\(name)' has sizes that no model can have")
    self.name = name
    self.hidden = hidden
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.feedForward = feedForward
    self.vocabulary = vocabulary
  }

  /// Small enough for a test.
  public static let tiny = SyntheticShape(
    name: "tiny", hidden: 256, layers: 4, heads: 4, keyValueHeads: 2, feedForward: 768,
    vocabulary: 1024)
  /// BitNet b1.58 700M as it was reproduced.
  public static let m700 = SyntheticShape(
    name: "0.7b", hidden: 1536, layers: 24, heads: 16, keyValueHeads: 16, feedForward: 4096,
    vocabulary: 32002)
  /// BitNet b1.58 2B-4T.
  public static let b2 = SyntheticShape(
    name: "2b", hidden: 2560, layers: 30, heads: 20, keyValueHeads: 5, feedForward: 6912,
    vocabulary: 128_256)
  /// BitNet b1.58 3B with sizes that every ternary format can hold.
  public static let b3 = SyntheticShape(
    name: "3b", hidden: 3072, layers: 26, heads: 24, keyValueHeads: 24, feedForward: 8704,
    vocabulary: 32002)

  public static let known = [tiny, m700, b2, b3]
}
