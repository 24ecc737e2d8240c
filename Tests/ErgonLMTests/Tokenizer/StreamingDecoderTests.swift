import Testing

@testable import ErgonLM

@Suite struct StreamingDecoderTests {
  @Test(arguments: ["abc", "äöü", "日本語", "🙂🏳️‍🌈", "a\u{0301}b", ""])
  func `text fed byte by byte comes out in whole characters and complete`(text: String) {
    var decoder = StreamingDecoder(PlainByteTokenizer())
    var parts: [String] = []
    for byte in text.utf8 { parts.append(decoder.append(TokenID(byte))) }
    parts.append(decoder.finish())
    #expect(parts.joined() == text)
    #expect(parts.allSatisfy { !$0.contains("\u{FFFD}") })
  }

  @Test func `bytes that are no text become replacement characters and hold nothing up`() {
    var decoder = StreamingDecoder(PlainByteTokenizer())
    #expect(decoder.append(0xFF) == "\u{FFFD}")
    #expect(decoder.append(0x80) == "\u{FFFD}")
    #expect(decoder.append(0xE2) == "")
    #expect(decoder.append(0x41) == "\u{FFFD}A")
    #expect(decoder.append(0xF0) == "")
    #expect(decoder.finish() == "\u{FFFD}")
  }

  @Test func `a leading space is dropped once where the vocabulary adds one`() {
    var decoder = StreamingDecoder(PlainByteTokenizer(dropsLeadingSpace: true))
    #expect(decoder.append(0x20) == "")
    #expect(decoder.append(0x20) == " ")
    var continuing = StreamingDecoder(PlainByteTokenizer(dropsLeadingSpace: true), continuing: true)
    #expect(continuing.append(0x20) == " ")
  }
}

/// Every byte is a token.
struct PlainByteTokenizer: Tokenizer {
  var dropsLeadingSpace = false
  var vocabularySize: Int { 256 }
  var special: SpecialTokens { SpecialTokens() }

  func encode(_ text: String, addingSpecial: Bool, parsingSpecial: Bool) -> [TokenID] {
    text.utf8.map(TokenID.init)
  }
  func bytes(of token: TokenID) -> [UInt8] { [UInt8(token)] }
  func piece(of token: TokenID) -> String { "<\(token)>" }
  func token(named piece: String) -> TokenID? { nil }
  func isSpecial(_ token: TokenID) -> Bool { false }
}
