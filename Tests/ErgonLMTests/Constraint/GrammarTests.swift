import ErgonLM
import ErgonTensor
import Testing

@Suite("Grammars")
struct GrammarTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var grammar: String
    var accepted: [String]
    var rejected: [String]
    var testDescription: String { String(grammar.prefix(40)) }
  }

  static let cases = [
    Case(grammar: #"root ::= "a""#, accepted: ["a"], rejected: ["", "b", "aa"]),
    Case(grammar: "root ::=", accepted: [""], rejected: ["a"]),
    Case(
      grammar: #"root ::= "a" | "ab" | "abc""#, accepted: ["a", "ab", "abc"], rejected: ["abcd"]),
    Case(grammar: "root ::= [a-c]*", accepted: ["", "abcabc"], rejected: ["abd"]),
    Case(grammar: "root ::= [^a-c]+", accepted: ["x", "é🙂"], rejected: ["", "xa"]),
    Case(grammar: "root ::= [a-]", accepted: ["a", "-"], rejected: ["b"]),
    Case(grammar: #"root ::= [\]\\\[]+"#, accepted: ["]\\["], rejected: ["a"]),
    Case(grammar: "root ::= .", accepted: ["a", "é", "🙂", "\n"], rejected: ["", "ab"]),
    Case(
      grammar: #"root ::= "\x41\u00e9\U0001F642\n\t\"""#, accepted: ["Aé🙂\n\t\""],
      rejected: ["Aé🙂"]),
    Case(grammar: "root ::= [a]{2}", accepted: ["aa"], rejected: ["", "a", "aaa"]),
    Case(grammar: "root ::= [a]{2,}", accepted: ["aa", "aaaaaaa"], rejected: ["", "a"]),
    Case(grammar: "root ::= [a]{1,3}", accepted: ["a", "aa", "aaa"], rejected: ["", "aaaa"]),
    Case(grammar: "root ::= [a]{0}", accepted: [""], rejected: ["a"]),
    Case(grammar: #"root ::= ("a" "b"?){2,3} "c""#, accepted: ["aac", "abaabc"], rejected: ["ac"]),
    Case(grammar: #"root ::= ("a"? "b"?)*"#, accepted: ["", "ab", "bbaab"], rejected: ["c"]),
    Case(
      grammar: #"root ::= ("a"?){3} "b""#, accepted: ["b", "aaab"], rejected: ["aaaab", "aaa"]),
    Case(
      grammar: "root ::= a\na ::= \"x\" |\n  \"y\" # two\n\n  # lines\nb ::= \"z\"\r\n",
      accepted: ["x", "y"], rejected: ["z"]),
    Case(
      grammar: #"root ::= "(" root ")" | "x""#, accepted: ["x", "((x))"], rejected: ["((x)", "x)"]),
    Case(
      grammar: #"root ::= "a" root "a" | "b" root "b" | """#,
      accepted: ["", "abba", "aabbaa"], rejected: ["aab", "ab"]),
    Case(
      grammar: #"root ::= "a" root "b" | "a" root "c" | """#,
      accepted: [
        "", "aabc", String(repeating: "a", count: 200) + String(repeating: "c", count: 200),
      ],
      rejected: ["aab", String(repeating: "a", count: 200) + String(repeating: "c", count: 199)]),
    Case(
      grammar: #"root ::= "x" list; list ::= "a""#.replacing("; ", with: "\n")
        + "\nitem ::= list", accepted: ["xa"], rejected: ["x"]),
    Case(
      grammar: "root ::= \"x\" dead | \"y\"\ndead ::= \"a\" dead", accepted: ["y"],
      rejected: ["x", "xa"]),
    Case(
      grammar: arithmetic, accepted: ["1+2=3\n", "(a0 +3)*b= 7\n", "1=1\n\n2=2\n"],
      rejected: ["", "1+2=3", "(1+2=3\n", "1+=2\n"]),
    Case(grammar: list, accepted: ["- a\n", "- a\n- b c é\n"], rejected: ["- \n", "- a", "a\n"]),
    Case(
      grammar: json,
      accepted: [
        "{}", #"{"a": [1, -2.5e3, true, null], "b": {"c": "\u00e9\n😀"}}"#, "{\n  \"a\": \"\"}\n",
      ],
      rejected: ["", "[]", "{", #"{"a" 1}"#, #"{"a": 01}"#, #"{"a": "\q"}"#, "{,}"]),
  ]

  @Test("A grammar accepts what it says and nothing else", arguments: cases)
  func table(_ item: Case) throws {
    let grammar = try Grammar(gbnf: item.grammar)
    for text in item.accepted { #expect(grammar.matches(text), "\(text)") }
    for text in item.rejected { #expect(!grammar.matches(text), "\(text)") }
  }

  @Test(
    "An error says where and what",
    arguments: [
      ("root ::= \"a", "line 1, column 12", "not closed"),
      ("root ::= \"a\nb\"", "line 1, column 12", "not closed"),
      ("root ::= a\n\nb ::= \"x\"", "line 1, column 10", "'a' is nowhere"),
      ("a ::= \"x\"\n", "line 2, column 1", "no rule 'root'"),
      ("", "line 1, column 1", "no rule 'root'"),
      ("root = \"a\"", "line 1, column 6", "expected '::='"),
      ("root ::= \"a\"\nroot ::= \"b\"", "line 2, column 1", "stands twice"),
      ("root ::= (\"a\"", "line 1, column 14", "expected ')'"),
      ("root ::= \"a\")", "line 1, column 13", "expected the rule's end"),
      ("root ::= [z-a]", "line 1, column 14", "backwards"),
      ("root ::= []", "line 1, column 10", "no character"),
      ("root ::= [^\\x00-\\U0010FFFF]", "line 1, column 10", "no character"),
      ("root ::= \"\\q\"", "line 1, column 12", "unknown escape"),
      ("root ::= \"\\x4\"", "line 1, column 14", "2 hex digits"),
      ("root ::= \"\\ud800\"", "line 1, column 13", "no code point"),
      ("root ::= \"a\"{3,2}", "line 1, column 13", "fewer than"),
      ("root ::= \"a\"{}", "line 1, column 14", "expected a number"),
      ("root ::= \"a\"{2", "line 1, column 15", "expected '}'"),
      ("root ::= \"a\"{99999999999999999999}", "line 1, column 18", "repetition of more than"),
      ("root ::= *", "line 1, column 10", "expected the rule's end"),
    ])
  func errors(text: String, place: String, reason: String) {
    let error = #expect(throws: LMError.self) { _ = try Grammar(gbnf: text) }
    let described = "\(error!)"
    #expect(described.contains(place) && described.contains(reason), "\(described)")
  }

  @Test(
    "Rules that begin with themselves, or never end, are refused",
    arguments: [
      ("root ::= root \"a\" | \"b\"", "'root' begins with itself"),
      ("root ::= a\na ::= \"x\"? b\nb ::= a \"y\" | \"z\"", "begins with itself"),
      ("root ::= (root?)* \"a\"", "'root' begins with itself"),
      ("root ::= root", "'root' begins with itself"),
      ("root ::= \"a\" root", "ever be complete"),
      ("root ::= \"a\" b\nb ::= \"(\" b \")\"", "ever be complete"),
    ])
  func refused(text: String, reason: String) {
    let error = #expect(throws: LMError.self) { _ = try Grammar(gbnf: text) }
    #expect("\(error!)".contains(reason), "\(error!)")
  }

  @Test("Hostile grammars end soon, with an error that says why")
  func hostile() throws {
    let deep = String(repeating: "(", count: 100_000)
    let ways = (0..<40).map { "r\($0) ::= r\($0 + 1) \"a\" | r\($0 + 1) \"b\"\n" }.joined()
    let copies = (0..<5).map { "r\($0) ::= r\($0 + 1){50000}\n" }.joined()
    let nested = "root ::= (((\"a\"{1000}){1000}){1000}){50000}"
    for (text, reason) in [
      ("root ::= " + deep, "nested deeper"),
      ("root ::= r0\n" + ways + "r40 ::= \"x\"", "ways at once"),
      ("root ::= r0\n" + (0..<30).map { "r\($0) ::= r\($0 + 1){20000}\n" }.joined(), "nowhere"),
      (
        "root ::= r0\n" + (0..<30).map { "r\($0) ::= r\($0 + 1){20000}\n" }.joined()
          + "r30 ::= [a]", "steps"
      ),
      ("root ::= \"a\"" + String(repeating: "*", count: 1000), "in a row"),
      ("root ::= ((\"a\"?){0,50000} | (\"b\"?){0,50000}){0,50000}", "ways at once"),
      (String(repeating: "x", count: 2 << 20), "bytes, more than"),
      ((0..<60_000).map { "r\($0) ::= \"a\"\n" }.joined(), "more than 50000 rules"),
    ] {
      let error = #expect(throws: LMError.self, "\(text.prefix(50))") {
        _ = try Grammar(gbnf: text)
      }
      if let error { #expect("\(error)".contains(reason), "\(error)") }
    }
    // Large, and within bounds: what is repeated is counted once.
    #expect(try Grammar(gbnf: nested).matches("a") == false)
    #expect(
      try Grammar(gbnf: "root ::= r0\n" + copies + "r5 ::= \"ab\"").matches("abab") == false)
  }

  @Test("Text nests as deep as the limit and no deeper")
  func depth() throws {
    let grammar = try Grammar(gbnf: #"root ::= "(" root ")" | "x""#)
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "x" + String(repeating: ")", count: depth)
    }
    #expect(grammar.matches(nested(500)))
    #expect(!grammar.matches(nested(100_000)))
  }

  @Test("One of several texts, however they begin")
  func choices() throws {
    let texts = ["", "a", "ab", "abc", "b", "été", "éta", "🙂", "ab", "yes", "yesterday"]
    let grammar = try Grammar(choices: texts)
    for text in texts { #expect(grammar.matches(text), "\(text)") }
    for text in ["aba", "abcd", "c", "é", "ét", "yest"] { #expect(!grammar.matches(text)) }
    #expect(throws: LMError.self) { _ = try Grammar(choices: []) }
    let many = (0..<5000).map { "choice number \($0)" }
    let large = try Grammar(choices: many)
    #expect(large.matches("choice number 4999") && !large.matches("choice number 5000"))
  }

  @Test(
    "Damaged grammars are refused or read, and never trap", arguments: [arithmetic, list, json])
  func damaged(text: String) throws { try damage(text, rounds: 700) }

  @Test(
    "A million damaged grammars never trap", .tags(.slow), .enabled(if: isFuzzRun),
    arguments: [arithmetic, list, json])
  func damagedLong(text: String) throws { try damage(text, rounds: 350_000) }

  private func damage(_ text: String, rounds: Int) throws {
    var draws = RandomStream(seed: UInt64(text.utf8.count))
    let pieces = [
      "root", "::=", "|", "\"", "[", "]", "(", ")", "*", "+", "?", "{", "}", "{2,3}", "{0,}", "\n",
      "\\", "\\x", "^", "-", "a", "ws", "#", ".", " ", "é", "😀", "9999",
    ]
    let original = Array(text.unicodeScalars)
    var read = 0
    for _ in 0..<rounds {
      var scalars = original
      for _ in 0..<Int.random(in: 1...4, using: &draws) {
        let at = Int.random(in: 0..<scalars.count, using: &draws)
        let end = min(scalars.count, at + Int.random(in: 0...6, using: &draws))
        scalars.replaceSubrange(
          at..<end, with: pieces.randomElement(using: &draws)!.unicodeScalars)
      }
      var damaged = String.UnicodeScalarView()
      damaged.append(contentsOf: scalars)
      do throws(LMError) {
        let grammar = try Grammar(gbnf: String(damaged))
        read += 1
        _ = grammar.matches("{\"a\": [1, 2]}")
        _ = grammar.matches("1+2=3\n- a\n")
      } catch {
        #expect(!"\(error)".isEmpty)
      }
    }
    #expect(read > 0 && read < rounds)
  }
}
