import Testing

@testable import ErgonLM

@Suite("Conversations")
struct ChatSessionTests {
  private func chat(system: String? = nil, tokens: Int = 6) throws -> ChatSession {
    var options = Fixture.options(tokens: tokens)
    options.ignoresEnd = true
    return try ChatSession(try Fixture.tiny.get(), system: system, options: options)
  }

  @Test("a question is read behind what was said before, most of which the cache still has")
  func cache() throws {
    let chat = try chat(system: "Be kind.")
    var answer = Generation.Answer()
    try chat.reply(to: "Hello?", into: &answer)
    #expect(answer.counts.reused == 0)
    let read = answer.counts.prompt
    try chat.reply(to: "Who?", into: &answer)
    // What is read again begins where the first answer's text became tokens of a prompt.
    #expect(answer.counts.reused >= read)
    #expect(chat.messages.map(\.role) == [.system, .user, .assistant, .user, .assistant])
    chat.reset()
    #expect(chat.messages == [ChatMessage(.system, "Be kind.")])
  }

  @Test("a full context forgets the oldest questions and never the first instruction")
  func forgetting() throws {
    let chat = try chat(system: "S")
    var answer = Generation.Answer()
    for _ in 0..<8 { try chat.reply(to: "what is it that is so?", into: &answer) }
    #expect(chat.forgotten > 0)
    #expect(chat.messages.first == ChatMessage(.system, "S"))
    #expect(answer.counts.prompt <= chat.contextLength)
    #expect(chat.messages.filter { $0.role == .user }.count == 8 - chat.forgotten)
  }

  @Test("a stopped answer stays as far as it came; a question that cannot be read leaves no trace")
  func stopping() throws {
    let chat = try chat(tokens: 20)
    var answer = Generation.Answer()
    #expect(throws: (any Error).self) {
      try chat.reply(to: "a", into: &answer, in: StopAfter(3, of: "answer"))
    }
    #expect(chat.messages.count == 2)
    #expect(chat.messages[1].content == answer.text)
    #expect(throws: LMError.self) {
      try chat.reply(to: String(repeating: "long ", count: 100), into: &answer)
    }
    #expect(chat.messages.count == 2)
  }
}
