import RealModule
import Testing

@testable import ErgonLMTraining

@Suite("a BM25 index") struct BM25IndexTests {
  @Test("scores passages as the formula says")
  func byHand() {
    var index = BM25Index()
    index.add("The cat sat, the cat slept.")  // 6 words
    index.add("A dog barked")  // 3
    index.add("Dogs and birds")  // 3
    // Two of the three passages lack each word; the mean length is 4.
    let rarity = Double.log((3 - 1 + 0.5) / (1 + 0.5))
    let cat = rarity * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 6 / 4))
    let dog = rarity * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3 / 4))
    let hits = index.search("CAT or dog?", most: 5)
    #expect(hits.map(\.passage) == [0, 1])
    #expect(abs(hits[0].score - cat) < 1e-12)
    #expect(abs(hits[1].score - dog) < 1e-12)
    #expect(index.search("dog cat dog", most: 1).map(\.passage) == [1])
    #expect(abs(index.bestScore("cat") - cat) < 1e-12)
    #expect(index.bestScore("fish") == 0)
    #expect(index.search("fish", most: 3).isEmpty)
  }

  @Test("gives a word that most passages have as good as nothing")
  func common() {
    var index = BM25Index()
    for text in ["the one", "the two", "the three"] { index.add(text) }
    let score = index.bestScore("the")
    #expect(score > 0 && score < 1e-5)
    #expect(index.search("the three", most: 1)[0].passage == 2)
  }

  @Test("knows words of every script by their letters")
  func words() {
    #expect(
      BM25Index.words(of: "Größe: “ÜBER” 3½ x² naïve—日本 don't")
        == ["größe", "über", "3½", "x²", "naïve", "日本", "don", "t"])
    #expect(BM25Index.words(of: " … ").isEmpty)
    let ascii = String(
      String.UnicodeScalarView((1..<127 as Range<UInt8>).map { Unicode.Scalar($0) }))
    #expect(BM25Index.words(of: ascii) == Array(BM25Index.words(of: ascii + " ä").dropLast()))
  }

  @Test("cuts texts into passages of lines that fit")
  func chunks() {
    let text = "one two\nthree four five\nsix\n\na b c d e f g"
    #expect(
      BM25Index.chunks(of: text, words: 5)
        == ["one two three four five", "six", "a b c d e", "f g"])
    #expect(BM25Index.chunks(of: "", words: 5).isEmpty)
    let all = BM25Index.chunks(of: text, words: 3).joined(separator: " ").split(separator: " ")
    #expect(all == text.split(whereSeparator: \.isWhitespace))
  }
}
