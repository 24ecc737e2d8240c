/// A sequence's number in a ``KeyValueCache``.
public typealias SequenceID = Int

/// The next tokens of one sequence or of several, to be computed together.
///
/// What a token gives does not depend on what it is computed with: a batch is for speed.
///
/// ```swift
/// let prompt = TokenBatch(sequence, tokens: ids)                       // its last state is wanted
/// let step = TokenBatch([.init(a, tokens: [5]), .init(b, tokens: [7])])
/// ```
public struct TokenBatch: Sendable {
  public enum Outputs: Sendable, Hashable {
    /// The state after the last token, which is what the next token is chosen by.
    case last
    /// One for each token, which is what judges a text.
    case all
    /// None: the tokens only go into the cache.
    case none
  }

  /// Consecutive tokens of a sequence.
  public struct Span: Sendable {
    public var sequence: SequenceID
    public var tokens: [TokenID]
    public var outputs: Outputs

    public init(_ sequence: SequenceID, tokens: [TokenID], outputs: Outputs = .last) {
      self.sequence = sequence
      self.tokens = tokens
      self.outputs = outputs
    }

    /// States that the span gives.
    var outputCount: Int {
      switch outputs {
      case .last: 1
      case .all: tokens.count
      case .none: 0
      }
    }
  }

  public var spans: [Span]

  public init(_ spans: [Span]) { self.spans = spans }

  /// One sequence's tokens.
  public init(_ sequence: SequenceID, tokens: [TokenID], outputs: Outputs = .last) {
    spans = [Span(sequence, tokens: tokens, outputs: outputs)]
  }
}

/// Final, normed hidden states in the order of a batch's outputs, [count, size].
public struct HiddenStates: Sendable {
  public let count: Int
  public let size: Int
  public internal(set) var values: [Float]

  init(count: Int, size: Int) {
    self.count = count
    self.size = size
    values = [Float](repeating: 0, count: count * size)
  }

  /// Gives a state to an ``OutputHead``, which reads `size` numbers.
  public func withRow<R, E: Error>(
    _ row: Int, _ body: (UnsafePointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    precondition(0 <= row && row < count, "hidden states: row \(row) of \(count)")
    return try values.withUnsafeBufferPointer { (values) throws(E) -> R in
      try body(values.baseAddress! + row * size)
    }
  }
}
