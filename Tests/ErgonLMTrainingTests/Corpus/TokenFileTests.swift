import ErgonData
import ErgonLM
import ErgonTensor
import Testing

@testable import ErgonLMTraining

@Suite("a token file") struct TokenFileTests {
  static let texts = ["Once upon a time", "grün", "", " spaced"]

  static func write(
    _ texts: [String] = texts, _ tokenizer: PlainTokenizer = PlainTokenizer(), to path: String
  ) throws {
    let writer = try TokenFileWriter(path, tokenizer: tokenizer)
    for text in texts { try writer.append(text) }
    try writer.finish()
  }

  @Test("gives back documents with the tokens that begin and end them", arguments: [0, 70_000])
  func roundTrip(extraTokens: Int) throws {
    let tokenizer = PlainTokenizer(extraTokens: extraTokens)
    try withTemporaryFolder { folder in
      try Self.write(Self.texts, tokenizer, to: folder + "a.tokens")
      let file = try TokenFile(folder + "a.tokens")
      #expect(file.documentCount == Self.texts.count)
      #expect(file.vocabularySize == 258 + extraTokens)
      #expect(file.tokenizerDigest == tokenizer.vocabularyDigest)
      for (number, text) in Self.texts.enumerated() {
        let expected: [TokenID] = [256] + text.utf8.map(TokenID.init) + [257]
        #expect(file[file.document(number)] == expected)
        #expect(file.textBytes(of: file.document(number)) == text.utf8.count)
      }
      let bytes = Self.texts.reduce(0) { $0 + $1.utf8.count }
      #expect(file.textBytes == bytes)
      #expect(file.count == bytes + 2 * Self.texts.count)
      #expect(file[1] == 79)
      try file.checkTokens()
    }
  }

  @Test("stores two bytes a token of a small vocabulary and four of a large one")
  func width() throws {
    try withTemporaryFolder { folder in
      let text = String(repeating: "a", count: 100_000)
      try Self.write([text], PlainTokenizer(extraTokens: 65_536 - 258), to: folder + "2")
      try Self.write([text], PlainTokenizer(extraTokens: 65_537 - 258), to: folder + "4")
      #expect(try contents(folder + "4").count - contents(folder + "2").count == 200_008)
      #expect(try TokenFile(folder + "4")[5] == 97)
    }
  }

  @Test("counts no byte for the space that a tokenizer puts before each text")
  func leadingSpace() throws {
    try withTemporaryFolder { folder in
      try Self.write(Self.texts, PlainTokenizer(dropsLeadingSpace: true), to: folder + "a")
      let file = try TokenFile(folder + "a")
      #expect(file.textBytes == Self.texts.reduce(0) { $0 + $1.utf8.count })
      #expect(file.textBytes(of: 0..<file.count) == file.textBytes)
      // Whatever the cut, the parts make up the whole.
      for cut in 0...file.count {
        let parts = file.textBytes(of: 0..<cut) + file.textBytes(of: cut..<file.count)
        #expect(parts == file.textBytes)
      }
      // Beginning, the space that is not in the text, "O".
      #expect(file.textBytes(of: 0..<2) == 0)
      #expect(file.textBytes(of: 0..<3) == 1)
    }
  }

  @Test("puts one token between documents where the same one begins and ends them")
  func oneSeparator() throws {
    try withTemporaryFolder { folder in
      var tokenizer = PlainTokenizer()
      tokenizer.special = SpecialTokens(beginning: 256, end: 256)
      try Self.write(["a", "b"], tokenizer, to: folder + "a")
      let file = try TokenFile(folder + "a")
      #expect(file[0..<file.count] == [256, 97, 256, 98])
    }
  }

  @Test("is not there before it is whole, and leaves the old one until then")
  func atomic() throws {
    try withTemporaryFolder { folder in
      let path = folder + "a"
      try Self.write(["old"], to: path)
      var writer: TokenFileWriter? = try TokenFileWriter(path, tokenizer: PlainTokenizer())
      try writer?.append("new")
      #expect(try TokenFile(path).textBytes == 3)
      writer = nil
      #expect(try TokenFile(path)[1] == TokenID(UInt8(ascii: "o")))
    }
  }

  @Test("takes no token outside its vocabulary")
  func outside() throws {
    try withTemporaryFolder { folder in
      let writer = try TokenFileWriter(folder + "a", tokenizer: PlainTokenizer())
      #expect(throws: LMError.self) { try writer.append(tokens: [3, 258]) }
      #expect(throws: LMError.self) { try writer.append(tokens: [-1]) }
      #expect(throws: LMError.self) {
        try TokenFileWriter(folder + "none/a", tokenizer: PlainTokenizer())
      }
      #expect(throws: LMError.self) { try TokenFile(folder + "none") }
    }
  }

  @Test("tells tokenizers apart by their vocabulary")
  func digest() {
    let digest = PlainTokenizer().vocabularyDigest
    #expect(PlainTokenizer(dropsLeadingSpace: true).vocabularyDigest == digest)
    #expect(PlainTokenizer(extraTokens: 1).vocabularyDigest != digest)
  }

  /// What a reader does with a file.
  static func read(_ bytes: [UInt8]) throws {
    let file = try TokenFile(mapped(bytes), source: "bytes")
    let batches = try file.sequences(of: 3, batch: 2)
    _ = batches.batch(at: 5)
    _ = try file.windows(of: 4, batch: 2)
    for number in 0..<file.documentCount { _ = file[file.document(number)] }
  }

  @Test("refuses what is cut short, and says where a token is wrong")
  func damaged() throws {
    try withTemporaryFolder { folder in
      try Self.write(to: folder + "a")
      let bytes = try contents(folder + "a")
      try Self.read(bytes)
      for length in 0..<bytes.count {
        #expect(throws: LMError.self) { try TokenFile(mapped(Array(bytes[..<length])), source: "") }
      }
      var wrong = bytes
      let place = TokenFileLayout(vocabularySize: 258, tokenCount: 0, documentCount: 0).tokens
      wrong[place + 9] = 0x7F
      #expect {
        try TokenFile(mapped(wrong), source: "x").checkTokens()
      } throws: { error in
        "\(error)".contains("token 4: it is 32613 in a vocabulary of 258")
      }
    }
  }

  @Test("withstands 20,000 damaged files")
  func fuzz() throws {
    try withTemporaryFolder { folder in
      try Self.write(to: folder + "a")
      let bytes = try contents(folder + "a")
      var random = RandomStream(seed: 1)
      var accepted = 0
      for _ in 0..<20_000 {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          // The ends, where the structure is, oftener than the tokens between.
          let place = Int.random(in: 0..<140, using: &random)
          let index = place < 60 ? place : changed.count - (place - 59)
          changed[index] =
            Bool.random(using: &random)
            ? UInt8.random(in: 0...255, using: &random)
            : [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random)!
        }
        if (try? Self.read(changed)) != nil { accepted += 1 }
      }
      #expect(accepted < 10_000)
    }
  }
}
