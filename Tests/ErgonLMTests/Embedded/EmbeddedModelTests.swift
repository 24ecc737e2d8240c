import ErgonLM
import Testing

@Suite struct EmbeddedModelTests {
  @Test("the story model is ternary, small, and has a record of its making")
  func facts() throws {
    let file = try EmbeddedModel.file()
    let configuration = try ModelConfiguration(file)
    #expect(configuration.roundsToTernary)
    #expect((1_000_000...5_000_000).contains(configuration.trainableParameters()))
    let bytes = try file.tensors.reduce(0) { $0 + (try file.bytes(of: $1.name).bytes.count) }
    #expect(bytes < 1_500_000)
    let record = try JSONValue(parsing: EmbeddedModel.record, source: "record")
    let losses = try #require(record["ternary"]?["losses"]?.arrayValue)
    #expect(losses.count > 1)
    let sessions = try #require(record["ternary"]?["sessions"]?.arrayValue)
    #expect(sessions.allSatisfy { $0["energy"]?["bestJ"]?.doubleValue ?? 0 > 0 })
  }

  @Test("it tells a story in words, the same one for the same seed")
  func story() async throws {
    let model = try LanguageModel.embedded()
    var options = GenerationOptions()
    options.sampling.seed = 3
    options.maximumTokens = 120
    var stories: [String] = []
    for _ in 0..<2 {
      var story = ""
      for try await piece in model.generate("Once upon a time", options: options) {
        story += piece.text
      }
      stories.append(story)
    }
    #expect(stories[0] == stories[1])
    let words = stories[0].split { !$0.isLetter && $0 != "'" }
    #expect(words.count > 30, "\(stories[0])")
    // A child's words: nearly all of them are short and in small letters.
    #expect(words.count { $0.count <= 9 } * 10 >= words.count * 9, "\(stories[0])")
  }
}
