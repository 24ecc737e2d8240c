import ErgonLM
import ErgonTensor
import RealModule
import Testing

@testable import ErgonLMTraining

/// The same model with dictionaries and loops, as the equations have it.
private struct PlainModel {
  let order: Int
  let vocabulary: Int
  /// Runs with their boundary, -1, and what is counted of them.
  var counts: [[TokenID]: Double] = [:]

  init(order: Int, vocabulary: Int, _ documents: [[TokenID]]) {
    self.order = order
    self.vocabulary = vocabulary
    var raw: [[TokenID]: Double] = [:]
    for document in documents {
      let padded = [-1] + document
      for start in padded.indices {
        for length in 1...order where start + length <= padded.count {
          raw[Array(padded[start..<start + length]), default: 0] += 1
        }
      }
    }
    // A boundary is nothing that could come next.
    raw[[-1]] = nil
    for (run, count) in raw {
      if run.count == order || (run[0] == -1 && run.count > 1) { counts[run] = count }
      if run.count > 1 {
        let end = Array(run.dropFirst())
        if end.count < order { counts[end, default: 0] += 1 }
      }
    }
  }

  func probability(_ token: TokenID, _ document: [TokenID]) -> Double {
    let context = ([-1] + document).suffix(order - 1)
    return (0...context.count).reduce(1 / Double(vocabulary)) { lower, length in
      let before = Array(context.suffix(length))
      let next = counts.filter { $0.key.count == length + 1 && Array($0.key.dropLast()) == before }
      let total = next.values.reduce(0, +)
      if total == 0 { return lower }
      let discounts = NGramModel.discounts(
        counts.filter { $0.key.count == length + 1 }.values.map { UInt32($0) })
      func discount(_ count: Double) -> Double { discounts[min(Int(count), 3) - 1] }
      let own = next[before + [token]] ?? 0
      let share = own > 0 ? (own - discount(own)) / total : 0
      return share + next.values.reduce(0) { $0 + discount($1) } / total * lower
    }
  }
}

@Suite("an n-gram model") struct NGramModelTests {
  @Test("has the probabilities of a small text by hand")
  func byHand() {
    // Runs of two: (boundary, 0) twice, (0, 1) and (0, 2) once; no count of three, so the discounts
    // are a half, one and one and a half. Before each token stands one other: 1/3 each.
    let model = NGramModel(order: 2, vocabularySize: 3, documents: [[0, 1], [0, 2]])
    for token in 0..<3 as Range<TokenID> {
      #expect(abs(model.probability(of: token, after: [1]) - 1 / 3.0) < 1e-12)
    }
    #expect(abs(model.probability(of: 1, after: [0]) - (0.25 + 0.5 / 3)) < 1e-12)
    #expect(abs(model.probability(of: 0, after: [0]) - 0.5 / 3) < 1e-12)
    #expect(abs(model.probability(of: 0, after: []) - (0.5 + 0.5 / 3)) < 1e-12)
    let surprise = -Double.log(2 / 3.0) - Double.log(5 / 12.0)
    #expect(abs(model.surprise(of: [0, 1]) - surprise) < 1e-12)
  }

  @Test("takes Chen and Goodman's discounts from the counts of counts")
  func discounts() {
    // 6, 4, 3 and 2 runs that occur once to four times: Y = 6 / 14.
    let counts: [UInt32] =
      Array(repeating: 1, count: 6) + Array(repeating: 2, count: 4) + [3, 3, 3, 4, 4, 9]
    let share = 6 / 14.0
    let expected: [Double] = [1 - 2 * share * 4 / 6, 2 - 3 * share * 3 / 4, 3 - 4 * share * 2 / 3]
    for (discount, value) in zip(NGramModel.discounts(counts), expected) {
      #expect(abs(discount - value) < 1e-12)
    }
    #expect(NGramModel.discounts([1, 1, 1]) == [0.5, 1, 1.5])
    #expect(NGramModel.discounts([]) == [0.5, 1, 1.5])
  }

  static func documents(_ count: Int, seed: UInt64) -> [[TokenID]] {
    var random = RandomStream(seed: seed)
    return (0..<count).map { _ in
      let length = Int.random(in: 1...25, using: &random)
      return (0..<length).map { _ in TokenID((random.next() % 6) * (random.next() % 2)) }
    }
  }

  @Test("agrees with a plain one and sums to one after any context", arguments: 1...5)
  func plain(order: Int) {
    let documents = Self.documents(30, seed: UInt64(order))
    let model = NGramModel(order: order, vocabularySize: 8, documents: documents)
    let plain = PlainModel(order: order, vocabulary: 8, documents)
    let contexts = [
      [], documents[3], Array(documents[4].prefix(2)), [7], [0, 7, 0, 1], [5, 5, 5, 5],
    ]
    for context in contexts {
      let all = (0..<8 as Range<TokenID>).map { model.probability(of: $0, after: context) }
      #expect(abs(all.reduce(0, +) - 1) < 1e-12)
      for token in 0..<8 as Range<TokenID> {
        #expect(abs(all[Int(token)] - plain.probability(token, context)) < 1e-12)
      }
    }
  }

  @Test("draws tokens as often as they are likely")
  func samples() {
    let model = NGramModel(order: 3, vocabularySize: 6, documents: Self.documents(40, seed: 8))
    var random = RandomStream(seed: 1)
    for context in [[], [0, 0], [1]] as [[TokenID]] {
      var hits = [Double](repeating: 0, count: 6)
      for _ in 0..<6000 { hits[Int(model.sample(after: context, using: &random))] += 1 }
      let chiSquare = (0..<6).reduce(0.0) { sum, token in
        let expected = 6000 * model.probability(of: TokenID(token), after: context)
        return sum + (hits[token] - expected) * (hits[token] - expected) / expected
      }
      #expect(chiSquare < 20.5)  // 99.9 % of five degrees of freedom
    }
  }

  @Test("comes near the entropy of a chain that it has seen enough of")
  func entropy() {
    // After a, b or c with odds 3 to 1; after b and c always a.
    var random = RandomStream(seed: 2)
    func chain(_ count: Int) -> [TokenID] {
      var tokens: [TokenID] = [0]
      while tokens.count < count {
        tokens.append(tokens.last == 0 ? (random.next() % 4 == 0 ? 2 : 1) : 0)
      }
      return tokens
    }
    let model = NGramModel(order: 3, vocabularySize: 3, documents: (0..<50).map { _ in chain(100) })
    let test = chain(4000)
    let known = test.indices.dropFirst().reduce(0.0) { sum, index in
      sum - (test[index - 1] == 0 ? Double.log(test[index] == 1 ? 0.75 : 0.25) : 0)
    }
    #expect(abs(model.surprise(of: test) / known - 1) < 0.02)
  }

  @Test("reads a file of tokens, tells bits per byte and refuses another vocabulary")
  func file() throws {
    try withTemporaryFolder { folder in
      try TokenFileTests.write(to: folder + "a")
      let file = try TokenFile(folder + "a")
      let model = try NGramModel(of: file, order: 3)
      let perplexity = try model.perplexity(of: file)
      #expect(perplexity.tokens == file.count && perplexity.bytes == file.textBytes)
      let documents = (0..<file.documentCount).map { file[file.document($0)] }
      let sum = documents.reduce(0) { $0 + model.surprise(of: $1) }
      #expect(abs(perplexity.negativeLogLikelihood - sum) < 1e-9)
      #expect(perplexity.bitsPerByte < 8)
      let other = NGramModel(order: 2, vocabularySize: 3, documents: [[0]])
      #expect(throws: LMError.self) { try other.perplexity(of: file) }
    }
  }

  @Test("of no text takes all tokens for equally likely, and ends a document where it is told to")
  func empty() {
    let model = NGramModel(order: 4, vocabularySize: 5, documents: [])
    #expect(model.probability(of: 3, after: [1, 2]) == 0.2)
    var random = RandomStream(seed: 1)
    #expect(model.generate(atMost: 30, using: &random).count == 30)
    let always = NGramModel(
      order: 3, vocabularySize: 4, documents: Array(repeating: [1, 2, 3], count: 99))
    let text = always.generate(atMost: 50, ends: [3], using: &random)
    #expect(text.last == 3 && text.dropLast().allSatisfy { $0 != 3 })
  }
}
