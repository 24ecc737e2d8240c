import ErgonLM
import Testing

@Suite struct ByteTokenizerTests {
  @Test("bytes are their own ids and come back as they were")
  func bytes() {
    let tokenizer = ByteTokenizer()
    #expect(tokenizer.vocabularySize == 256)
    #expect(tokenizer.encode("é\n") == [195, 169, 10])
    let text = "Zürich 漢字 🙂\u{0}"
    #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    #expect(tokenizer.piece(of: 32) == "Ġ" && tokenizer.token(named: "Ġ") == 32)
    for id in TokenID(0)..<256 { #expect(tokenizer.token(named: tokenizer.piece(of: id)) == id) }
    #expect(tokenizer.bytes(of: -1).isEmpty && tokenizer.piece(of: 256) == "")
  }

  @Test("special tokens follow, have roles, and are text where text is from strangers")
  func special() {
    let tokenizer = ByteTokenizer(
      specialTokens: ["<|user|>"], roles: TokenRoles(beginning: "<s>", end: "</s>"))
    #expect(tokenizer.vocabularySize == 259)
    #expect(tokenizer.special.beginning == 257 && tokenizer.special.end == 258)
    #expect(tokenizer.special.endOfGeneration == [258])
    #expect(tokenizer.encode("a") == [257, 97])
    let parsed = tokenizer.encode("<|user|>a</s>", addingSpecial: false, parsingSpecial: true)
    #expect(parsed == [256, 97, 258])
    #expect(tokenizer.encode("</s>", addingSpecial: false).count == 4)
    #expect(tokenizer.isSpecial(258) && !tokenizer.isSpecial(97) && !tokenizer.isSpecial(259))
    #expect(tokenizer.decode(parsed) == "a")
  }
}
