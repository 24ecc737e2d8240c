import Testing

@testable import ErgonLM

@Suite("Speculation in sessions")
struct SessionSpeculationTests {
  private let prompt: [TokenID] = [256] + "abcabcabcabc".utf8.map { TokenID($0) }

  private static let samplings: [SamplingOptions] = {
    var penalised = Fixture.drawing(3)
    penalised.repeatPenalty = 1.3
    penalised.frequencyPenalty = 0.2
    var mirostat = Fixture.drawing(4)
    mirostat.mirostat = 2
    return [.greedy, Fixture.drawing(1, temperature: 0.3), Fixture.drawing(2), penalised, mirostat]
  }()

  @Test(
    "answers with and without guesses are the same, token for token", arguments: samplings.indices,
    [2, 8])
  func lossless(_ index: Int, most: Int) throws {
    let (tiny, other) = (try Fixture.tiny.get(), try Fixture.other.get())
    var options = Fixture.options(Self.samplings[index], tokens: 40)
    options.ignoresEnd = true
    let plain = try GenerationSession(tiny).answer(to: prompt, options)
    for speculation in [
      .lookup(maximum: most, ngram: 2), .draft(other, maximum: most), .draft(tiny, maximum: most),
    ] as [GenerationOptions.Speculation] {
      options.speculation = speculation
      let session = try GenerationSession(tiny)
      let answer = try session.answer(to: prompt, options)
      #expect(answer.tokens == plain.tokens)
      #expect(answer.text == plain.text)
      #expect(session.counts.accepted <= session.counts.drafted)
      // And the session is as good as new.
      options.speculation = .none
      #expect(try session.answer(to: prompt, options).tokens == plain.tokens)
    }
  }

  @Test("a draft that is the model itself is always right, whatever is drawn")
  func perfectDraft() throws {
    let tiny = try Fixture.tiny.get()
    for sampling in Self.samplings {
      var options = Fixture.options(sampling, tokens: 40)
      options.ignoresEnd = true
      options.speculation = .draft(tiny, maximum: 8)
      let session = try GenerationSession(tiny)
      _ = try session.answer(to: prompt, options)
      #expect(session.counts.drafted > 20)
      // Guesses past the end are never asked for.
      #expect(session.counts.accepted >= session.counts.drafted - 8)
      #expect(session.counts.passes < 20)
    }
  }

  @Test("a constraint holds with guesses, too")
  func constrained() throws {
    let tiny = try Fixture.tiny.get()
    var options = Fixture.options(Fixture.drawing(5))
    options.constraint = Choices(["abcabcabd", "abcx"])
    let plain = try GenerationSession(tiny).answer(to: prompt, options)
    options.speculation = .lookup(maximum: 8, ngram: 3)
    #expect(try GenerationSession(tiny).answer(to: prompt, options).text == plain.text)
    options.speculation = .draft(try Fixture.other.get(), maximum: 4)
    #expect(try GenerationSession(tiny).answer(to: prompt, options).text == plain.text)
  }

  @Test("a draft of another vocabulary is refused")
  func vocabularies() throws {
    struct Renamed: Tokenizer {
      let base = ByteTokenizer()
      var vocabularySize: Int { base.vocabularySize }
      var special: SpecialTokens { base.special }
      var dropsLeadingSpace: Bool { false }
      func encode(_ text: String, addingSpecial: Bool, parsingSpecial: Bool) -> [TokenID] { [1] }
      func bytes(of token: TokenID) -> [UInt8] { base.bytes(of: token) }
      func piece(of token: TokenID) -> String { token == 900 ? "other" : base.piece(of: token) }
      func token(named piece: String) -> TokenID? { nil }
      func isSpecial(_ token: TokenID) -> Bool { false }
    }
    let tiny = try Fixture.tiny.get()
    let renamed = try LanguageModel(name: "renamed", model: tiny.model, tokenizer: Renamed())
    var options = Fixture.options()
    options.speculation = .draft(renamed)
    #expect(throws: LMError.self) {
      try GenerationSession(tiny).begin(prompt, options: options)
    }
  }
}
