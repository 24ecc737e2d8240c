import Testing

@testable import ErgonLM

@Suite struct StreamingDecoderTests {
  @Test(arguments: ["abc", "äöü", "日本語", "🙂🏳️‍🌈", "a\u{0301}b", ""])
  func `text fed byte by byte comes out in whole characters and complete`(text: String) {
    var decoder = StreamingDecoder(PieceTokenizer.bytes)
    var parts: [String] = []
    for byte in text.utf8 { parts.append(decoder.append(TokenID(byte))) }
    parts.append(decoder.finish())
    #expect(parts.joined() == text)
    #expect(parts.allSatisfy { !$0.contains("\u{FFFD}") })
  }

  @Test func `bytes that are no text become replacement characters and hold nothing up`() {
    var decoder = StreamingDecoder(PieceTokenizer.bytes)
    #expect(decoder.append(0xFF) == "\u{FFFD}")
    #expect(decoder.append(0x80) == "\u{FFFD}")
    #expect(decoder.append(0xE2) == "")
    #expect(decoder.append(0x41) == "\u{FFFD}A")
    #expect(decoder.append(0xF0) == "")
    #expect(decoder.finish() == "\u{FFFD}")
  }

  @Test func `a leading space is dropped once where the vocabulary adds one`() {
    var tokenizer = PieceTokenizer.bytes
    tokenizer.dropsLeadingSpace = true
    var decoder = StreamingDecoder(tokenizer)
    #expect(decoder.append(0x20) == "")
    #expect(decoder.append(0x20) == " ")
    var continuing = StreamingDecoder(tokenizer, continuing: true)
    #expect(continuing.append(0x20) == " ")
  }
}
