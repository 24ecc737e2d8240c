import Testing

@testable import ErgonLM

@Suite("Speed of tokenizers")
struct TokenizerSpeedTests {
  /// A byte-level tokenizer.json of 150,000 merges: every piece grows by each of 26 letters, the
  /// older pieces first.
  private func largeTokenizer() -> String {
    let alphabet = (0...255).map {
      String(decoding: ByteAlphabet.written(UInt8($0)), as: UTF8.self)
    }
    var pieces = alphabet
    var merges: [JSONValue] = []
    var place = 0
    while merges.count < 150_000 {
      for letter in "etaoinshrdlucmfwypvbgkjqxz" where merges.count < 150_000 {
        merges.append(.string("\(pieces[place]) \(letter)"))
        pieces.append(pieces[place] + String(letter))
      }
      place += 1
    }
    var vocabulary = JSONObject()
    for (id, piece) in pieces.enumerated() { vocabulary[piece] = .integer(id) }
    let value: JSONValue = [
      "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
      "decoder": ["type": "ByteLevel"],
      "model": ["type": "BPE", "vocab": .object(vocabulary), "merges": .array(merges)],
    ]
    return value.serialized(indent: 2)
  }

  @Test(
    "150,000 merges load and real text goes through them and back",
    .tags(.slow, .realData), .enabled(if: !realData.isEmpty && isSlowRun))
  func large() throws {
    let json = Array(largeTokenizer().utf8)
    let clock = ContinuousClock()
    var tokenizer: TextTokenizer?
    let load = try clock.measure {
      tokenizer = try json.withUnsafeBufferPointer { (bytes) throws(LMError) in
        try TokenizerJSON(UnsafeRawBufferPointer(bytes), source: "large").tokenizer()
      }
    }
    let made = try #require(tokenizer)
    let text = try readText(realData + "/wikitext-2/valid.txt")
    var ids: [TokenID] = []
    let encode = clock.measure { ids = made.encode(text, addingSpecial: false) }
    #expect(sameBytes(made.decode(ids), text) && ids.count < text.utf8.count)
    let rate = Double(text.utf8.count) / 1e6 / (encode / .seconds(1))
    print("tokenizer: \(load) to load \(json.count) bytes, \(rate) MB/s encoded")
  }
}
