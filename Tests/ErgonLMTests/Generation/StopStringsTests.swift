import Testing

@testable import ErgonLM

@Suite("Stop strings")
struct StopStringsTests {
  /// What comes out of a text that is fed in pieces of `size` characters.
  private func stream(_ text: String, _ stops: [String], by size: Int) -> (String, Bool) {
    var matcher = StopStrings(stops)
    var out = ""
    var rest = text[...]
    while !rest.isEmpty {
      let (certain, isStopped) = matcher.append(String(rest.prefix(size)))
      out += certain
      if isStopped { return (out, true) }
      rest = rest.dropFirst(size)
    }
    return (out + matcher.finish(), false)
  }

  @Test(
    "the first stop string ends the text before it, however the text is cut",
    arguments: [
      ("one\n\ntwo", ["\n\n"], "one", true), ("one\ntwo", ["\n\n"], "one\ntwo", false),
      ("abcabd!", ["abd"], "abc", true), ("aaab", ["aab"], "a", true),
      ("über\u{1F600}x", ["\u{1F600}"], "über", true), ("stop", ["stop"], "", true),
      ("a</s", ["</s>"], "a</s", false), ("xyz", [], "xyz", false), ("xyz", [""], "xyz", false),
      ("user: hi assistant:", ["assistant:", "user:"], "", true),
    ] as [(String, [String], String, Bool)], 1...4)
  func cuts(_ example: (text: String, stops: [String], out: String, ends: Bool), size: Int) {
    let (out, isStopped) = stream(example.text, example.stops, by: size)
    #expect(out == example.out)
    #expect(isStopped == example.ends)
  }

  @Test("only what may become a stop string waits")
  func holdsBack() {
    var stops = StopStrings(["</s>", "\n\n"])
    #expect(stops.append("a<").text == "a")
    #expect(stops.append("b").text == "<b")
    #expect(stops.append("c\n").text == "c")
    #expect(stops.append("d").text == "\nd")
    #expect(stops.finish() == "")
  }
}
