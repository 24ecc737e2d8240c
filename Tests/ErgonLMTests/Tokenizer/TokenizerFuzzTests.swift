import ErgonTensor
import Testing

@testable import ErgonLM

@Suite("Tokenizers under damage")
struct TokenizerFuzzTests {
  /// Strings of anything that is text: ASCII, letters of many scripts, marks, signs, controls.
  private func text(_ draws: inout RandomStream) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...60, using: &draws) {
      let limits: [UInt32] = [0x80, 0x80, 0x250, 0x800, 0x3100, 0x10000, 0x110000]
      let point = UInt32.random(in: 0..<limits.randomElement(using: &draws)!, using: &draws)
      if let scalar = Unicode.Scalar(point) { text.append(scalar) }
      if Bool.random(using: &draws) {
        text.append(" \n'aA1".unicodeScalars.randomElement(using: &draws)!)
      }
    }
    return String(text)
  }

  @Test(
    "Byte-level vocabularies give any text back",
    arguments: ["gpt2", "llama3", "gpt4o", "tekken", "starcoder", "deepseek3"])
  func roundTrip(name: String) throws {
    let tokenizer = try goldenTokenizer(name)
    var draws = RandomStream(seed: 7)
    for _ in 0..<150 {
      let text = text(&draws)
      let ids = tokenizer.encode(text, addingSpecial: false)
      #expect(sameBytes(tokenizer.decode(ids), text), "\(text.debugDescription)")
    }
  }

  @Test(
    "Every kind of vocabulary encodes any text to ids it has", arguments: TokenizerJSONTests.names)
  func inRange(name: String) throws {
    let tokenizer = try goldenTokenizer(name)
    var draws = RandomStream(seed: 11)
    for _ in 0..<80 {
      let ids = tokenizer.encode(text(&draws), addingSpecial: true, parsingSpecial: true)
      #expect(ids.allSatisfy { $0 >= 0 && Int($0) < tokenizer.vocabularySize })
      _ = tokenizer.decode(ids)
    }
    #expect(tokenizer.bytes(of: -1).isEmpty && tokenizer.bytes(of: .max).isEmpty)
    #expect(tokenizer.piece(of: .max).isEmpty && !tokenizer.isSpecial(.min))
  }

  @Test(
    "A damaged tokenizer.json is refused or encodes, and never traps",
    arguments: ["llama3", "llama2", "bert", "unigram-bytes"])
  func damagedJSON(name: String) throws {
    let whole = try readBytes(goldenTokenizers + name + ".json")
    // Most of a file is its vocabulary; damage at its ends hits everything else.
    var draws = RandomStream(seed: 3)
    for round in 0..<60 {
      var bytes = whole
      for _ in 0...Int.random(in: 0...2, using: &draws) {
        let isNearEnd = round % 2 == 0
        let reach = isNearEnd ? 1500 : bytes.count
        var place = Int.random(in: 0..<min(reach, bytes.count), using: &draws)
        if isNearEnd && round % 4 == 0 { place = bytes.count - 1 - place }
        switch Int.random(in: 0..<5, using: &draws) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &draws)
        case 1: bytes[place] = UInt8.random(in: 0x30...0x39, using: &draws)
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(contentsOf: bytes[place..<min(place + 9, bytes.count)], at: place)
        default: bytes.removeSubrange(place..<min(place + 30, bytes.count))
        }
      }
      check(bytes)
    }
  }

  private func check(_ bytes: [UInt8]) {
    let tokenizer = try? bytes.withUnsafeBufferPointer { (bytes) throws(LMError) in
      try TokenizerJSON(UnsafeRawBufferPointer(bytes), source: "damaged").tokenizer()
    }
    guard let tokenizer else { return }
    let ids = tokenizer.encode(
      "<s> It's 42 é😀\n\n[MASK]", addingSpecial: true, parsingSpecial: true)
    #expect(ids.allSatisfy { $0 >= 0 && Int($0) < tokenizer.vocabularySize })
    _ = tokenizer.decode(ids)
  }

  @Test("Members with other kinds of values are refused or encode, and never trap")
  func wrongKinds() throws {
    let values: [JSONValue] = [
      nil, true, -1, 1e300, "", "x", [], [1], [:], ["type": "Sequence"], ["type": "ByteLevel"],
      ["type": "Metaspace", "replacement": ""], ["type": "Split", "pattern": ["String": ""]],
      ["type": "Replace", "pattern": ["String": ""], "content": ""], [["id": 3, "content": ""]],
      [["id": 1_000_000_000, "content": "x"]], ["type": "Unigram", "vocab": [["a", -1]]],
      ["type": "Unigram", "vocab": []], ["type": "BPE", "vocab": [:], "merges": []],
      ["type": "BPE", "vocab": ["a": 0], "merges": ["a a"]],
      ["type": "WordPiece", "vocab": ["a": 0]],
      ["type": "WordPiece", "vocab": ["a": 0], "max_input_chars_per_word": -5],
      ["type": "BPE", "vocab": ["a": 0, "b": 0]], ["type": "BPE", "vocab": ["a": 9_000_000_000]],
      [
        "type": "TemplateProcessing", "single": [["SpecialToken": ["id": "x"]]],
        "special_tokens": ["x": ["ids": [77]]],
      ],
    ]
    let base = try goldenJSON("gpt2.json")
    for key in base.objectValue!.keys {
      for value in values {
        var object = base.objectValue!
        object[key] = value
        check(Array(JSONValue.object(object).serialized().utf8))
      }
    }
  }

  @Test("GGUF vocabularies with keys that do not fit are refused or encode, and never trap")
  func damagedKeys() {
    let tokens = MetadataValue.strings(
      StringTable(["<unk>", "<s>", "</s>", "▁", "a", "▁a", "", "b", "Ġ", "ab"]))
    let base: [String: MetadataValue] = [
      "tokenizer.ggml.tokens": tokens,
      "tokenizer.ggml.scores": .numbers(Array(repeating: -1, count: 10)),
      "tokenizer.ggml.token_type": .integers([2, 3, 3, 1, 1, 1, 1, 1, 1, 1]),
      "tokenizer.ggml.merges": .strings(StringTable(["a b", " ", "", "x y", "a", "b  "])),
      "tokenizer.ggml.bos_token_id": .unsigned(1), "tokenizer.ggml.eos_token_id": .integer(2),
    ]
    let values: [MetadataValue?] = [
      nil, .integer(-1), .unsigned(.max), .number(.nan), .string(""), .strings(StringTable()),
      .numbers([.nan]), .numbers(Array(repeating: .nan, count: 10)), .integers([1]),
      .integers(Array(repeating: 99, count: 10)), .boolean(true), .list([]),
    ]
    for kind in ["gpt2", "llama", "bert", "t5", ""] {
      for key in base.keys {
        for value in values {
          var metadata = base
          metadata["tokenizer.ggml.model"] = .string(kind)
          metadata[key] = value
          let file = VocabularyFile(metadata: metadata)
          guard let tokenizer = try? makeTokenizer(for: file) else { continue }
          let ids = tokenizer.encode("a ab\u{7}<s>é", addingSpecial: true, parsingSpecial: true)
          #expect(ids.allSatisfy { $0 >= 0 && Int($0) < tokenizer.vocabularySize })
          _ = tokenizer.decode(ids)
        }
      }
    }
  }

  @Test("Long texts without a cut cost no more than a little over their length")
  func longWords() throws {
    // Quadratic work on these would take minutes.
    for name in ["gpt2", "llama2", "unigram"] {
      let tokenizer = try goldenTokenizer(name)
      for unit in ["a", "=-", "é", "\u{301}"] {
        let text = String(repeating: unit, count: 20_000 / unit.utf8.count)
        let ids = tokenizer.encode(text, addingSpecial: false)
        if name == "gpt2" { #expect(sameBytes(tokenizer.decode(ids), text)) }
      }
    }
  }

  @Test("Short and long merging agree")
  func heap() throws {
    let tokenizer = try goldenTokenizer("gpt2")
    let model = try #require(tokenizer.model as? BytePairModel)
    // What merges within a part of at most forty bytes merges so in the whole, if no merge crosses
    // into the next part: a byte that is in no merge stands between.
    var draws = RandomStream(seed: 5)
    let letters = Array("theandou is".utf8)
    var parts: [[UInt8]] = []
    for _ in 0..<40 {
      parts.append((0..<12).map { _ in letters.randomElement(using: &draws)! } + [0xFF])
    }
    var alone: [TokenID] = []
    for part in parts { part.withUnsafeBufferPointer { model.encode($0, into: &alone) } }
    var together: [TokenID] = []
    parts.flatMap(\.self).withUnsafeBufferPointer { model.encode($0, into: &together) }
    #expect(alone == together && alone.count < 13 * 40)
  }
}
