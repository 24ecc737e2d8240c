public import ErgonLM
public import ErgonTensor
import RealModule

/// A model of text that knows how often runs of tokens occurred: the bar that a network has to pass.
///
/// Interpolated modified Kneser-Ney smoothing: the probability of a token w after a context h is
///
///     p(w | h) = (c(h w) - D(c(h w))) / c(h) + b(h) p(w | h without its first token)
///
/// with b(h) such that the sum is 1. c counts occurrences for the longest runs, and for shorter ones
/// the different tokens that stand before them; D is one of three discounts a length, estimated from
/// how many runs occur once to four times. Below single tokens all tokens are equally likely.
///
/// ```swift
/// let model = NGramModel(of: try TokenFile("train.tokens"), order: 5)
/// try model.perplexity(of: heldOut).bitsPerByte
/// var random = RandomStream(seed: 7)
/// model.sample(after: [1, 403], using: &random)
/// ```
///
/// - Cost: 40 bytes for each different run; a probability takes order² searches.
/// - Reference: S. Chen, J. Goodman, "An empirical study of smoothing techniques for language
///   modeling", 1998, section 3.
public struct NGramModel: Sendable {
  /// Tokens of the longest runs.
  public let order: Int
  public let vocabularySize: Int
  let trie: NGramTrie
  /// What is taken from counts of 1, of 2 and of 3 and more, by length.
  let discounts: [[Double]]
  /// Of each node that is a context, by its length: the sum of its children's counts, and b.
  private var totals: [[Double]] = []
  private var backoffs: [[Double]] = []

  /// Counts the runs of some documents.
  ///
  /// - Precondition: `order` is positive and all tokens are in the vocabulary.
  /// - Cost: O(order × tokens × log tokens).
  public init(order: Int = 5, vocabularySize: Int, documents: some Sequence<[TokenID]>) {
    self.order = order
    self.vocabularySize = vocabularySize
    trie = NGramTrie(order: order, documents: documents)
    discounts = trie.levels.map { Self.discounts($0.counts) }
    precondition(
      trie.levels[0].keys.allSatisfy { $0 <= UInt64(vocabularySize) },
      "NGramModel: a token outside a vocabulary of \(vocabularySize)")
    for level in 0..<order {
      let parents = trie.levels[level].firstChild.count - 1
      var total = [Double](repeating: 0, count: parents)
      var discount = total
      for parent in 0..<parents {
        for child in trie.children(level, of: parent) {
          let count = trie.levels[level].counts[child]
          total[parent] += Double(count)
          discount[parent] += self.discount(count, level)
        }
      }
      totals.append(total)
      backoffs.append(zip(discount, total).map { $1 > 0 ? $0 / $1 : 1 })
    }
  }

  /// Counts the runs of all documents of a file.
  public init(of text: TokenFile, order: Int = 5) throws(LMError) {
    try text.checkTokens()
    self.init(
      order: order, vocabularySize: text.vocabularySize,
      documents: (0..<text.documentCount).lazy.map { text[text.document($0)] })
  }

  /// Chen and Goodman's estimates; where a text is so small, or so odd, that they are undefined or
  /// exceed the counts they are taken from, halves of these.
  static func discounts(_ counts: [UInt32]) -> [Double] {
    var occurrences = [Double](repeating: 0, count: 5)
    for count in counts where (1...4).contains(count) { occurrences[Int(count)] += 1 }
    let share = occurrences[1] / (occurrences[1] + 2 * occurrences[2])
    let estimates = (1...3).map { count in
      Double(count) - Double(count + 1) * share * occurrences[count + 1] / occurrences[count]
    }
    let areSound = zip(1..., estimates).allSatisfy { $1.isFinite && $1 >= 0 && $1 <= Double($0) }
    return areSound && occurrences[1] > 0 ? estimates : [0.5, 1, 1.5]
  }

  private func discount(_ count: UInt32, _ level: Int) -> Double {
    count == 0 ? 0 : discounts[level][Int(min(count, 3)) - 1]
  }

  /// The nodes of the last 0, 1, … tokens of a context, as far as they have occurred before others.
  private func nodes(_ context: some BidirectionalCollection<TokenID>) -> [Int] {
    let last = context.suffix(order - 1).map { UInt32($0) + 1 }
    let known = last.count < order - 1 ? [NGramTrie.boundary] + last : last
    var nodes = [0]
    for length in 0..<known.count {
      var node: Int? = 0
      for (level, token) in known.suffix(length + 1).enumerated() {
        node = node.flatMap { trie.child(level, of: $0, token) }
      }
      guard let node, totals[length + 1][node] > 0 else { break }
      nodes.append(node)
    }
    return nodes
  }

  /// The probability of a token after those of its document before it.
  ///
  /// - Parameter context: All tokens of the document so far, or the last of them; fewer than
  ///   `order - 1` are the beginning of a document.
  /// - Precondition: the token is in the vocabulary.
  public func probability(
    of token: TokenID, after context: some BidirectionalCollection<TokenID>
  ) -> Double {
    precondition(
      token >= 0 && Int(token) < vocabularySize,
      "NGramModel: token \(token) in a vocabulary of \(vocabularySize)")
    var probability = 1 / Double(vocabularySize)
    for (level, node) in nodes(context).enumerated() where totals[level][node] > 0 {
      let child = trie.child(level, of: node, UInt32(token) + 1)
      let count = child.map { trie.levels[level].counts[$0] } ?? 0
      let share = (Double(count) - discount(count, level)) / totals[level][node]
      probability = share + backoffs[level][node] * probability
    }
    return probability
  }

  /// A token drawn with its probability.
  public func sample(
    after context: some BidirectionalCollection<TokenID>, using random: inout RandomStream
  ) -> TokenID {
    for (level, node) in nodes(context).enumerated().reversed() where totals[level][node] > 0 {
      var place = Double.random(in: 0..<totals[level][node], using: &random)
      for child in trie.children(level, of: node) {
        let count = trie.levels[level].counts[child]
        place -= Double(count) - discount(count, level)
        if place < 0 { return TokenID(trie.levels[level].token(child) - 1) }
      }
    }
    return TokenID.random(in: 0..<TokenID(vocabularySize), using: &random)
  }

  /// A document: tokens are drawn until one of `ends` comes, which belongs to it, or there are
  /// enough.
  public func generate(
    atMost count: Int, ends: Set<TokenID> = [], using random: inout RandomStream
  ) -> [TokenID] {
    var tokens: [TokenID] = []
    while tokens.count < count {
      let token = sample(after: tokens, using: &random)
      tokens.append(token)
      if ends.contains(token) { break }
    }
    return tokens
  }

  /// Nats that a document costs.
  public func surprise(of document: [TokenID]) -> Double {
    document.indices.reduce(0) {
      $0 - .log(probability(of: document[$1], after: document[..<$1]))
    }
  }

  /// How well the model predicts the documents of a file.
  ///
  /// - Throws: ``ErgonLM/LMError`` for a file of another vocabulary, or a damaged one.
  public func perplexity(of text: TokenFile) throws(LMError) -> Perplexity {
    guard text.vocabularySize == vocabularySize else {
      throw .request(
        what: "perplexity of \(text.source)",
        reason: "its vocabulary has \(text.vocabularySize) tokens, the model's \(vocabularySize)",
        mend: "give tokens of the tokenizer that the model was made with")
    }
    try text.checkTokens()
    var sum = Perplexity()
    for number in 0..<text.documentCount {
      sum.negativeLogLikelihood += surprise(of: text[text.document(number)])
    }
    sum.tokens = text.count
    sum.bytes = text.textBytes
    return sum
  }
}
