import Testing

@testable import ErgonLM

@Suite("stories260K", .tags(.realData), .enabled(if: Fixture.hasStories, "set ERGON_DATA"))
struct StoriesTests {
  private static let begin = """
    Once upon a time, there was a little girl named Lily. She loved to play outside in the park. \
    One day, she saw a big, red ball. She wanted to play with it, but it was too high.
    """

  @Test("the likeliest story is the published one, from the beginning token alone")
  func golden() throws {
    let stories = try Fixture.stories.get()
    let options = Fixture.options(tokens: 200)
    let answer = try GenerationSession(stories).answer(to: [1], options)
    #expect(answer.text.hasPrefix(Self.begin), "\(answer.text)")
  }

  @Test("the same with guesses from the text, in fewer passes")
  func lookup() throws {
    let stories = try Fixture.stories.get()
    var options = Fixture.options(tokens: 200)
    let plain = try GenerationSession(stories).answer(to: [1], options)
    options.speculation = .lookup()
    let session = try GenerationSession(stories)
    #expect(try session.answer(to: [1], options).tokens == plain.tokens)
    #expect(session.counts.accepted > 0)
    #expect(session.counts.passes + session.counts.accepted == plain.tokens.count)
  }

  @Test("the published surprise of its first two sentences")
  func surprise() throws {
    let stories = try Fixture.stories.get()
    let text = """
      Once upon a time, there was a little girl named Lily. She loved to play outside in the park.
      """
    let found = try stories.perplexity(of: text)
    #expect(found.tokens == 31)
    #expect(found.bytes == text.utf8.count)
    #expect(abs(found.negativeLogLikelihood - 5.5910) < 1e-4)
  }

  @Test("probabilities are reported where asked for, the chosen one first when greedy")
  func probabilities() throws {
    let stories = try Fixture.stories.get()
    var options = Fixture.options(tokens: 5)
    options.sampling.logProbabilities = 3
    let session = try GenerationSession(stories)
    try session.begin([1], options: options)
    while let piece = try session.step() {
      #expect(piece.token.alternatives.count == 3)
      #expect(piece.token.alternatives[0].0 == piece.token.token)
      #expect(piece.token.alternatives[0].1 == piece.token.logProbability)
    }
  }
}
