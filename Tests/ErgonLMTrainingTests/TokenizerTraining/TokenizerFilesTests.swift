import ErgonLM
import ErgonLMTraining
import Testing

@Suite struct TokenizerFilesTests {
  private let texts = [
    "Once upon a time, there was a little girl named Lily.", "", " ", "  two  spaces ",
    "Ünïcödé 漢字 🙂\n\ttabs", "<s> is text here", "aaaaaaaaaaaaaaaaaaaa", "\u{0}\u{7F}",
    "it's 12345 <|endoftext|>\r\n\n  x",
  ]

  @Test(
    "vocabularies of GGUF files written as tokenizer.json give the same tokens",
    .enabled(if: !realData.isEmpty), arguments: ["gpt-2", "llama-spm"])
  func vocabularies(_ name: String) throws {
    let file = try openModelFile(realData + "/tokenizers/ggml-vocab-\(name).gguf")
    let tokenizer = try makeTokenizer(for: file)
    let written = try TokenizerFiles(of: file).tokenizer()
    #expect(written.vocabularySize == tokenizer.vocabularySize)
    #expect(written.special == tokenizer.special)
    for text in texts {
      for parsed in [false, true] {
        let ids = tokenizer.encode(text, addingSpecial: true, parsingSpecial: parsed)
        let same = written.encode(text, addingSpecial: true, parsingSpecial: parsed)
        #expect(same == ids, "\(text)")
        #expect(written.decode(same) == tokenizer.decode(ids), "\(text)")
      }
    }
  }

  @Test(
    "a SentencePiece vocabulary written as tokenizer.json gives the same tokens",
    .enabled(if: !realData.isEmpty))
  func sentencePieces() throws {
    let path = realData + "/stories260K/"
    let file = try openModelFile(path + "stories260K.bin")
    let tokenizer = try makeTokenizer(for: file, path: path + "tok512.bin")
    let files = try TokenizerFiles(of: file)
    let written = try files.tokenizer()
    #expect(written.vocabularySize == tokenizer.vocabularySize)
    #expect(written.special == tokenizer.special)
    for text in texts {
      let ids = tokenizer.encode(text, addingSpecial: true)
      #expect(written.encode(text, addingSpecial: true) == ids, "\(text)")
      #expect(written.decode(ids) == tokenizer.decode(ids), "\(text)")
    }
  }
}
