public import ErgonLM

/// How much of generated text stands word for word in the text that a model learned from.
///
/// ```swift
/// let report = MemorizationReport(generated: samples, training: try TokenFile("train.tokens"))
/// report.longest                 // 23 tokens
/// report.meanLongestPerThousand  // the mean over stretches of 1,000 generated tokens
/// report.spans                   // those of 50 tokens and more
/// ```
///
/// - Cost: O(generated + training tokens); some 200 bytes a generated token.
public struct MemorizationReport: Sendable, Hashable {
  /// Tokens of a generated text that stand in the training text, and would not with one more at
  /// either end.
  public struct Span: Sendable, Hashable {
    /// The generated text, and where in it the span begins.
    public let text: Int
    public let start: Int
    public let tokens: [TokenID]
  }

  public let generatedTokens: Int
  /// Tokens of the longest span.
  public let longest: Int
  /// The longest span that ends in each stretch of 1,000 generated tokens; the last may be shorter.
  public let longestPerThousand: [Int]
  /// Spans of at least the length asked for, the longest first.
  public let spans: [Span]

  public var meanLongestPerThousand: Double {
    Double(longestPerThousand.reduce(0, +)) / Double(max(longestPerThousand.count, 1))
  }

  /// - Parameters:
  ///   - training: Documents; no span reaches from one into the next.
  ///   - leastSpan: Tokens of the shortest span that is listed.
  public init(
    generated: [[TokenID]], training: some Sequence<[TokenID]>, leastSpan: Int = 50
  ) {
    var automaton = SuffixAutomaton(generated)
    for document in training { automaton.find(in: document) }
    automaton.spread()
    var perThousand: [Int] = []
    var spans: [Span] = []
    var place = 0
    for (number, ends) in automaton.ends.enumerated() {
      let lengths = ends.map { automaton.longestFound($0) }
      for (index, length) in lengths.enumerated() {
        if place % 1000 == 0 { perThousand.append(0) }
        perThousand[place / 1000] = max(perThousand[place / 1000], length)
        place += 1
        // A span that goes on with the next token is part of a longer one.
        let goesOn = index + 1 < lengths.count && lengths[index + 1] == length + 1
        if length >= max(leastSpan, 1) && !goesOn {
          let start = index + 1 - length
          spans.append(
            Span(text: number, start: start, tokens: Array(generated[number][start...index])))
        }
      }
    }
    generatedTokens = place
    longest = perThousand.max() ?? 0
    longestPerThousand = perThousand
    self.spans = spans.sorted { a, b in
      a.tokens.count != b.tokens.count
        ? a.tokens.count > b.tokens.count : (a.text, a.start) < (b.text, b.start)
    }
  }

  /// - Throws: ``ErgonLM/LMError`` for a damaged file.
  public init(
    generated: [[TokenID]], training: TokenFile, leastSpan: Int = 50
  ) throws(LMError) {
    try training.checkTokens()
    self.init(
      generated: generated,
      training: (0..<training.documentCount).lazy.map { training[training.document($0)] },
      leastSpan: leastSpan)
  }
}
