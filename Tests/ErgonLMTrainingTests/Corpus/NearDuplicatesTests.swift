import ErgonTensor
import Testing

@testable import ErgonLMTraining

@Suite("near duplicates") struct NearDuplicatesTests {
  /// A text of runs of five words, all different, and one that shares with it those that stand
  /// before a place.
  static func pair(similarity: Double, words: Int, _ random: inout RandomStream) -> (String, String)
  {
    func word() -> String { "w\(random.next() % 1_000_000_007)" }
    // Of n runs each, c common: c / (2 n - c) = s.
    let runs = Double(words - 4)
    let common = Int((2 * runs * similarity / (1 + similarity)).rounded())
    let first = (0..<words).map { _ in word() }
    let second = first.prefix(common + 4) + (common + 4..<words).map { _ in word() }
    return (first.joined(separator: " "), second.joined(separator: " "))
  }

  static func jaccard(_ a: String, _ b: String) -> Double {
    func runs(_ text: String) -> Set<[Substring]> {
      let words = text.split(separator: " ")
      return Set((0...words.count - 5).map { Array(words[$0..<$0 + 5]) })
    }
    let (a, b) = (runs(a), runs(b))
    return Double(a.intersection(b).count) / Double(a.union(b).count)
  }

  /// The share of planted pairs that are found among all their texts.
  static func found(similarity: Double, pairs: Int) -> Double {
    var random = RandomStream(seed: 11)
    var seen = NearDuplicates()
    var found = 0
    for number in 0..<pairs {
      let (first, second) = pair(similarity: similarity, words: 120, &random)
      if number == 0 { #expect(abs(jaccard(first, second) - similarity) < 0.01) }
      #expect(seen.find(first, orAddAs: 2 * number) == nil)
      if let near = seen.find(second, orAddAs: 2 * number + 1) {
        #expect(near.number == 2 * number)
        found += 1
      }
    }
    return Double(found) / Double(pairs)
  }

  @Test("of similarity 0.85 are found, of 0.5 not")
  func planted() {
    #expect(Self.found(similarity: 0.85, pairs: 300) >= 0.95)
    #expect(Self.found(similarity: 0.5, pairs: 300) <= 0.02)
  }

  @Test(
    "an estimate is within three standard errors of the true similarity", arguments: [0.3, 0.8])
  func estimate(similarity: Double) {
    var random = RandomStream(seed: 5)
    let finder = NearDuplicates()
    var sum = 0.0
    for _ in 0..<40 {
      let (first, second) = Self.pair(similarity: similarity, words: 80, &random)
      let (a, b) = (finder.signature(of: first)!, finder.signature(of: second)!)
      sum += Double(zip(a, b).count { $0 == $1 }) / 128 - Self.jaccard(first, second)
    }
    #expect(abs(sum / 40) < 3 * (similarity * (1 - similarity) / 128 / 40).squareRoot())
  }

  @Test("capitals and punctuation make no difference, words and their order do")
  func words() {
    let finder = NearDuplicates()
    let text = "One two, three four five six"
    #expect(finder.signature(of: text) == finder.signature(of: "one TWO three: four\nfive (six)"))
    #expect(finder.signature(of: text) != finder.signature(of: "one three two four five six"))
    #expect(finder.signature(of: "ab c") != finder.signature(of: "a bc"))
    #expect(finder.signature(of: "Über") != finder.signature(of: "Ober"))
    #expect(finder.signature(of: " .,;") == nil)
  }

  @Test("a thousand texts that share a phrase are told apart in time that grows with their number")
  func sharedPhrase() {
    var random = RandomStream(seed: 9)
    var seen = NearDuplicates()
    for number in 0..<1000 {
      let words = (0..<20).map { _ in "w\(random.next() % 100_000)" }.joined(separator: " ")
      let text = "all rights reserved by the owner " + words
      #expect(seen.find(text, orAddAs: number) == nil)
    }
  }
}
