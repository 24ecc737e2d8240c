import Testing

@testable import ErgonLM

/// Where the golden tokenizers are.
let goldenTokenizers =
  #filePath.components(between: "/Tokenizer/").dropLast().joined(separator: "/Tokenizer/")
  + "/Golden/tokenizers/"

func goldenJSON(_ name: String) throws -> JSONValue {
  try JSONValue(parsing: readBytes(goldenTokenizers + name), source: name)
}

func goldenTokenizer(_ name: String) throws -> TextTokenizer {
  try readBytes(goldenTokenizers + name + ".json").withUnsafeBufferPointer {
    (bytes) throws(LMError) in
    try TokenizerJSON(UnsafeRawBufferPointer(bytes), source: name).tokenizer()
  }
}

@Suite("tokenizer.json")
struct TokenizerJSONTests {
  static let names = [
    "gpt2", "llama3", "qwen2", "gpt4o", "tekken", "starcoder", "deepseek3", "roberta", "llama2",
    "mistral", "gemma", "bert", "bert-cased", "words", "plain-words", "unigram", "unigram-bytes",
  ]

  @Test("Ids and texts are those of the reference", arguments: names)
  func parity(name: String) throws {
    let tokenizer = try goldenTokenizer(name)
    let texts = try #require(goldenJSON("texts.json").arrayValue).map { $0.stringValue! }
    let expected = try goldenJSON(name + ".out.json")
    try #require(texts.count > 100)
    for (place, text) in texts.enumerated() {
      let ids = { (key: String) in
        expected[key]![place]!.arrayValue!.map { TokenID($0.intValue!) }
      }
      let plain = tokenizer.encode(text, addingSpecial: false, parsingSpecial: true)
      #expect(plain == ids("plain"), "\(text.debugDescription)")
      #expect(
        tokenizer.encode(text, addingSpecial: true, parsingSpecial: true) == ids("around"),
        "\(text.debugDescription)")
      #expect(
        tokenizer.encode(text, addingSpecial: false) == ids("literal"), "\(text.debugDescription)")
      let decoded = tokenizer.decode(ids("plain"))
      #expect(sameBytes(decoded, expected["decoded"]![place]!.stringValue!))
    }
  }

  static let patterns: [(String, [PreTokenizer.Stage])] = [
    ("gpt2", [.pattern(.gpt2)]),
    ("llama3", [.pattern(.llama3(digits: 3))]),
    ("qwen2", [.pattern(.llama3(digits: 1))]),
    ("gpt4o", [.pattern(.gpt4o(digits: 3, contractions: true))]),
    ("tekken", [.pattern(.gpt4o(digits: 1, contractions: false))]),
    ("starcoder", [.numbers(longest: 1), .pattern(.gpt2)]),
    ("deepseek3", [.numbers(longest: 3), .eastAsian, .pattern(.deepSeek3)]),
  ]

  @Test("An expression is known by its text, whichever way it writes line ends")
  func expressions() {
    let qwen2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
      + "| ?[^\\s\\p{L}\\p{N}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"
    #expect(PreTokenPattern(regex: qwen2) == .llama3(digits: 1))
    #expect(PreTokenPattern(regex: qwen2 + "|x") == nil && PreTokenPattern(regex: "") == nil)
  }

  @Test("Scanners cut where the expressions do", arguments: patterns)
  func cuts(name: String, stages: [PreTokenizer.Stage]) throws {
    let golden = try goldenJSON("cuts.json")
    let texts = try #require(golden["texts"]?.arrayValue)
    for (place, text) in texts.enumerated() {
      let expected = golden["cuts"]![name]![place]!.arrayValue!.map { $0.intValue! }
      var lengths: [Int] = []
      PreTokenizer(stages: stages).forEach(in: Array(text.stringValue!.utf8), isStart: true) {
        lengths.append($0.count)
      }
      #expect(lengths == expected, "\(text.stringValue!.debugDescription)")
    }
  }
}
