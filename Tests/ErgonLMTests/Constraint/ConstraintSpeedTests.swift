import ErgonLM
import ErgonTensor
import Testing

@Suite("Speed of constraints")
struct ConstraintSpeedTests {
  @Test(
    "128,000 tokens under a schema: every mask first made, then known", .tags(.slow),
    .enabled(if: isSlowRun))
  func masks() throws {
    var draws = RandomStream(seed: 1)
    var pieces = (0...255).map { [UInt8($0)] }
    var known = Set(pieces)
    while pieces.count < 128_000 {
      var piece: [UInt8] = Bool.random(using: &draws) ? [0x20] : []
      for _ in 0..<Int.random(in: 2...8, using: &draws) {
        piece.append("etaoinshrdlu\",:}{1290".utf8.randomElement(using: &draws)!)
      }
      if known.insert(piece).inserted { pieces.append(piece) }
    }
    let tokenizer = PieceTokenizer(pieces)
    let clock = ContinuousClock()
    var trie: VocabularyTrie?
    print("constraint: \(clock.measure { trie = VocabularyTrie(tokenizer) }) for the vocabulary")
    let schema: JSONValue = [
      "properties": [
        "name": ["type": "string"], "short": ["type": "string", "maxLength": 40],
        "age": ["type": "integer", "minimum": 0, "maximum": 130],
        "list": ["type": "array", "items": ["enum": ["red", "green"]]],
      ],
      "required": ["name", "short", "age", "list"],
    ]
    let grammar = try Grammar(jsonSchema: schema)
    let fresh = GrammarConstraint(grammar, vocabulary: try #require(trie))
    let text = #"{"name": "Ada of the north", "short": "a b c", "age": 36, "list": ["red"]}"#
    for pass in ["first", "again"] {
      var constraint = fresh
      var times: [Duration] = []
      for byte in text.utf8 {
        var mask = TokenMask(count: tokenizer.vocabularySize, allowed: true)
        times.append(clock.measure { constraint.restrict(&mask) })
        #expect(mask[TokenID(byte)])
        constraint.take(TokenID(byte))
      }
      times.sort()
      print("constraint: \(pass): median \(times[times.count / 2]), most \(times[times.count - 1])")
      #expect(constraint.isComplete)
    }
  }
}
