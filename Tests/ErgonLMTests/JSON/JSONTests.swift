import ErgonTensor
import Testing

@testable import ErgonLM

@Suite("JSON")
struct JSONTests {
  @Test(
    "Values read as what they are",
    arguments: [
      ("null", .null), (" true\n", true), ("false", false), ("0", 0), ("-12", -12),
      ("9223372036854775807", .integer(.max)), ("9223372036854775808", 9223372036854775808.0),
      ("1.5", 1.5), ("-2.5e-3", -0.0025), ("1E2", 100.0), ("1e23", 1e23), ("\"\"", ""),
      (#""a\"\\\/\b\f\n\r\tA""#, "a\"\\/\u{8}\u{C}\n\r\tA"), (#""\uD83D\uDE00""#, "😀"),
      ("\"é😀\"", "é😀"), ("[]", []), ("[1, [2], {}]", [1, [2], [:]]),
      ("{\"b\":1,\"a\":{\"c\":null}}", ["b": 1, "a": ["c": nil]]),
    ] as [(String, JSONValue)])
  func values(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text, source: "test") == expected)
  }

  @Test("Zero keeps its sign")
  func negativeZero() throws {
    #expect(try JSONValue(parsing: "-0", source: "test").doubleValue?.sign == .minus)
  }

  @Test(
    "What RFC 8259 does not allow is refused",
    arguments: [
      "", " ", "tru", "nul", "01", "-", "-a", "1.", ".5", "1e", "1e+", "+1", "0x1", "NaN", "1e999",
      "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\uD800\"", "\"\\uDC00\\uD800\"",
      "\"\\uD800\\u0041\"",
      "\"\n\"", "[", "[1", "[1,", "[1,]", "[,]", "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
      "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{\"a\":1,\"a\":2}", "1 2", "[] x", "'a'", "// c\n1",
      "\u{FEFF}1",
    ])
  func refused(text: String) {
    #expect(throws: LMError.self) { try JSONValue(parsing: text, source: "test") }
  }

  @Test(
    "Bytes that are not UTF-8 are refused",
    arguments: [
      [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xFF],
    ] as [[UInt8]])
  func illFormed(bytes: [UInt8]) {
    #expect(throws: LMError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22], source: "t") }
  }

  @Test("An error names line and column")
  func place() {
    let error = LMError.malformed(
      source: "a.json", place: "line 2, column 7", reason: "expected a value")
    #expect(throws: error) { try JSONValue(parsing: "{\n \"é\": ?}", source: "a.json") }
  }

  @Test("Nesting is read to a depth of 128 and refused past it")
  func depth() throws {
    let open = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
    _ = try JSONValue(parsing: open(128), source: "test")
    #expect(throws: LMError.self) { try JSONValue(parsing: open(129), source: "test") }
    let unclosed = String(repeating: "[{\"a\":", count: 100_000)
    #expect(throws: LMError.self) { try JSONValue(parsing: unclosed, source: "test") }
  }

  @Test("Keys keep their order and differ where their bytes do")
  func keys() throws {
    let names = (0..<40).map { "k\(($0 * 7) % 40)" } + ["\u{E9}", "e\u{301}"]
    let text = "{" + names.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ",") + "}"
    var object = try #require(JSONValue(parsing: text, source: "test").objectValue)
    #expect(zip(object.keys, names).allSatisfy(sameBytes) && object.count == 42)
    for (place, name) in names.enumerated() { #expect(object[name] == .integer(place)) }
    object["k7"] = nil
    #expect(object.count == 41 && object["k7"] == nil && object["k14"] == 2)
    #expect(object["e\u{301}"] == 41 && object["\u{E9}"] == 40)
  }

  @Test("Writing and reading give the same value")
  func roundTrip() throws {
    let value: JSONValue = [
      "z": [1, -2.5, 1e-7, nil, true], "a": ["é😀\u{1}\"\\\n": [:], "": []], "big": 1e300,
    ]
    for text in [value.serialized(), value.serialized(indent: 2), value.serialized(spaced: true)] {
      #expect(try JSONValue(parsing: text, source: "test") == value)
    }
    #expect(JSONValue.string("é\u{1}").serialized() == "\"é\\u0001\"")
    #expect(([1, ["a": []]] as JSONValue).serialized(spaced: true) == #"[1, {"a": []}]"#)
    #expect(
      ([1, ["a": 2]] as JSONValue).serialized(indent: 2) == "[\n  1,\n  {\n    \"a\": 2\n  }\n]")
  }

  @Test("Damaged text never traps")
  func damaged() throws {
    let good = Array(#"{"a":[1,2.5e3,"x\u00e9\uD83D\uDE00",true,null],"b":{"c":-1}}"#.utf8)
    var random = RandomStream(seed: 1)
    for _ in 0..<5000 {
      var bytes = good
      for _ in 0..<3 {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[place], at: Int.random(in: 0..<bytes.count, using: &random))
        default: bytes.removeLast(Int.random(in: 0..<4, using: &random))
        }
      }
      if let value = try? JSONValue(parsing: bytes, source: "fuzz") {
        #expect(try JSONValue(parsing: value.serialized(), source: "fuzz") == value)
      }
    }
  }
}
