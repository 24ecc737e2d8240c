import Foundation
import Testing

@testable import ErgonLM

private let published = URL(
  filePath: (ProcessInfo.processInfo.environment["ERGON_DATA"] ?? "") + "/chat-templates")
private let hasPublished = FileManager.default.fileExists(
  atPath: published.appending(path: "google-gemma-2-2b-it.jinja").path)

@Suite("Chat templates")
struct ChatTemplateTests {
  private func expectGolden(_ name: String, _ source: String) throws {
    let template = try ChatTemplate(source: source, name: name)
    let cases = try ChatGolden.cases(of: name)
    #expect(cases.count == 26)
    for example in cases {
      let text = try? template.render(example.variables, now: ChatGolden.now)
      #expect(text.map { Array($0.utf8) } == example.text.map { Array($0.utf8) }, "\(example.name)")
    }
  }

  @Test("conversations become what jinja2 makes of them, byte for byte", arguments: ChatGolden.own)
  func own(name: String) throws {
    try expectGolden(name, try ChatGolden.template(name))
  }

  @Test(
    "published templates, too", .tags(.realData), .enabled(if: hasPublished, "set ERGON_DATA"),
    arguments: ["Qwen-Qwen2.5-7B-Instruct.jinja", "google-gemma-2-2b-it.jinja"])
  func published(name: String) throws {
    try expectGolden(name, try ChatGolden.template(name, in: ErgonLMTests.published))
  }

  @Test("operators, filters, tests, methods and statements do what they do in jinja2")
  func expressions() throws {
    let variables = try ChatGolden.variables()
    let rows = try #require(try ChatGolden.json("expressions.json").arrayValue)
    #expect(rows.count > 500)
    for row in rows {
      let source = try #require(row[0]?.stringValue)
      let text = try? ChatTemplate(source: source, name: "t").render(variables, now: ChatGolden.now)
      #expect(
        text.map { Array($0.utf8) } == row[1]?.stringValue.map { Array($0.utf8) }, "\(source)")
    }
  }

  @Test("messages, tools and variables reach the template by their names, in their order")
  func names() throws {
    let source = """
      {{ bos_token }}{% for m in messages %}{{ m | tojson }}{% endfor %}{{ tools | tojson }}\
      {{ add_generation_prompt }}{{ documents is none }}{{ enable_thinking }}{{ eos_token }}\
      {{ strftime_now('%d %b %Y') }}
      """
    let text = try ChatTemplate(source: source, name: "t").render(
      messages: [
        ChatMessage(.user, "é"), ChatMessage(.assistant, nil, fields: ["tool_calls": [1]]),
      ],
      tools: [["z": 1, "a": 2]], addingGenerationPrompt: false,
      variables: ["enable_thinking": false], beginning: "<s>", end: "</s>",
      now: CivilTime(year: 2025, month: 1, day: 2))
    #expect(
      text == #"<s>{"role": "user", "content": "é"}"#
        + #"{"role": "assistant", "content": null, "tool_calls": [1]}"#
        + #"[{"z": 1, "a": 2}]FalseTrueFalse</s>02 Jan 2025"#)
  }

  @Test("a template refuses in its own words")
  func refusal() throws {
    let template = try ChatTemplate(
      source: "{{ raise_exception('System role not supported') }}", name: "m.gguf")
    #expect(
      throws: LMError.request(
        what: "chat template of m.gguf", reason: "System role not supported",
        mend: "change the conversation so that the model's template takes it")
    ) { try template.render(messages: []) }
  }

  @Test(
    "what is wrong is told with line and column",
    arguments: [
      ("a\n{{ 'é' ~ (1 }}", "line 2, column 13"), ("{% if x %}", "line 1, column 11"),
      ("\r\n\r\n{% nope %}", "line 3, column 1"), ("{{ 1 +\n\n }}", "line 3, column 2"),
      ("x\n {{ u.v }}", "line 2, column 6"), ("{% for a in 5 %}{% endfor %}", "line 1, column 1"),
      ("\n{{ 1 | nope }}", "line 2, column 8"), ("{{ 1 is nope }}", "line 1, column 9"),
      ("{{ '%s' % 1 }}", "line 1, column 4"), ("{{ 1\n / 0 }}", "line 1, column 4"),
    ])
  func places(source: String, place: String) {
    do {
      let text = try ChatTemplate(source: source, name: "t").render(messages: [])
      Issue.record("rendered: \(text)")
    } catch {
      #expect("\(error)".contains(place), "\(error)")
    }
  }
}
