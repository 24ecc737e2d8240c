import ErgonLM
import ErgonTensor
import Testing

@Suite("Constraints over a vocabulary")
struct GrammarConstraintTests {
  /// Pieces cut out of a text at any bytes, so that characters are split, and every byte.
  private func vocabulary(_ text: String, pieces: Int, _ draws: inout RandomStream)
    -> PieceTokenizer
  {
    let bytes = Array(text.utf8)
    var all = (0...255).map { [UInt8($0)] }
    for _ in 0..<pieces {
      let start = Int.random(in: 0..<bytes.count, using: &draws)
      let end = min(bytes.count, start + Int.random(in: 2...9, using: &draws))
      all.append(Array(bytes[start..<end]))
    }
    return PieceTokenizer(all)
  }

  /// A grammar of a few rules without left recursion, most of the time.
  private func randomGrammar(_ draws: inout RandomStream) -> String {
    let atoms = ["\"a\"", "\"b\"", "\"ab\"", "[a-c]", "[^a]", "\"é\"", "[à-ÿ]", "\"😀\"", "\"(\""]
    let repeats = ["", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}"]
    func item(_ depth: Int, _ first: Bool) -> String {
      let kind = Int.random(in: 0..<10, using: &draws)
      let suffix = repeats.randomElement(using: &draws)!
      if kind < 2 && depth < 2 { return "(" + alternatives(depth + 1, first) + ")" + suffix }
      if kind < 5 && !first { return ["root", "r1", "r2"].randomElement(using: &draws)! + suffix }
      return atoms.randomElement(using: &draws)! + suffix
    }
    func alternatives(_ depth: Int, _ first: Bool) -> String {
      (0..<Int.random(in: 1...3, using: &draws)).map { _ in
        (0..<Int.random(in: 1...3, using: &draws)).map { item(depth, first && $0 == 0) }
          .joined(separator: " ")
      }.joined(separator: " | ")
    }
    return "root ::= \(alternatives(0, true))\nr1 ::= \(alternatives(0, true))\n"
      + "r2 ::= \(alternatives(0, true))"
  }

  @Test("The mask is what trying every token says, on grammars and vocabularies at random")
  func random() throws {
    var draws = RandomStream(seed: 3)
    var grammars = 0
    var states = 0
    while grammars < 25 {
      guard let grammar = try? Grammar(gbnf: randomGrammar(&draws)) else { continue }
      grammars += 1
      let tokenizer = vocabulary("abcab(é😀(aà(bbcÿ😀é", pieces: 60, &draws)
      var constraint = GrammarConstraint(grammar, vocabulary: VocabularyTrie(tokenizer))
      for _ in 0..<12 {
        let mask = constraint.mask(tokenizer)
        #expect(mask == constraint.triedMask(tokenizer))
        #expect(mask[tokenizer.end] == constraint.isComplete)
        states += 1
        let allowed = (0..<tokenizer.end).filter { mask[$0] }
        guard let token = allowed.randomElement(using: &draws) else { break }
        constraint.take(token)
      }
    }
    #expect(states > 120)
  }

  @Test("The mask is what trying every token says", arguments: [arithmetic, list, json])
  func known(text: String) throws {
    var draws = RandomStream(seed: 5)
    let sample = "{\"a\": [1, -2.5e3, true, null], \"é😀\": \"\\u00e9\"}\n(a + 3)*b= 7\n- a\n"
    let tokenizer = vocabulary(sample, pieces: 300, &draws)
    let trie = VocabularyTrie(tokenizer)
    let fresh = GrammarConstraint(try Grammar(gbnf: text), vocabulary: trie)
    for _ in 0..<4 {
      var constraint = fresh
      for _ in 0..<25 {
        let mask = constraint.mask(tokenizer)
        #expect(mask == constraint.triedMask(tokenizer))
        let allowed = (0..<tokenizer.end).filter { mask[$0] }
        guard let token = allowed.randomElement(using: &draws) else { break }
        constraint.take(token)
      }
    }
  }

  @Test("The mask is what trying every token says, at the limit of depth")
  func deep() throws {
    var pieces = (0...255).map { [UInt8($0)] }
    for length in [2, 3, 7, 20, 100, 300] { pieces.append(Array(repeating: 0x28, count: length)) }
    let tokenizer = PieceTokenizer(pieces)
    let grammar = try Grammar(gbnf: #"root ::= "(" root ")" | "x""#)
    var constraint = GrammarConstraint(grammar, vocabulary: VocabularyTrie(tokenizer))
    for token in [261, 260, 260, 259, 259, 259, 259, 259, 257] as [TokenID] {
      #expect(constraint.mask(tokenizer) == constraint.triedMask(tokenizer))
      guard constraint.accept(token) else { break }
    }
    while constraint.accept(0x28) {
      #expect(constraint.mask(tokenizer) == constraint.triedMask(tokenizer))
    }
    #expect(constraint.accept(0x78) && constraint.accept(0x29))
  }

  @Test("A character may come in several tokens, and no other bytes")
  func split() throws {
    let grammar = try Grammar(gbnf: "root ::= [é-ë€😀]")
    let fresh = GrammarConstraint(grammar, vocabulary: VocabularyTrie(PieceTokenizer.bytes))
    for text in ["é", "ë", "€", "😀"] {
      var constraint = fresh
      for byte in text.utf8 {
        #expect(!constraint.isComplete)
        constraint.take(TokenID(byte))
      }
      #expect(constraint.isComplete)
    }
    var constraint = fresh
    #expect(constraint.accept(0xC3) && !constraint.accept(0xAC) && !constraint.accept(0x28))
    #expect(constraint.mask(PieceTokenizer.bytes).allowedCount == 3)
  }

  @Test("A copy is a branch of its own")
  func branch() throws {
    let grammar = try Grammar(gbnf: #"root ::= "ab" | "ac" "d""#)
    let tokenizer = PieceTokenizer.bytes
    var one = GrammarConstraint(grammar, vocabulary: VocabularyTrie(tokenizer))
    one.take(0x61)
    var other = one
    one.take(0x62)
    #expect(one.isComplete && !other.isComplete)
    #expect(other.accept(0x63) && !other.isComplete)
    #expect(!other.accept(0x7A) && other.accept(0x64) && other.isComplete)
  }

  @Test("Only where the text is complete may it end, and then nothing follows")
  func ends() throws {
    let grammar = try Grammar(choices: ["a", "ab"])
    let tokenizer = PieceTokenizer.bytes
    var constraint = GrammarConstraint(grammar, vocabulary: VocabularyTrie(tokenizer))
    #expect(!constraint.accept(tokenizer.end) && !constraint.mask(tokenizer)[tokenizer.end])
    constraint.take(0x61)
    let mask = constraint.mask(tokenizer)
    #expect(mask[tokenizer.end] && mask[0x62] && mask.allowedCount == 2)
    let takesControl = constraint.accept(tokenizer.end - 1)
    #expect(!takesControl, "a control token is no text")
    constraint.take(tokenizer.end)
    #expect(constraint.isComplete)
    #expect(constraint.mask(tokenizer).allowedCount == 1 && !constraint.accept(0x62))
    #expect(!constraint.accept(-1) && !constraint.accept(.max))
  }

  @Test("A mask wider than the vocabulary loses what no token is")
  func wide() throws {
    let tokenizer = PieceTokenizer.bytes
    var constraint = GrammarConstraint(
      try Grammar(gbnf: "root ::= [^a]"), vocabulary: VocabularyTrie(tokenizer))
    var mask = TokenMask(count: 1000, allowed: true)
    mask[0x62] = false
    constraint.restrict(&mask)
    #expect(!mask[0x61] && !mask[0x62] && mask[0x63] && !mask[900])
  }

  @Test("Copies on many threads agree")
  func threads() async throws {
    let tokenizer = PieceTokenizer.bytes
    let fresh = GrammarConstraint(
      try Grammar(gbnf: json), vocabulary: VocabularyTrie(tokenizer))
    let text = Array(#"{"a": [1, {"b": "é"}]}"#.utf8)
    let masks = await withTaskGroup(of: [TokenMask].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var constraint = fresh
          return text.map { byte in
            let mask = constraint.mask(tokenizer)
            return constraint.accept(TokenID(byte)) ? mask : TokenMask(count: 0, allowed: false)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(masks.allSatisfy { $0 == masks[0] && $0.allSatisfy { $0.allowedCount > 0 } })
  }
}
