import ErgonNumerics
import Testing

@testable import ErgonStudies

@Suite struct UniversityTests {
  let university = University(seed: 1)

  func pages(seed: UInt64 = 3) -> (University.Mentions, [Page]) {
    let mentions = University.Mentions(
      of: university, often: 40, once: 30, timesOften: 22, bytes: 200_000, seed: 2)
    return (mentions, university.pages(saying: mentions, secondLanguage: 0.25, seed: seed))
  }

  @Test func `every fact is said exactly as often as was drawn`() {
    let (mentions, pages) = pages()
    var said: [Fact: Int] = [:]
    for page in pages { for fact in page.facts { said[fact, default: 0] += 1 } }
    #expect(mentions.often.count == 40 && mentions.once.count == 30)
    #expect(mentions.often.allSatisfy { said[$0] == 22 })
    #expect(mentions.once.allSatisfy { said[$0] == 1 })
    #expect(said == mentions.times.filter { $0.value > 0 })
  }

  @Test func `a page says its facts, each once`() {
    for page in pages().1 {
      for fact in page.facts {
        let (subject, value) = (fact.subject.lowercased(), fact.value.lowercased())
        let text = page.text.lowercased()
        let saysBoth = text.contains(subject) && text.contains(value)
        #expect(saysBoth)
      }
      #expect(Set(page.facts).count == page.facts.count)
      #expect(!page.text.contains("{") && !page.text.contains("["))
    }
  }

  @Test func `the same seed gives the same text, another seed another one`() {
    #expect(pages().1.map(\.text) == pages().1.map(\.text))
    #expect(pages().1.map(\.text) != pages(seed: 4).1.map(\.text))
    #expect(University(seed: 1).facts == university.facts)
    let shared = Set(University(seed: 2).facts).intersection(university.facts).count
    #expect(shared < 20)
  }

  @Test func `the size of the text is about what was asked for`() {
    let bytes = pages().1.reduce(0) { $0 + $1.text.utf8.count }
    #expect((160_000...260_000).contains(bytes))
  }

  @Test func `questions have four different options, one right, in words that no page has`() {
    let (_, pages) = pages()
    let examination = Examination(
      of: university, on: pages, often: 40, once: 30, free: 30, seed: 5)
    #expect(examination.often.count == 40 && examination.once.count == 30)
    #expect(examination.free.count == 30)
    let text = pages.map(\.text).joined()
    var places = [0, 0, 0, 0]
    for question in examination.often + examination.once {
      #expect(Set(question.options).count == 4)
      #expect(question.options[question.answer] == question.fact.value)
      #expect(!text.contains(question.question))
      places[question.answer] += 1
    }
    #expect(places.allSatisfy { $0 > 5 })
  }

  @Test func `a template takes one alternative of each bracket`() {
    var random = SplitMix64(seed: 1)
    let template: SentenceTemplate = "{s} is [taught|given] by {v}[ again|]."
    let sentences = Set(
      (0..<60).map { _ in template.rendered(["s": "A", "v": "B"], &random) })
    #expect(
      sentences == [
        "A is taught by B.", "A is given by B.", "A is taught by B again.",
        "A is given by B again.",
      ])
  }

  @Test func `the second language has its own words and keeps names`() {
    let sentence = university.language.sentence("{s} of teacher {v} is", subject: "X", value: "Y")
    #expect(sentence.hasPrefix("X ") && sentence.contains(" Y ") && sentence.hasSuffix("."))
    #expect(!sentence.contains("teacher"))
    #expect(
      sentence
        != SecondLanguage(seed: 9).sentence("{s} of teacher {v} is", subject: "X", value: "Y"))
  }

  @Test func `the travel agency writes as much as asked, and nothing of the university`() {
    let text = TravelAgency(seed: 4).pages(bytes: 30_000, seed: 5).map(\.text)
    #expect((30_000...31_500).contains(text.reduce(0) { $0 + $1.utf8.count }))
    #expect(!text.joined().contains("thesis"))
  }
}
