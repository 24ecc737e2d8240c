import ErgonTensor
import Foundation
import Testing

@testable import ErgonLM

@Suite("Hostile chat templates")
struct HostileTemplateTests {
  private static let grow = "{% set ns = namespace(v="
  private static let each = ") %}{% for i in range(99999) %}"

  @Test(
    "a template that would not end, or fill the memory, is stopped",
    arguments: [
      "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
      "\(grow)'ab'\(each){% set ns.v = ns.v ~ ns.v %}{% endfor %}",
      "\(grow)[1]\(each){% set ns.v = ns.v + ns.v %}{% endfor %}",
      "\(grow)[]\(each){% set ns.v = [ns.v] %}{% endfor %}",
      "\(grow)[1]\(each){% set ns.v = [ns.v, ns.v] %}{% endfor %}",
      "\(grow)[]\(each){% for x in [ns.v] %}{% set ns.v = loop %}{% endfor %}{% endfor %}",
      "\(grow)'a'\(each){% set ns.v = ns.v | replace('a', 'a' * 99) %}{% endfor %}",
      "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
      "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(0) }}",
      "{% set a = 'a' * 1000000 %}{{ (a ~ 'b').find(a ~ 'c') }}{{ a.find(a[1:] ~ 'c') }}",
      "{% set a = range(99999) | list %}{% for i in range(99999) %}{{ a == a }}{% endfor %}",
      "{% set a = range(99999) | list %}{% for i in range(99999) %}{{ a | sum }}{% endfor %}",
      "{{ 'a' * 9223372036854775807 }}", "{{ [1] * 99999999 }}", "{{ range(99999999) }}",
      "{{ range(0, -9223372036854775807 - 1, -1) }}",
      "{{ range(9223372036854775807, -9223372036854775807 - 1, -1) }}",
      "{% for i in range(30000) %}{% macro k() %}{% endmacro %}{% endfor %}",
      "{% for i in range(30000) %}{% set x = namespace(a=1) %}{% endfor %}",
      "{{ ('a' * 60000) | list | length }}", "{{ ('a ' * 50000).split() | length }}",
      "{{ '\\n' * 1000000 | indent(1000) }}", "{{ 9223372036854775807 + 1 }}",
      "{{ 0 - 9223372036854775807 - 2 }}", "{{ (-9223372036854775807 - 1) // -1 }}",
      "{{ 2 ** 64 }}", "{{ -(-9223372036854775807 - 1) }}", "{{ 9223372036854775808 }}",
    ])
  func stopped(source: String) {
    #expect(throws: LMError.self) {
      try ChatTemplate(source: source, name: "t").render([:], now: .current, stepLimit: 200_000)
    }
  }

  @Test(
    "nesting beyond what templates need is refused, never followed",
    arguments: [
      ("(", "1", ")"), ("[", "", "]"), ("-", "1", ""), ("not ", "1", ""), ("{1:", "1", "}"),
      ("", "a", ".b"), ("", "1", " | string"), ("", "a", "()"), ("", "a", "[0]"),
      ("", "1", " is defined"), ("", "1", " if 1 else 1"), ("f(", "1", ")"), ("'a' ~ (", "1", ")"),
    ])
  func nesting(open: String, inner: String, close: String) {
    let (left, right) = (
      String(repeating: open, count: 20_000), String(repeating: close, count: 20_000)
    )
    for source in ["{{ \(left)\(inner)\(right) }}", "{{ \(left)"] {
      #expect(throws: LMError.self) {
        try ChatTemplate(source: source, name: "t").render([:], now: .current)
      }
    }
    #expect(throws: LMError.self) {
      try ChatTemplate(source: String(repeating: "{% if 1 %}", count: 20_000), name: "t")
    }
  }

  @Test(
    "ranges are as long as their numbers say, to the ends of what a number holds",
    arguments: [
      ("range(9223372036854775806, 9223372036854775807, 9223372036854775807)", "1"),
      ("range(5, -9223372036854775807 - 1)", "0"), ("range(0, 7, -9223372036854775807 - 1)", "0"),
      ("range(7, 0, -9223372036854775807 - 1)", "1"), ("range(7, 0, -2)", "4"), ("range(-3)", "0"),
      ("range(9223372036854775807, -9223372036854775807, -9223372036854775807 - 1)", "2"),
      ("range(100000)", "100000"),
    ])
  func ranges(range: String, length: String) throws {
    let template = try ChatTemplate(source: "{{ \(range) | length }}", name: "t")
    #expect(try template.render(messages: []) == length)
  }

  @Test("long lists of things at one level are no nesting")
  func length() throws {
    let sum = String(repeating: " + 1", count: 5000)
    let text = try ChatTemplate(source: "{{ 1\(sum) }}", name: "t").render(messages: [])
    #expect(text == "5001")
    let elif = String(repeating: "{% elif 0 %}", count: 2000)
    let source = "{% if 0 %}\(elif){% else %}a{% endif %}"
    #expect(try ChatTemplate(source: source, name: "t").render(messages: []) == "a")
  }

  @Test("what holds itself or hangs in a long chain is let go without following it")
  func chains() throws {
    for step in [
      "{% set ns.v = namespace(p=ns.v) %}",
      "{% set v = ns.v %}{% macro k() %}{{ v }}{% endmacro %}{% set ns.v = k %}",
      "{% set x = loop.changed(loop) %}", "{% set ns.v = [ns] %}",
    ] {
      let source =
        "{% set ns = namespace(v=none) %}{% for i in range(20000) %}\(step){% endfor %}ok"
      let text = try ChatTemplate(source: source, name: "t").render(messages: [])
      #expect(text == "ok")
    }
  }

  @Test("a template of a megabyte and more, and values of a hundred levels, are refused")
  func sizes() throws {
    let long = String(repeating: "a", count: 1 << 20)
    #expect(throws: LMError.self) { try ChatTemplate(source: long + "a", name: "t") }
    #expect(try ChatTemplate(source: long, name: "t").render(messages: []) == long)
    var deep = JSONValue.null
    for _ in 0..<500 { deep = [deep] }
    let template = try ChatTemplate(source: "{{ tools }}", name: "t")
    #expect(throws: LMError.self) { try template.render(messages: [], tools: deep) }
  }

  @Test("no mangled template traps")
  func fuzz() throws { try fuzz(rounds: 3000, seed: 1) }

  @Test(
    "no mangled template traps in a million rounds", .tags(.slow),
    .enabled(if: ProcessInfo.processInfo.environment["ERGON_FUZZ"] != nil))
  func longFuzz() throws { try fuzz(rounds: 1_000_000, seed: 2) }

  private func fuzz(rounds: Int, seed: UInt64) throws {
    var random = RandomStream(seed: seed)
    var sources = try ChatGolden.own.map { Array(try ChatGolden.template($0).utf8) }
    let table = try ChatGolden.json("expressions.json").arrayValue ?? []
    sources += table.compactMap { $0[0]?.stringValue.map { Array($0.utf8) } }
    let variables = try ChatGolden.cases(of: "inst.jinja")[13].variables.merging(
      ChatGolden.variables()
    ) { $1 }
    let pieces = [
      "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", " | ", "(", ")", "[", "]", "{", "}", ":", ",",
      ".", "~", "'", "\"", "\\", "\n", " is ", " not ", " if ", " else ", " in ", "for ", "endfor",
      "set ", "macro ", "loop", "9223372036854775807", "-1", "1e999", "*", "//", "%", "**", "::",
      "\u{0}", "é", "none", "range(9)", "tojson", "indent(", "split(", "caller()", "varargs",
    ].map { Array($0.utf8) }
    func below(_ bound: Int) -> Int { Int.random(in: 0..<max(bound, 1), using: &random) }
    var (parsed, rendered) = (0, 0)
    for _ in 0..<rounds {
      var bytes = sources[below(sources.count)]
      for _ in 0..<(1 + below(3)) {
        let at = below(bytes.count + 1)
        let end = min(bytes.count, at + below(12))
        switch below(5) {
        case 0: bytes.removeSubrange(at..<end)
        case 1: bytes.insert(contentsOf: pieces[below(pieces.count)], at: at)
        case 2: bytes.replaceSubrange(at..<end, with: pieces[below(pieces.count)])
        case 3: bytes.insert(contentsOf: bytes[at..<end], at: below(bytes.count + 1))
        default:
          let other = sources[below(sources.count)]
          let start = below(other.count)
          bytes.insert(contentsOf: other[start..<min(other.count, start + 40)], at: at)
        }
      }
      let source = String(decoding: bytes, as: UTF8.self)
      guard let template = try? ChatTemplate(source: source, name: "t") else { continue }
      parsed += 1
      if (try? template.render(variables, now: ChatGolden.now, stepLimit: 20_000)) != nil {
        rendered += 1
      }
    }
    #expect(parsed > rounds / 10 && rendered > rounds / 100)
  }
}
