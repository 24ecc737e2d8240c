import ErgonWorkload
import Testing

@testable import ErgonLM

@Suite("Language models")
struct LanguageModelTests {
  private let prompt = "the cat sat on the mat"

  @Test("a stream gives what a session gives")
  func stream() async throws {
    let tiny = try Fixture.tiny.get()
    var options = Fixture.options(tokens: 25)
    let expected = try GenerationSession(tiny).answer(
      to: tiny.tokenizer.encode(prompt, addingSpecial: true), options)
    // The second answer finds the cache of the first; the third guesses ahead.
    for speculation in [.none, .none, .lookup()] as [GenerationOptions.Speculation] {
      options.speculation = speculation
      var text = ""
      var tokens: [TokenID] = []
      for try await piece in tiny.generate(prompt, options: options) {
        text += piece.text
        tokens.append(piece.token.token)
      }
      #expect(tokens == expected.tokens)
      #expect(text == expected.text)
    }
  }

  @Test("answers asked for at the same time do not disturb each other")
  func concurrent() async throws {
    let tiny = try Fixture.tiny.get()
    let expected = try (0..<4).map { index in
      try GenerationSession(tiny).answer(
        to: [256, TokenID(index)], Fixture.options(Fixture.drawing(UInt64(index)))
      ).tokens
    }
    await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<4 {
        group.addTask {
          var tokens: [TokenID] = []
          let options = Fixture.options(Fixture.drawing(UInt64(index)))
          for try await piece in tiny.generate([256, TokenID(index)], options: options) {
            tokens.append(piece.token.token)
          }
          #expect(tokens == expected[index])
        }
      }
    }
  }

  @Test("leaving the loop, or being stopped, ends the generation, and the model answers on")
  func cancellation() async throws {
    let tiny = try Fixture.tiny.get()
    var options = Fixture.options(tokens: 200)
    options.ignoresEnd = true
    var count = 0
    for try await _ in tiny.generate(prompt, options: options) {
      count += 1
      if count == 3 { break }
    }
    let stop = StopAfter(4, of: "answer")
    var before = 0
    await #expect(throws: WorkloadStopped.self) {
      for try await _ in tiny.generate(prompt, options: options, in: stop) { before += 1 }
    }
    #expect(before == 5)
    options.maximumTokens = 2
    var after = 0
    for try await _ in tiny.generate(prompt, options: options) { after += 1 }
    #expect(after == 2)
  }

  @Test("surprise is the logarithm of the softmax, even for great logits")
  func surprise() {
    let logits: [Float] = [1, 2, 3, 1000]
    #expect(LanguageModel.surprise(of: 3, in: logits[...]) == 0)
    #expect(LanguageModel.surprise(of: 0, in: logits[...]) == 999)
    let even: [Float] = [7, 7, 7, 7]
    #expect(abs(LanguageModel.surprise(of: 1, in: even[...]) - 1.3862943611198906) < 1e-12)
  }

  @Test(
    "perplexity of overlapping windows predicts each token once",
    arguments: [
      (64, 32), (64, 63), (20, 5), (200, 100), (2, 1),
    ])
  func windows(window: Int, stride: Int) throws {
    let tiny = try Fixture.tiny.get()
    let text = String(repeating: "to be or not to be, that is the question. ", count: 3)
    let found = try tiny.perplexity(of: text, window: window, stride: stride)
    #expect(found.tokens == text.utf8.count)
    #expect(found.bytes == text.utf8.count)
    #expect(found.perplexity.isFinite && found.perplexity > 1)
  }

  @Test("one window's surprise is the sum over its positions, each with the whole text before it")
  func sum() throws {
    let tiny = try Fixture.tiny.get()
    let text = "abcdefghijkl"
    let found = try tiny.perplexity(of: text)
    let tokens = tiny.tokenizer.encode(text, addingSpecial: true)
    var expected = 0.0
    for index in 1..<tokens.count {
      let cache = try tiny.model.makeCache(positions: 64)
      let sequence = try cache.makeSequence()
      let hidden = try tiny.model.forward(
        TokenBatch(sequence, tokens: Array(tokens[..<index])), cache)
      var logits = [Float](repeating: 0, count: tiny.model.head.vocabularySize)
      hidden.withRow(0) { tiny.model.head.logits(1, $0, into: &logits) }
      let greatest = logits.max()!
      let mass = logits.reduce(0.0) { $0 + Double.exp(Double($1 - greatest)) }
      expected += Double.log(mass) - Double(logits[Int(tokens[index])] - greatest)
    }
    #expect(abs(found.negativeLogLikelihood - expected) < 1e-9 * expected)
    #expect(found.tokens == 12)
  }
}
