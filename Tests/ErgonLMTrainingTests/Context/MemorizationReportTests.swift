import ErgonLM
import ErgonTensor
import Testing

@testable import ErgonLMTraining

@Suite("a memorization report") struct MemorizationReportTests {
  static func tokens(_ count: Int, _ kinds: UInt64, _ random: inout RandomStream) -> [TokenID] {
    (0..<count).map { _ in TokenID(random.next() % kinds) }
  }

  /// The longest run that ends at each place and stands in a document, by trying all.
  static func plain(_ text: [TokenID], _ training: [[TokenID]]) -> [Int] {
    func stands(_ run: ArraySlice<TokenID>) -> Bool {
      training.contains { document in
        document.count >= run.count
          && (0...document.count - run.count).contains {
            document[$0..<$0 + run.count].elementsEqual(run)
          }
      }
    }
    return text.indices.map { end in
      (0...end + 1).last { stands(text[(end + 1 - $0)...end]) } ?? 0
    }
  }

  @Test("agrees with trying all runs", arguments: 0..<12 as Range<UInt64>)
  func plain(seed: UInt64) {
    var random = RandomStream(seed: seed)
    let kinds = 2 + seed % 4
    let generated = (0..<3).map { _ in Self.tokens(24, kinds, &random) }
    let training = (0..<4).map { _ in Self.tokens(16, kinds, &random) }
    var automaton = SuffixAutomaton(generated)
    for document in training { automaton.find(in: document) }
    automaton.spread()
    for (text, ends) in zip(generated, automaton.ends) {
      #expect(ends.map { automaton.longestFound($0) } == Self.plain(text, training))
    }
  }

  @Test("lists planted spans whole, the longest first, and the longest of each thousand tokens")
  func planted() {
    var random = RandomStream(seed: 3)
    let training = (0..<5).map { _ in Self.tokens(400, 1_000_000, &random) }
    var generated = Self.tokens(1500, 1_000_000, &random)
    generated.replaceSubrange(100..<160, with: training[2][50..<110])
    generated.replaceSubrange(700..<800, with: training[4][0..<100])
    generated.replaceSubrange(1200..<1249, with: training[0][200..<249])
    let report = MemorizationReport(generated: [[7, 8], generated], training: training)
    #expect(report.generatedTokens == 1502)
    #expect(report.longest == 100)
    #expect(report.longestPerThousand == [100, 49])
    #expect(report.meanLongestPerThousand == 74.5)
    #expect(report.spans.map(\.tokens.count) == [100, 60])
    #expect(report.spans.map(\.start) == [700, 100])
    #expect(report.spans.allSatisfy { $0.text == 1 })
    #expect(report.spans[1].tokens == Array(training[2][50..<110]))
  }

  @Test("finds nothing where there is nothing")
  func nothing() {
    let none = MemorizationReport(generated: [], training: [[1, 2]])
    #expect(none.longest == 0 && none.longestPerThousand.isEmpty)
    #expect(none.meanLongestPerThousand == 0)
    let apart = MemorizationReport(generated: [[1, 2]], training: [[3], []], leastSpan: 1)
    #expect(apart.longest == 0 && apart.spans.isEmpty)
  }
}
