import Testing

@testable import ErgonLM

@Suite("Stacks of small threads")
struct StackTests {
  /// What lies below the work.
  private let reserve = 64 << 10

  /// Runs `isTaken` with the greatest depth that it takes, and what is beyond.
  private static func deepest(_ isTaken: (Int) -> Bool) {
    var (low, high) = (1, 600)
    while low < high {
      let middle = (low + high + 1) / 2
      if isTaken(middle) { low = middle } else { high = middle - 1 }
    }
  }

  private static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  private static func renders(_ source: String) -> Bool {
    (try? ChatTemplate(source: source, name: "t").render(messages: [])) != nil
  }

  @Test(
    "A template at the limit of depth",
    arguments: [
      ("{{ ", "(", "1", ")", " }}"), ("{{ ", "[", "1", "]", " }}"), ("{{ ", "-", "1", "", " }}"),
      ("{{ ", "not ", "1", "", " }}"), ("{{ ", "{1:", "1", "}", " }}"),
      ("{{ ", "1 ~ 1 * 1 ** (", "1", ")", " }}"), ("{{ ", "", "x", " | string", " }}"),
      ("{{ ", "[1] | join(", "1", ")", " }}"), ("{{ ", "'a'.split(", "'a'", ")[0]", " }}"),
      ("{{ ", "(", "1", " if 1 else 2)", " }}"), ("{{ ", "1 is sameas(", "1", ")", " }}"),
      ("{{ ", "[1][", "0", "] - 1", " }}"), ("{{ ", "1 in [", "1", "]", " }}"),
      ("", "{% if 1 %}", "1", "{% endif %}", ""),
      ("", "{% for i in [1] %}", "1", "{% endfor %}", ""),
      ("", "{% with a = 1 %}", "1", "{% endwith %}", ""),
      ("", "{% filter trim %}", "1", "{% endfilter %}", ""),
      ("", "{% set a %}", "1", "{% endset %}", ""),
      ("", "{% macro f() %}", "1", "{% endmacro %}{{ f() }}", ""),
      ("{% macro f() %}{{ caller() }}{% endmacro %}", "{% call f() %}", "1", "{% endcall %}", ""),
    ])
  func template(before: String, open: String, inner: String, close: String, after: String) {
    let use = stackUse {
      Self.deepest { depth in
        Self.renders(
          before + Self.repeated(open, depth) + inner + Self.repeated(close, depth) + after)
      }
    }
    #expect(use < smallStack - reserve)
  }

  @Test(
    "A macro that calls itself",
    arguments: [
      "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
      "{% macro f() %}{% for i in [1] %}{{ [f()] | join }}{% endfor %}{% endmacro %}{{ f() }}",
      "{% macro f() %}{% set a %}{{ f() }}{% endset %}{% endmacro %}{{ f() }}",
      "{% macro f() %}{% call f() %}{{ f() }}{% endcall %}{% endmacro %}{{ f() }}",
      "{% macro f(a=f()) %}{% endmacro %}{{ f() }}",
      "{% macro f() %}{% call f() %}{% endcall %}{{ caller() }}{% endmacro %}{{ f() }}",
    ])
  func macros(source: String) {
    let use = stackUse { _ = Self.renders(source) }
    #expect(use < smallStack - reserve)
  }

  @Test(
    "Values at the limit of depth",
    arguments: [
      "{{ ns.v }}", "{{ ns.v | tojson }}", "{{ ns.v | tojson(indent=1) }}", "{{ ns.v == ns.w }}",
      "{{ ns.v < ns.w }}", "{{ [ns.v, ns.w] | sort | length }}",
      "{{ ns.v | map('map', 'map', 'map', 'map', 'list') | list | length }}",
    ])
  func values(source: String) {
    let use = stackUse {
      Self.deepest { depth in
        Self.renders(
          "{% set ns = namespace(v=[1], w=[2]) %}{% for i in range(\(depth)) %}"
            + "{% set ns.v = [ns.v] %}{% set ns.w = [ns.w] %}{% endfor %}" + source)
      }
    }
    #expect(use < smallStack - reserve)
  }

  @Test("JSON at the limit of depth", arguments: [("[", "]"), ("{\"a\":", "}")])
  func json(open: String, close: String) {
    let use = stackUse {
      Self.deepest { depth in
        let text = Self.repeated(open, depth) + "1" + Self.repeated(close, depth)
        guard let value = try? JSONValue(parsing: text, source: "t") else { return false }
        return value.serialized(indent: 1).utf8.count > depth && value == value
      }
    }
    #expect(use < smallStack - reserve)
  }

  @Test(
    "A grammar at the limit of depth",
    arguments: [
      ("(", ")"), ("(", ")*"), ("(", ")*+?*+?*+?*+?*+?*+?*+?*+?*+?*+?"), ("(", "){1}{1}{1}{1}{1}"),
      ("(\"a\" | ", ")"), ("(\"a\" ", ")?"),
    ])
  func grammar(open: String, close: String) {
    let use = stackUse {
      Self.deepest { depth in
        let text = "root ::= " + Self.repeated(open, depth) + "\"a\"" + Self.repeated(close, depth)
        return (try? Grammar(gbnf: text))?.matches("aaa") != nil
      }
    }
    #expect(use < smallStack - reserve)
  }

  @Test("Readings of a text that differ in their depth are brought together")
  func stacks() throws {
    let grammar = try Grammar(gbnf: #"root ::= "(" root ")" | "x" | "(((x""#)
    let use = stackUse {
      Self.deepest { depth in
        grammar.matches(Self.repeated("(", depth) + "x" + Self.repeated(")", depth))
      }
    }
    #expect(use < smallStack - reserve)
  }

  @Test(
    "A schema at the limit of depth",
    arguments: [
      (##"{"type": "array", "items": "##, "{}", "}"), (##"{"anyOf": ["##, "{}", "]}"),
      (##"{"allOf": ["##, "{}", "]}"), (##"{"type":"string","pattern":"^"##, "a", ##"$"}"##),
      (##"{"properties": {"a": "##, "{}", ##"}, "type": "object"}"##),
    ])
  func schema(open: String, inner: String, close: String) {
    let use = stackUse {
      Self.deepest { depth in
        let isPattern = open.hasSuffix("^")
        let text =
          isPattern
          ? open + Self.repeated("(b|", depth) + inner + Self.repeated(")+", depth) + close
          : Self.repeated(open, depth) + inner + Self.repeated(close, depth)
        guard let value = try? JSONValue(parsing: text, source: "t") else { return false }
        return (try? Grammar(jsonSchema: value)) != nil
      }
    }
    #expect(use < smallStack - reserve)
  }
}
