import ErgonLMTraining
import RealModule
import Testing

@Suite struct WordLanguageTests {
  @Test("one word that follows itself has no entropy")
  func certain() {
    let language = WordLanguage(classes: 1, wordsPerClass: 1, seed: 3)
    #expect(language.entropy == 0)
    let words = Set(language.text(bytes: 100, seed: 1).split(separator: 32).dropLast())
    #expect(words.count == 1)
  }

  @Test("the entropy is that of a word behind another, counted in text", arguments: [1, 2, 9])
  func counted(seed: UInt64) {
    let language = WordLanguage(classes: 3, wordsPerClass: 4, seed: seed)
    let text = language.text(bytes: 300_000, seed: 7)
    #expect(text.count == 300_000)
    // The last word is cut off.
    let words = text.split(separator: 32).dropLast().map { $0 }
    var pairs: [[ArraySlice<UInt8>]: Double] = [:]
    var firsts: [ArraySlice<UInt8>: Double] = [:]
    for (first, second) in zip(words, words.dropFirst()) {
      pairs[[first, second], default: 0] += 1
      firsts[first, default: 0] += 1
    }
    #expect(firsts.count == 12)
    let nats = pairs.reduce(0) { $0 - $1.value * Double.log($1.value / firsts[$1.key[0]]!) }
    #expect(abs(nats / Double(text.count) / language.entropy - 1) < 0.02)
  }

  @Test("the same seeds give the same text, others another one")
  func seeds() {
    let language = WordLanguage(seed: 1)
    let text = language.text(bytes: 1000, seed: 1)
    #expect(text == WordLanguage(seed: 1).text(bytes: 1000, seed: 1))
    #expect(text != language.text(bytes: 1000, seed: 2))
    #expect(text != WordLanguage(seed: 2).text(bytes: 1000, seed: 1))
  }
}
