import ErgonWorkload
import Testing

@testable import ErgonLM

@Suite("Generation sessions")
struct GenerationSessionTests {
  private let prompt: [TokenID] =
    [256] + "the cat sat on the mat and the cat".utf8.map { TokenID($0) }

  @Test(
    "a prompt that goes on from the text before is read from where it differs, to the same answer")
  func prefixReuse() throws {
    let tiny = try Fixture.tiny.get()
    let session = try GenerationSession(tiny)
    let options = Fixture.options(tokens: 12)
    let first = try session.answer(to: prompt, options)
    let longer = prompt + first.tokens + [1, 2, 3]
    let reused = try session.answer(to: longer, options)
    // The last token chosen has never been through the model.
    #expect(session.counts.reused == prompt.count + first.tokens.count - 1)
    #expect(session.counts.prompt == longer.count)
    let fresh = try GenerationSession(tiny).answer(to: longer, options)
    #expect(reused.tokens == fresh.tokens)
    let again = try session.answer(to: prompt, options)
    #expect(session.counts.reused == prompt.count - 1)
    #expect(again.tokens == first.tokens)
  }

  @Test("the same seed gives the same answer, another one a different one")
  func seeds() throws {
    let session = try GenerationSession(try Fixture.tiny.get())
    let answers = try [7, 7, 8].map {
      try session.answer(to: prompt, Fixture.options(Fixture.drawing($0), tokens: 30)).tokens
    }
    #expect(answers[0] == answers[1])
    #expect(answers[0] != answers[2])
  }

  @Test("an answer ends at its length, at the context's end, and says so")
  func lengths() throws {
    let session = try GenerationSession(try Fixture.tiny.get(), context: 48)
    var options = Fixture.options(tokens: 5)
    options.ignoresEnd = true
    let five = try session.answer(to: prompt, options)
    #expect(five.tokens.count == 5)
    #expect(five.finish == .length)
    options.maximumTokens = nil
    let all = try session.answer(to: prompt, options)
    #expect(all.tokens.count == 48 - prompt.count)
    #expect(all.finish == .length)
  }

  @Test("a model that wants to end is let, unless told to go on")
  func ends() throws {
    let session = try GenerationSession(try Fixture.tiny.get())
    var options = Fixture.options(tokens: 6)
    options.sampling.logitBias = [ByteTokenizer.end: 1000]
    let ended = try session.answer(to: prompt, options)
    #expect(ended.tokens == [ByteTokenizer.end])
    #expect(ended.text == "")
    #expect(ended.finish == .stop)
    options.ignoresEnd = true
    let on = try session.answer(to: prompt, options)
    #expect(on.tokens.count == 6 && !on.tokens.contains(ByteTokenizer.end))
  }

  @Test("a stop string ends the text before it, even when it lies across tokens")
  func stopStrings() throws {
    let session = try GenerationSession(try Fixture.tiny.get())
    var options = Fixture.options(tokens: 10)
    // Bias makes the model say "aaaa…": token 97 alone is likely.
    options.sampling.logitBias = [97: 1000]
    options.stopStrings = ["aaa"]
    let answer = try session.answer(to: prompt, options)
    #expect(answer.text == "")
    #expect(answer.tokens == [97, 97, 97])
    #expect(answer.finish == .stopString)
    options.stopStrings = ["ab"]
    let whole = try session.answer(to: prompt, options)
    #expect(whole.text == "aaaaaaaaaa", "what was held back comes at the end")
  }

  @Test("no piece ever has a part of a character")
  func characters() throws {
    let session = try GenerationSession(try Fixture.tiny.get())
    let pattern = Array("é😀x".utf8).map { TokenID($0) }
    var options = Fixture.options(tokens: pattern.count)
    options.constraint = Choices(["é😀x"])
    try session.begin(prompt, options: options)
    var pieces: [String] = []
    while let piece = try session.step() { pieces.append(piece.text) }
    #expect(pieces.filter { !$0.isEmpty } == ["é", "😀", "x"])
  }

  @Test("a constrained answer is one of its choices and ends when nothing else may follow")
  func constrained() throws {
    let session = try GenerationSession(try Fixture.tiny.get())
    for seed in 0..<6 {
      var options = Fixture.options(Fixture.drawing(UInt64(seed), temperature: 2))
      options.constraint = Choices(["cat", "dog", "dogma"])
      let answer = try session.answer(to: prompt, options)
      #expect(["cat", "dog", "dogma"].contains(answer.text), "\(answer)")
      #expect(answer.finish == .constraint || answer.finish == .stop)
    }
  }

  @Test("a stopped answer is kept as far as it came, and the session goes on as if it had not been")
  func stopping() throws {
    let session = try GenerationSession(try Fixture.tiny.get())
    let options = Fixture.options(tokens: 20)
    let whole = try session.answer(to: prompt, options)
    var answer = Generation.Answer()
    let context = StopAfter(8, of: "answer")
    #expect(throws: WorkloadStopped.self) {
      try session.run(prompt, options: options, into: &answer, in: context)
    }
    #expect(answer.tokens.count == 8)
    #expect(answer.tokens.map(\.token) == Array(whole.tokens.prefix(8)))
    #expect(answer.finish == nil)
    // One prompt token was read again, then one token for each further one chosen.
    #expect(context.counts.items == 1 + 7)
    #expect(try session.answer(to: prompt, options).tokens == whole.tokens)
  }

  @Test("what cannot be answered is refused by name")
  func refusals() throws {
    let session = try GenerationSession(try Fixture.tiny.get(), context: 16)
    for (prompt, tokens, says) in [
      ([], 1, "no token"), (Array(repeating: 5, count: 16), 1, "exceed the context of 16"),
      ([5], 0, "at least one"), ([5, 5000], 1, "5000"),
    ] as [([TokenID], Int, String)] {
      let error = #expect(throws: LMError.self) {
        try session.answer(to: prompt, Fixture.options(tokens: tokens))
      }
      #expect("\(String(describing: error))".contains(says), "\(String(describing: error))")
    }
  }
}
