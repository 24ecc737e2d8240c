import ErgonWorkload
import Testing

@testable import ErgonLM

/// Bytes, and some marks that are tokens.
private struct MarkTokenizer: Tokenizer {
  static let end: TokenID = 257
  let marks: [String]
  var endsWith: Set<TokenID> = []
  let vocabularySize = 1024
  let dropsLeadingSpace = false

  var special: SpecialTokens {
    SpecialTokens(
      beginning: token(named: "<s>"), end: Self.end, endOfGeneration: endsWith.union([Self.end]))
  }

  func encode(_ text: String, addingSpecial: Bool, parsingSpecial: Bool) -> [TokenID] {
    var tokens: [TokenID] = addingSpecial ? [special.beginning].compactMap { $0 } : []
    var rest = Substring(text)
    while !rest.isEmpty {
      if parsingSpecial, let mark = marks.firstIndex(where: { rest.hasPrefix($0) }) {
        tokens.append(TokenID(300 + mark))
        rest = rest.dropFirst(marks[mark].count)
      } else {
        tokens += String(rest.removeFirst()).utf8.map { TokenID($0) }
      }
    }
    return tokens
  }

  func bytes(of token: TokenID) -> [UInt8] { token < 256 ? [UInt8(token)] : [] }
  func piece(of token: TokenID) -> String {
    token >= 300 && Int(token) - 300 < marks.count ? marks[Int(token) - 300] : "<\(token)>"
  }
  func token(named piece: String) -> TokenID? {
    marks.firstIndex(of: piece).map { TokenID(300 + $0) }
  }
  func isSpecial(_ token: TokenID) -> Bool { token >= 256 }
}

@Suite("How conversations become tokens")
struct ChatFormatTests {
  private func language(_ tokenizer: MarkTokenizer, template: String? = nil) throws -> LanguageModel
  {
    try LanguageModel(
      name: "m", model: try Fixture.tiny.get().model, tokenizer: tokenizer,
      templateSource: template)
  }

  private static let talk = [
    ChatMessage(.system, "S"), ChatMessage(.user, "q"), ChatMessage(.assistant, "a"),
    ChatMessage(.user, "r"),
  ]

  @Test(
    "a model without a template gets the form whose marks it knows",
    arguments: [
      (
        ["<|im_start|>", "<|im_end|>"],
        """
        <|im_start|>system
        S<|im_end|>
        <|im_start|>user
        q<|im_end|>
        <|im_start|>assistant
        a<|im_end|>
        <|im_start|>user
        r<|im_end|>
        <|im_start|>assistant

        """
      ),
      (
        ["<s>", "<|start_header_id|>"],
        """
        <s><|start_header_id|>system<|end_header_id|>

        S<|eot_id|><|start_header_id|>user<|end_header_id|>

        q<|eot_id|><|start_header_id|>assistant<|end_header_id|>

        a<|eot_id|><|start_header_id|>user<|end_header_id|>

        r<|eot_id|><|start_header_id|>assistant<|end_header_id|>


        """
      ),
      (
        ["<start_of_turn>"],
        """
        <start_of_turn>user
        S

        q<end_of_turn>
        <start_of_turn>model
        a<end_of_turn>
        <start_of_turn>user
        r<end_of_turn>
        <start_of_turn>model

        """
      ),
      ([], "System: S\nUser: q\nAssistant: a\nUser: r\nAssistant:"),
    ])
  func builtIn(marks: [String], text: String) throws {
    let tokenizer = MarkTokenizer(marks: marks)
    let format = try ChatFormat(of: try language(tokenizer))
    let tokens = try format.tokens(Self.talk)
    #expect(
      tokens.map { $0 < 256 ? "\(Unicode.Scalar(UInt8($0)))" : tokenizer.piece(of: $0) }
        .joined() == text)
  }

  @Test("there is one beginning, whether the template writes it or not")
  func beginning() throws {
    let tokenizer = MarkTokenizer(marks: ["<s>", "<|eot_id|>"])
    for template in ["{{ bos_token }}x", "x"] {
      let format = try ChatFormat(of: try language(tokenizer, template: template))
      #expect(try format.tokens([]) == [300, 0x78])
    }
    let none = MarkTokenizer(marks: ["<|eot_id|>"])
    let format = try ChatFormat(of: try language(none, template: "<|eot_id|>x"))
    #expect(try format.tokens([]) == [300, 0x78])
  }

  @Test("what ends an answer is a text only where no token does")
  func stops() throws {
    let template = "{{ '<|im_end|>' }}"
    func stops(_ tokenizer: MarkTokenizer, _ template: String?) throws -> [String] {
      try ChatFormat(of: try language(tokenizer, template: template)).stopStrings
    }
    #expect(try stops(MarkTokenizer(marks: []), template) == ["<|im_end|>"])
    #expect(try stops(MarkTokenizer(marks: ["<|im_end|>"]), template) == ["<|im_end|>"])
    #expect(try stops(MarkTokenizer(marks: ["<|im_end|>"], endsWith: [300]), template) == [])
    #expect(try stops(MarkTokenizer(marks: []), nil) == ["\nUser:", "\nSystem:"])
  }

  @Test("what a template refuses is told at once, or leaves no trace of the question")
  func refusals() throws {
    let template = """
      {% for m in messages %}{% if m.role == 'system' or 'bad' in m.content %}\
      {{ raise_exception('No ' ~ m.role) }}{% endif %}{{ m.content }}{% endfor %}
      """
    let language = try language(MarkTokenizer(marks: ["<s>"]), template: template)
    #expect(throws: LMError.self) { try ChatSession(language, system: "S") }
    var options = Fixture.options(tokens: 2)
    options.ignoresEnd = true
    let chat = try ChatSession(language, options: options)
    var answer = Generation.Answer()
    try chat.reply(to: "good", into: &answer)
    #expect(throws: LMError.self) { try chat.reply(to: "bad", into: &answer) }
    #expect(chat.messages.map(\.role) == [.user, .assistant])
    // What ends a turn does so whatever options are set later.
    let play = try ChatSession(try self.language(MarkTokenizer(marks: [])))
    play.options = options
    play.options.maximumTokens = 12
    play.options.constraint = Choices(["x\nUser: y"])
    try play.reply(to: "good", into: &answer)
    #expect(answer.finish == .stopString && answer.text == "x")
    #expect(throws: LMError.self) {
      try self.language(MarkTokenizer(marks: []), template: "{{").chat()
    }
  }
}

extension LanguageModel {
  fileprivate func chat() throws -> ChatSession { try ChatSession(self) }
}
